#!/usr/bin/env bash
# ONNX Runtime: pools that are to keep the size (`auto_pad` SAME) get smaller if they are dilated.
#
# With SAME_UPPER or SAME_LOWER, says ONNX, a pool gives one pixel per step of the stride, and the padding is worked out
# from the dilated kernel. ONNX Runtime works it out from the kernel as if it were not dilated and then dilates it: 16 x
# 24 pooled by 3 x 3 with dilation 2 is 14 x 22, and with dilation 4 it is 10 x 18. What is left lies one pixel up and
# to the left, and three with dilation 4. It is so for MaxPool and AveragePool with any stride. ONNX's own shape
# inference and OpenVINO give the full size, and NumPy, computed here, agrees with OpenVINO.
#
# Who is bitten: dilated pools of segmentation networks and atrous pyramids: results have another size than the file
# says and are moved. Instead: pads written out, with which ONNX Runtime is right (it takes pads below the kernel's
# size).
#
# Versions: onnxruntime 1.32.0, openvino 2026.4.1, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/onnxruntime_same_pools_forget_dilation.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    onnxruntime==1.32.0 openvino==2026.4.1 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, shape_inference

changed = []
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def in_onnx(kind, shape, **options):
    ends = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape), onnx.ValueInfoProto(name="y")]
    graph = helper.make_graph([helper.make_node(kind, ["x"], ["y"], **options)], "pool", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    return shape_inference.infer_shapes(model, check_type=True)


def pads(length, kernel, stride, dilation, upper):
    """Return how many pixels ONNX pads before and after."""
    size = -(-length // stride)
    total = max(0, (size - 1) * stride + (kernel - 1) * dilation + 1 - length)
    return total // 2 if upper else total - total // 2, total - total // 2 if upper else total // 2


def pooled(kind, picture, kernel, stride, dilation, upper):
    """Return the pool by its definition; averages are of the pixels within the picture."""
    margins = [pads(length, kernel, stride, dilation, upper) for length in picture.shape]
    padded = np.pad(picture, margins, constant_values=np.nan)
    reach = (kernel - 1) * dilation + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (reach, reach))
    windows = windows[::stride, ::stride, ::dilation, ::dilation]
    return (np.nanmax if kind == "MaxPool" else np.nanmean)(windows, axis=(2, 3))


def by_runtime(model, picture):
    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": picture[None, None]})[0][0, 0]


def by_openvino(model, picture):
    model = openvino.Core().read_model(model.SerializeToString())
    return openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(picture[None, None])[0][0, 0]


print("onnxruntime", onnxruntime.__version__, "openvino", openvino.__version__, "onnx", onnx.__version__)
picture = np.random.default_rng(0).standard_normal((16, 24)).astype(np.float32)
for kind in ("MaxPool", "AveragePool"):
    for stride in (1, 2):
        for dilation in (1, 2, 3, 4):
            for upper in (True, False):
                shared = {"kernel_shape": [3, 3], "strides": [stride] * 2, "dilations": [dilation] * 2}
                side = "SAME_UPPER" if upper else "SAME_LOWER"
                model = in_onnx(kind, (1, 1, *picture.shape), auto_pad=side, **shared)
                sides = [dim.dim_value for dim in model.graph.output[0].type.tensor_type.shape.dim][2:]
                true = pooled(kind, picture, 3, stride, dilation, upper)
                found = by_runtime(model, picture)
                name = f"{kind}, {side}, stride {stride}, dilation {dilation}"
                print(f"{name}: {found.shape[0]} x {found.shape[1]}, the file says {sides[0]} x {sides[1]}")
                still(f"{name}: the file says what the definition says", tuple(sides) == true.shape)
                still(f"{name}: OpenVINO is right", np.allclose(by_openvino(model, picture), true, atol=1e-5))
                right = found.shape == true.shape and np.allclose(found, true, atol=1e-5)
                still(f"{name}: ONNX Runtime is right undilated alone", right == (dilation == 1))
                if stride == 1:
                    moved = true[dilation - 1 : 1 - dilation, dilation - 1 : 1 - dilation] if dilation > 1 else true
                    still(f"{name}: it is moved by {dilation - 1}", np.allclose(found, moved, atol=1e-5))
                if dilation > 2:  # pads of the kernel's size and more are refused
                    continue
                margins = [pads(length, 3, stride, dilation, upper) for length in picture.shape]
                begin, end = zip(*margins)
                model = in_onnx(kind, (1, 1, *picture.shape), pads=[*begin, *end], **shared)
                same = np.allclose(by_runtime(model, picture), true, atol=1e-5)
                still(f"{name}: with these pads written out it is right", same)

sys.exit(bool(changed))
EOF
