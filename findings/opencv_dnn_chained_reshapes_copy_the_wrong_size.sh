#!/usr/bin/env bash
# OpenCV: of two `Reshape` in a row the first is left out, and a 0 in the second ("keep this size") takes another size.
#
# A 0 in the shape of an ONNX Reshape means the size of its input at that place. OpenCV drops the first of two adjacent
# ones, as if only the last shape mattered (graph_fusion_reshape_transpose.cpp), so that the 0 means the size of the
# tensor before both. Frames (2, 3, 4, 5, 6) of batch, time, channels, rows, columns folded into (6, 4, 5, 6) and then
# flattened by (0, 0, -1) become (2, 3, 120) instead of (6, 4, 30): no error, no warning. A softmax over the pixels of
# each channel becomes one over all channels of a frame, and since the result is then reshaped to stated sizes, its
# shape is right: all values are wrong, by a factor of 4 in the mean. With anything between the two, even a Relu that
# changes nothing, all is right; so is a second shape without 0. ONNX Runtime gives NumPy's values.
#
# Who is bitten: video networks that fold time into the batch for a part that was written for pictures and begins with
# a flatten: spatial attention, soft-argmax of keypoints, tokens, group normalisation. Instead:
# stated sizes, or a node between that changes nothing.
#
# Versions: opencv-python-headless 5.0.0.93, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/opencv_dnn_chained_reshapes_copy_the_wrong_size.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_both(nodes, array, shapes, sizes):
    """The result of an ONNX file by OpenCV and by ONNX Runtime; `sizes` are those of the result."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, array.shape)
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, sizes)
    kept = [numpy_helper.from_array(np.array(shape, np.int64), name) for name, shape in shapes.items()]
    nodes = [helper.make_node(kind, inputs.split(), outputs.split(), **more) for kind, inputs, outputs, more in nodes]
    graph = helper.make_graph(nodes, "one", [given], [result], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model, full_check=True)
    file = model.SerializeToString()
    network = cv2.dnn.readNetFromONNX(np.frombuffer(file, np.uint8))
    network.setInput(array, "x")
    runtime = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return np.asarray(network.forward()), runtime.run(None, {"x": array})[0]


print("OpenCV", cv2.__version__, "ONNX Runtime", onnxruntime.__version__)
frames = np.random.default_rng(0).random((2, 3, 4, 5, 6)).astype(np.float32)
two = [("Reshape", "x a", "t", {}), ("Reshape", "t b", "y", {})]
between = [("Reshape", "x a", "t", {}), ("Relu", "t", "u", {}), ("Reshape", "u b", "y", {})]
for first, second, right, wrong in (
    ((6, 4, 5, 6), (0, 0, -1), (6, 4, 30), (2, 3, 120)),
    ((6, 4, 30), (0, -1), (6, 120), (2, 360)),
    ((2, 12, 30), (0, 0, -1), (2, 12, 30), (2, 3, 120)),
    ((6, 4, 5, 6), (6, 4, -1), (6, 4, 30), (6, 4, 30)),
):
    shapes = {"a": first, "b": second}
    found, true = by_both(two, frames, shapes, right)
    name = f"{frames.shape} by {first} and {second}"
    print(f"{name}: {found.shape}, right {true.shape}")
    still(f"{name}: ONNX Runtime gives {right}", true.shape == right)
    still(f"{name}: OpenCV gives {wrong}", found.shape == wrong)
    found, true = by_both(between, frames, shapes, right)
    still(f"{name}, with a Relu between: right", found.shape == right and np.array_equal(found, true))

softmax = [
    ("Reshape", "x a", "t", {}),
    ("Reshape", "t b", "u", {}),
    ("Softmax", "u", "v", {"axis": -1}),
    ("Reshape", "v c", "y", {}),
]
shapes = {"a": (6, 4, 5, 6), "b": (0, 0, -1), "c": frames.shape}
found, right = by_both(softmax, frames, shapes, frames.shape)
pixels = np.exp(frames)
true = pixels / pixels.sum((3, 4), keepdims=True)
other = pixels / pixels.sum((2, 3, 4), keepdims=True)
print(f"softmax of each channel: shape {found.shape}, sum of a channel {found[0, 0, 0].sum():.3f}, right 1")
still("softmax: ONNX Runtime is NumPy's", np.abs(right - true).max() < 1e-6)
still("softmax: of the right shape", found.shape == true.shape)
still("softmax: that of all four channels together", np.abs(found - other).max() < 1e-6)
still("softmax: on average a quarter of it", 0.2 < (found / true).mean() < 0.3)

sys.exit(bool(changed))
EOF
