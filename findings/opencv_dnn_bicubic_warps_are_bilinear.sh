#!/usr/bin/env bash
# OpenCV: `GridSample` of an ONNX file with mode "cubic" interpolates linearly; the older name "bicubic" is nearly
# cubic.
#
# Opset 20 of ONNX gave the modes of GridSample other names: "bilinear" became "linear" and "bicubic" became "cubic".
# OpenCV asks for "nearest" and "bicubic", and takes all other names for bilinear (gridsample_layer.cpp). So the same
# bicubic warp is a bilinear one, to 1e-5, in a file of opset 20 or 22, with all kinds of padding and of align_corners,
# without a warning. In a file of opset 16 it is cubic, but cut to the range of its 16 pixels, which ONNX does not do
# (5 % of the values in noise). Halfway between pixels an impulse of 1 gives 0.5, 0.5 instead of -0.094, 0.594, 0.594,
# -0.094: cubic convolution with a = -0.75, by ONNX's definition, which is written anew in NumPy here and is what ONNX
# Runtime gives for both files. Noise moved by half a pixel down and to the right keeps 45 % of its contrast by this,
# and 67 % by the cubic.
#
# Who is bitten: networks that warp by flow (frame interpolation, stabilisation, super-resolution, spatial transformers)
# and were trained with bicubic: their results are softer than in training, and only there where frames are moved.
# Instead: export with opset 16 to 19.
#
# Versions: opencv-python-headless 5.0.0.93, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/opencv_dnn_bicubic_warps_are_bilinear.sh
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
from onnx import TensorProto, checker, helper

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def warp(picture, grid, mode, padding, corners, opset):
    """The picture sampled by an ONNX file of one node: by OpenCV and by ONNX Runtime."""
    x, g = picture[None, None].astype(np.float32), grid[None].astype(np.float32)
    kinds = [helper.make_tensor_value_info(name, TensorProto.FLOAT, a.shape) for name, a in (("x", x), ("g", g))]
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 1, *grid.shape[:2]))
    node = helper.make_node("GridSample", ["x", "g"], ["y"], mode=mode, padding_mode=padding, align_corners=corners)
    graph = helper.make_graph([node], "one", kinds, [result])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    checker.check_model(model)
    file = model.SerializeToString()
    network = cv2.dnn.readNetFromONNX(np.frombuffer(file, np.uint8))
    network.setInput(x, "x")
    network.setInput(g, "g")
    runtime = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return np.asarray(network.forward())[0, 0], runtime.run(None, {"x": x, "g": g})[0][0, 0]


def hat(far):
    return np.maximum(0, 1 - np.abs(far))


def cubic(far, a=-0.75):
    t = np.abs(far)
    near, beyond = (a + 2) * t**3 - (a + 3) * t**2 + 1, a * (t**3 - 5 * t**2 + 8 * t - 4)
    return np.where(t <= 1, near, np.where(t < 2, beyond, 0))


def cut(values, picture, grid, corners):
    """Cut each value to the range of the 16 pixels that it is made of."""
    size = np.array(picture.shape[::-1])
    x, y = np.floor(np.moveaxis((grid + 1) / 2 * (size - 1) if corners else ((grid + 1) * size - 1) / 2, -1, 0))
    pixels = [picture[y.astype(int) + down, x.astype(int) + right] for down in range(-1, 3) for right in range(-1, 3)]
    return np.clip(values, np.min(pixels, 0), np.max(pixels, 0))


def defined(picture, grid, kernel, corners):
    """Sample with zeros beyond the borders, by the definition: a sum over all pixels."""
    size = np.array(picture.shape[::-1])
    x, y = np.moveaxis((grid + 1) / 2 * (size - 1) if corners else ((grid + 1) * size - 1) / 2, -1, 0)
    across = kernel(x[..., None] - np.arange(size[0]))
    down = kernel(y[..., None] - np.arange(size[1]))
    return np.einsum("hwr,rc,hwc->hw", down, picture, across)


print("OpenCV", cv2.__version__, "ONNX Runtime", onnxruntime.__version__)
impulse = np.zeros((12, 12))
impulse[6, 6] = 1
places = np.stack(np.broadcast_arrays((2 * (np.arange(12) + 0.5) + 1) / 12 - 1, 1 / 12), -1)[None]
found, right = warp(impulse, places, "cubic", "zeros", 0, 20)
print("an impulse, half a pixel on:", found[0, 3:9].round(4), "right", right[0, 3:9].round(4))
still("0.5, 0.5", np.allclose(found[0, 4:8], [0, 0.5, 0.5, 0], atol=1e-5))
still("right: -0.09, 0.59, 0.59, -0.09", np.allclose(right[0, 4:8], cubic(np.array([1.5, 0.5, 0.5, 1.5])), atol=1e-5))

random = np.random.default_rng(0)
picture = random.random((24, 28))
moved = random.uniform(-0.8, 0.8, (20, 22, 2))
for padding in ("zeros", "border", "reflection"):
    for corners in (0, 1):
        by_name = {}
        for mode, opset in (("bicubic", 16), ("cubic", 20), ("cubic", 22), ("linear", 20), ("nearest", 20)):
            found, right = warp(picture, moved, mode, padding, corners, opset)
            by_name[mode, opset] = found
            name = f"{padding}, align_corners {corners}, {mode} of opset {opset}"
            off = float(np.abs(found - right).max())
            if mode == "cubic":
                print(f"{name}: {off:.3f} off in noise of 0..1")
                still(f"{name}: off by over 0.1", off > 0.1)
            elif mode == "bicubic":
                same = np.abs(found - cut(right, picture, moved, corners)) < 1e-4
                still(f"{name}: cubic, cut to the range of 16 pixels", same.all())
                still(f"{name}: nine of ten are right", (np.abs(found - right) < 1e-4).mean() > 0.9)
            else:
                still(f"{name}: right", off < 1e-4)
            if padding == "zeros" and mode != "nearest":
                true = defined(picture, moved, hat if mode == "linear" else cubic, corners)
                still(f"{name}: ONNX Runtime is as defined", np.abs(right - true).max() < 1e-4)
        for opset in (20, 22):
            same = np.abs(by_name["cubic", opset] - by_name["linear", 20]).max() < 1e-5
            still(f"{padding}, align_corners {corners}: cubic of opset {opset} is linear", same)

rows, columns = np.mgrid[:24, :28]
shifted = np.stack([(2 * (columns + 0.5) + 1) / 28 - 1, (2 * (rows + 0.5) + 1) / 24 - 1], -1)
left = []
for mode, opset in (("cubic", 20), ("bicubic", 16)):
    found = warp(picture, shifted, mode, "border", 0, opset)[0][3:-3, 3:-3]
    left.append(found.std() / picture.std())
print(f"noise moved by half a pixel keeps {left[0]:.0%} of the contrast by cubic, {left[1]:.0%} by bicubic")
still("cubic keeps less than 60 % of it, bicubic over 60 %", left[0] < 0.6 < left[1])

sys.exit(bool(changed))
EOF
