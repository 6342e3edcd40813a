#!/usr/bin/env bash
# OpenCV: in a network from an ONNX file, a mean over batch, rows and columns is that of the first two pictures only.
#
# ReduceMean, ReduceSum, ReduceMax and their kin over three or more axes, not all of which are the last ones, such as
# (0, 2, 3) of pictures or (1, 3, 4) of a clip: the offset of the outermost axis is set to one step instead of being
# moved on by one (`ReduceInvoker` in modules/dnn/src/layers/reduce2_layer.cpp). So the first picture is read once, the
# second N - 1 times in place of all others, and the rest never; the mean still divides by N. Of eight gray pictures of
# levels 0, 1, 2 ... 7 the mean is 0.875 instead of 3.5, and the maximum 1 instead of 7. Sizes and
# types are right and there is no warning. One or two pictures are right, so are other sets of axes: (2, 3),
# (1, 2, 3), (0, 2).
#
# Who is bitten: statistics over a batch or over the time of a clip in a network: standardisation, whitening, weight
# standardisation, losses. A test with one picture or two passes. Instead: one node for each axis, or transposed so
# that the axes are the last ones.
#
# Versions: opencv-python-headless 5.0.0.93, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/opencv_dnn_means_over_batches_are_of_two_pictures.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np
from onnx import TensorProto, checker, helper

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def reduce(kind, array, axes):
    """Result of an ONNX file of one node that reduces the axes, by OpenCV."""
    left = [size for axis, size in enumerate(array.shape) if axis not in axes]
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, array.shape)
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, left)
    kept = [helper.make_tensor("axes", TensorProto.INT64, [len(axes)], axes)]
    node = helper.make_node(f"Reduce{kind}", ["x", "axes"], ["y"], keepdims=0)
    graph = helper.make_graph([node], "one", [given], [result], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model)
    network = cv2.dnn.readNetFromONNX(np.frombuffer(model.SerializeToString(), np.uint8))
    network.setInput(array, "x")
    return np.asarray(network.forward()).reshape(left)


print("OpenCV", cv2.__version__)
rules = {
    "Mean": np.mean,
    "Sum": np.sum,
    "Max": np.max,
    "Min": np.min,
    "L1": lambda a, axis: np.abs(a).sum(axis),
    "SumSquare": lambda a, axis: np.square(a).sum(axis),
}
levels = np.arange(8, dtype=np.float32)[:, None, None, None] * np.ones((1, 3, 2, 2), np.float32)
for kind, wrong in (("Mean", 0.875), ("Sum", 28), ("Max", 1)):
    found = reduce(kind, levels, (0, 2, 3))[0]
    print(f"{kind} of gray pictures of levels 0 to 7: {found}, right {rules[kind](levels, axis=(0, 2, 3))[0]}")
    still(f"{kind}: {wrong}", found == wrong)

random = np.random.default_rng(0)
for pictures in (1, 2, 3, 8):
    batch = random.normal(size=(pictures, 3, 12, 16)).astype(np.float32)
    # what is read instead: the first picture, and the second for all others
    read = batch[np.minimum(np.arange(pictures), 1)]
    for kind, rule in rules.items():
        found, right = reduce(kind, batch, (0, 2, 3)), rule(batch, axis=(0, 2, 3))
        name = f"{kind} over {pictures} pictures"
        off = float(np.abs(found / right - 1).max())
        still(f"{name}: the first, and the second for all others", np.allclose(found, rule(read, axis=(0, 2, 3)), 1e-3))
        if pictures < 3:
            still(f"{name}: right", off < 1e-3)
        elif kind in ("Mean", "Sum"):
            print(f"{name}: {found}, right {right}")
            still(f"{name}: over 30 % off", off > 0.3)
    for axes in ((2, 3), (1, 2, 3), (0, 2), (1, 3), (0,)):
        found = reduce("Sum", batch, axes)
        still(f"{pictures} pictures over {axes}: right", np.allclose(found, batch.sum(axes), 1e-3, 1e-3))

clip = random.normal(size=(1, 10, 3, 12, 16)).astype(np.float32)
found = reduce("Mean", clip, (1, 3, 4))
print(f"a clip of 10 frames, mean over time, rows and columns: {found[0]}, right {clip.mean((1, 3, 4))[0]}")
read = clip[:, np.minimum(np.arange(10), 1)]
still("a clip: the first frame, and the second for all others", np.allclose(found, read.mean((1, 3, 4)), 1e-3, 1e-5))
still("a clip: not the mean of it", np.abs(found - clip.mean((1, 3, 4))).max() > 0.02)

sys.exit(bool(changed))
EOF
