#!/usr/bin/env bash
# OpenVINO: transposed convolutions with groups and an `output_shape` give a picture moved by pixels.
#
# `output_shape` of ONNX's ConvTranspose says what size is wanted, and the paddings follow from it, the kernel and the
# stride: half of what is too much is to be cut at the top and the left. If there are groups, OpenVINO cuts all of it at
# the bottom and the right. So the learned upsampling of a depthwise layer (kernel 4, stride 2, twice the size) comes
# out one pixel lower and to the right, and that of a kernel of 5 without a stride by two. Without groups it is right,
# but for `auto_pad` SAME_UPPER with an odd padding, which is taken for SAME_LOWER: one pixel, again. With `pads` in
# place of `output_shape` both are right. No warning. The definition by NumPy (add each pixel times the kernel, then
# cut) and ONNX Runtime agree.
#
# Who is bitten: networks with depthwise upsampling that is to end at a given size (FCN-like ones, converted from
# TensorFlow or Caffe): maps and flows are moved, skip connections meet other pixels. Instead: `pads`.
#
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/openvino_grouped_transposed_convolution_is_moved.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import itertools
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper

changed = []
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def spread(picture, weight, stride, groups):
    """Return the definition before anything is cut: each pixel times the kernel is added at its place."""
    (batch, channels, rows, columns), (_, per_group, high, wide) = picture.shape, weight.shape
    size = ((rows - 1) * stride + high, (columns - 1) * stride + wide)
    result, share = np.zeros((batch, per_group * groups, *size)), channels // groups
    for group, y, x in itertools.product(range(groups), range(high), range(wide)):
        taken = slice(group * share, (group + 1) * share)
        added = np.einsum("nchw,co->nohw", picture[:, taken].astype(float), weight[taken, :, y, x])
        ends = slice(y, y + rows * stride, stride), slice(x, x + columns * stride, stride)
        result[:, group * per_group : (group + 1) * per_group, ends[0], ends[1]] += added
    return result


def cut(full, shape, mode):
    """Return the part that is kept: of an odd padding, the greater half is cut before, or after for SAME_UPPER."""
    for axis, size in ((2, shape[0]), (3, shape[1])):
        padding = full.shape[axis] - size
        before = padding // 2 if mode == "SAME_UPPER" else padding - padding // 2
        full = full.take(range(before, before + size), axis)
    return full


def both(picture, weight, **settings):
    """Return the result of ONNX Runtime and that of OpenVINO."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, picture.shape)
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", "c", "h", "w"])
    node = helper.make_node("ConvTranspose", ["x", "k"], ["y"], **settings)
    graph = helper.make_graph([node], "up", [given], [result], [numpy_helper.from_array(weight, "k")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    file = model.SerializeToString()
    by_runtime = onnxruntime.InferenceSession(file).run(None, {"x": picture})[0]
    return by_runtime, openvino.compile_model(openvino.Core().read_model(file), "CPU", EXACT)(picture)[0]


print("openvino", openvino.__version__, "onnxruntime", onnxruntime.__version__)
random = np.random.default_rng(0)
picture = random.standard_normal((1, 4, 9, 11)).astype(np.float32)
MODES = ("NOTSET", "SAME_UPPER", "SAME_LOWER")
for groups, kernel, stride, mode in itertools.product((1, 2, 4), (3, 4, 5), (1, 2), MODES):
    weight = random.standard_normal((4, 8 // groups, kernel, kernel)).astype(np.float32)
    shape, padding = [9 * stride, 11 * stride], kernel - stride
    name = f"{groups} groups, kernel {kernel}, stride {stride}, {mode}"
    full = spread(picture, weight, stride, groups)
    true = cut(full, shape, mode)
    by_runtime, found = both(picture, weight, group=groups, strides=[stride] * 2, auto_pad=mode, output_shape=shape)
    print(f"{name}: {np.abs(found - true).max() / np.abs(true).max():.2f} of the greatest value off at most")
    still(f"{name}: ONNX Runtime is right", np.allclose(by_runtime, true, atol=1e-4))
    right = np.allclose(found, true, atol=1e-4)
    if groups == 1:
        still(f"{name}: as SAME_LOWER", np.allclose(found, cut(full, shape, "SAME_LOWER"), atol=1e-4))
        odd = padding % 2 == 1
        still(f"{name}: wrong for SAME_UPPER and an odd padding alone", right != (odd and mode == "SAME_UPPER"))
    else:
        first = full[:, :, : shape[0], : shape[1]]
        still(f"{name}: all is cut below and at the right", np.allclose(found, first, atol=1e-4))
        still(f"{name}: right if nothing is to be cut before", right == (padding == 1 and mode == "SAME_UPPER"))
    before = padding // 2 if mode == "SAME_UPPER" else padding - padding // 2
    pads = [before, before, padding - before, padding - before]
    by_pads = both(picture, weight, group=groups, strides=[stride] * 2, pads=pads)[1]
    still(f"{name}: right by `pads`", np.allclose(by_pads, true, atol=1e-4))

taps = np.array([0.25, 0.75, 0.75, 0.25], np.float32)
weight = np.broadcast_to(np.outer(taps, taps), (4, 1, 4, 4)).copy()
ramp = np.broadcast_to(np.arange(9, dtype=np.float32)[:, None], (1, 4, 9, 11)).copy()
found = both(ramp, weight, group=4, strides=[2, 2], output_shape=[18, 22])[1][0, 0, 1:-1, 10]
true = cut(spread(ramp, weight, 2, 4), [18, 22], "NOTSET")[0, 0, 1:-1, 10]
print("a ramp of rows, doubled by bilinear weights:", found[:5], "true is", true[:5])
still("the ramp is half a level, one row, too low", np.allclose(found[1:], true[1:] - 0.5))

sys.exit(bool(changed))
EOF
