#!/usr/bin/env bash
# OpenCV: `auto_pad` "SAME_LOWER" of an ONNX file pads as "SAME_UPPER" does: the result moves by a pixel.
#
# Where the padding of a convolution or pooling is odd, SAME_UPPER puts the extra row and column at the end and
# SAME_LOWER at the beginning, by ONNX's definition. OpenCV makes no difference: for even kernels both
# give the same numbers, which are those of SAME_UPPER, without a warning. So a mean of 2 pixels with the one before
# becomes that with the one after: of 0, 1, 2 ... 8 it is 0.5, 1.5 ... instead of 0, 0.5, 1.5 ...; two such layers move
# the picture by two pixels. With a stride of 2 it is another set of pairs that is pooled: of 1, 0, 0, 1, 1, 0, 0 the
# maxima are 1, 1, 1, 0 instead of 1, 0, 1, 0. Odd kernels at stride 1 need an even padding and are right. ONNX Runtime
# gives what the definition does, written anew in NumPy here.
#
# Who is bitten: causal layers (over time: one that looks back looks ahead) and networks with even kernels in files of
# exporters that write it; boxes and flow are moved by a pixel for each layer. Instead: a Pad before it, or `pads`.
#
# Versions: opencv-python-headless 5.0.0.93, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/opencv_dnn_same_lower_is_same_upper.sh
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


def by_both(kind, array, size, stride, auto_pad, weights=None):
    """The result of an ONNX file of one node by OpenCV and by ONNX Runtime."""
    sizes = [1, 1, *(-(-side // stride) for side in array.shape)]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 1, *array.shape))
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, sizes)
    kept = [] if weights is None else [numpy_helper.from_array(weights[None, None], "w")]
    options = {"kernel_shape": [size, size], "strides": [stride, stride], "auto_pad": auto_pad}
    node = helper.make_node(kind, ["x"] + ["w"] * len(kept), ["y"], **options)
    graph = helper.make_graph([node], "one", [given], [result], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model)
    file = model.SerializeToString()
    network = cv2.dnn.readNetFromONNX(np.frombuffer(file, np.uint8))
    network.setInput(array[None, None], "x")
    runtime = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return np.asarray(network.forward())[0, 0], runtime.run(None, {"x": array[None, None]})[0][0, 0]


def defined(kind, array, size, stride, lower, weights):
    """The same by the definition; the mean leaves out what is beyond the borders."""
    before = []
    for side in array.shape:
        missing = max((-(-side // stride) - 1) * stride + size - side, 0)
        before.append((missing - missing // 2 if lower else missing // 2, missing))
    padded = np.pad(array.astype(float), [(one, all_ - one) for one, all_ in before], constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))[::stride, ::stride]
    if kind == "Conv":
        return np.einsum("hwij,ij->hw", np.nan_to_num(windows), weights)
    return (np.nanmax if kind == "MaxPool" else np.nanmean)(windows, axis=(2, 3))


print("OpenCV", cv2.__version__, "ONNX Runtime", onnxruntime.__version__)
ramp = np.tile(np.arange(9, dtype=np.float32), (9, 1))
found, right = by_both("AveragePool", ramp, 2, 1, "SAME_LOWER")
print("a mean of 2 of a ramp:", found[0], "right", right[0])
still("the mean of each pixel and the next one", np.array_equal(found[0], [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8]))
still("right: of each pixel and the one before", np.array_equal(right[0], [0, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]))
dots = np.tile(np.float32([1, 0, 0, 1, 1, 0, 0]), (7, 1))
found, right = by_both("MaxPool", dots, 2, 2, "SAME_LOWER")
print("pairs of 1, 0, 0, 1, 1, 0, 0, the larger of each:", found[0], "right", right[0])
still("1, 1, 1, 0 for 1, 0, 1, 0", np.array_equal(found[0], [1, 1, 1, 0]) and np.array_equal(right[0], [1, 0, 1, 0]))

random = np.random.default_rng(0)
picture = random.random((11, 13)).astype(np.float32)
for kind in ("Conv", "MaxPool", "AveragePool"):
    for size, stride in ((2, 1), (4, 1), (2, 2), (4, 2), (3, 1), (3, 2)):
        weights = random.random((size, size)).astype(np.float32)
        results = {}
        for auto_pad in ("SAME_UPPER", "SAME_LOWER"):
            found, right = by_both(kind, picture, size, stride, auto_pad, weights if kind == "Conv" else None)
            true = defined(kind, picture, size, stride, auto_pad == "SAME_LOWER", weights)
            results[auto_pad] = found
            name = f"{kind} of {size}, stride {stride}, {auto_pad}"
            off = float(np.abs(found - true).max())
            still(f"{name}: ONNX Runtime is as defined", np.abs(right - true).max() < 1e-4)
            if auto_pad == "SAME_LOWER" and size % 2 == 0:
                print(f"{name}: {off:.2f} off")
                still(f"{name}: over 0.1 off", off > 0.1)
            else:
                still(f"{name}: right", off < 1e-4)
        still(f"{kind} of {size}, stride {stride}: both alike", np.array_equal(*results.values()))

sys.exit(bool(changed))
EOF
