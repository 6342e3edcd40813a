#!/usr/bin/env bash
# OpenVINO: pools with `ceil_mode` add a row and a column of -3.4e38, or divide the last averages by too much.
#
# With `ceil_mode`, a window that would begin beyond the picture is left out by torch, by ONNX's MaxPool and by ONNX
# Runtime. OpenVINO keeps it for MaxPool of an ONNX file: 12 x 18 pooled by 2 x 2 in steps of 3 is 5 x 7 instead of
# 4 x 6, and the new row and column hold the lowest float. Averages have the right size, and with
# `count_include_pad=True` (torch's default) the wrong divisor in the last row and column: torch and ONNX Runtime count
# the pixels of the window within picture and padding, OpenVINO all of the kernel's. The corner of an even picture of 1
# is 0.0625 instead of 0.25, from a traced network, an exported program and an ONNX file alike. No warning tells of it.
#
# Who is bitten: discriminators and feature networks with such pools, whose last row counts as much as any other: sizes
# that divide evenly pass all tests, others give other scores, or a mean of -1e37.
#
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 28 November 2026.
#
# Run: bash findings/openvino_ceil_mode_pools_beyond_the_picture.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
# openvino needs packaging for what torch.export gives, and does not say so
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 torch==2.13.0 packaging==26.3 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
import torch
from onnx import TensorProto, helper
from torch import nn

changed = []
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def in_onnx(pool, shape, size):
    """Return this pool as an ONNX file."""
    extra = {"count_include_pad": 1} if isinstance(pool, nn.AvgPool2d) else {}
    name, side = ("AveragePool" if extra else "MaxPool"), pool.kernel_size
    options = {"kernel_shape": [side] * 2, "strides": [pool.stride] * 2, "pads": [pool.padding] * 4, "ceil_mode": 1}
    node = helper.make_node(name, ["x"], ["y"], **options, **extra)
    ends = (("x", shape), ("y", (1, 1, *size)))
    given, made = (helper.make_tensor_value_info(end, TensorProto.FLOAT, sides) for end, sides in ends)
    graph = helper.make_graph([node], "pool", [given], [made])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def by_openvino(model, picture):
    return openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(picture)[0][0, 0]


print("openvino", openvino.__version__, "onnxruntime", onnxruntime.__version__, "torch", torch.__version__)
for rows, columns, kind, kernel, stride, padding in (
    (12, 18, nn.MaxPool2d, 2, 3, 0),
    (32, 32, nn.MaxPool2d, 3, 3, 1),
    (12, 18, nn.AvgPool2d, 3, 3, 1),
    (12, 18, nn.AvgPool2d, 4, 3, 1),
):
    pool, picture = kind(kernel, stride, padding, ceil_mode=True).eval(), torch.ones(1, 1, rows, columns)
    truth = pool(picture)[0, 0].numpy()
    file, program = in_onnx(pool, picture.shape, truth.shape), torch.export.export(pool, (picture,))
    found = {
        "ONNX Runtime": onnxruntime.InferenceSession(file).run(None, {"x": picture.numpy()})[0][0, 0],
        "OpenVINO, ONNX": by_openvino(openvino.Core().read_model(file), picture.numpy()),
        "OpenVINO, traced": by_openvino(openvino.convert_model(pool, example_input=picture), picture.numpy()),
        "OpenVINO, exported": by_openvino(openvino.convert_model(program), picture.numpy()),
    }
    name = f"{kind.__name__} of {kernel} in steps of {stride}, padding {padding}, of {rows} x {columns}"
    print(f"{name}: torch {truth.shape}, last {truth[-1, -1]:.4f}")
    for who, pooled in found.items():
        print(f"  {who}: {pooled.shape}, last {pooled[-1, -1]:.4g}")
        same = pooled.shape == truth.shape and np.allclose(pooled, truth)
        if who == "ONNX Runtime" or (kind is nn.MaxPool2d and who != "OpenVINO, ONNX"):
            still(f"{who}: as torch", same)
        elif kind is nn.MaxPool2d:
            larger = pooled.shape == (truth.shape[0] + 1, truth.shape[1] + 1)
            still(f"{who}: one row and column more, of the lowest float", larger and bool((pooled[-1] < -3e38).all()))
        else:
            still(f"{who}: all but the last row and column is right", np.allclose(pooled[:-1, :-1], truth[:-1, :-1]))
            covered = truth[-1, -1] * 4 / kernel**2  # of the window, 2 x 2 lie within picture and padding
            still(f"{who}: the corner is divided by the whole kernel", np.isclose(pooled[-1, -1], covered))

sys.exit(bool(changed))
EOF
