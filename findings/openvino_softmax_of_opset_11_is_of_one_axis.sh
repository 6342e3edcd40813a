#!/usr/bin/env bash
# OpenVINO: `Softmax` of ONNX files of opset 11 and 12 is taken along one axis, where it is one of all axes from there.
#
# Up to opset 12, Softmax with axis=1 (the default) takes all axes from 1 on together: of scores of 1 x 3 x 16 x 16 all
# 768 sum up to 1. From opset 13 on it is of the one axis. OpenVINO reads files of opset 9 and 10 and of 13 and later
# rightly; those of 11 and 12 it reads as if they were of 13: in a spatial softmax all 256 columns sum up to 1 each, in
# total 256 times as much. It says nothing. LogSoftmax and Hardmax of the same opsets are right, and so is ONNX Runtime.
# The softmax of the flattened scores by NumPy is the reference.
#
# Who is bitten: attention maps, keypoint and soft-argmax heads in files of 2020 and 2021, whose opset was mostly 11;
# places come out hundreds of pixels beyond the picture. Softmax over the last axis is the same either way. Instead:
# `onnx.version_converter` to opset 13, or flatten before.
#
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/openvino_softmax_of_opset_11_is_of_one_axis.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, version_converter

changed = []
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def in_onnx(kind, shape, opset, **options):
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in "xy"]
    graph = helper.make_graph([helper.make_node(kind, ["x"], ["y"], **options)], "scores", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=6)
    onnx.checker.check_model(model)
    return model


def by_openvino(model, scores):
    model = openvino.Core().read_model(model.SerializeToString())
    return openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(scores)[0]


def by_runtime(model, scores):
    return onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": scores})[0]


def softmax(scores, axis):
    powers = np.exp(scores - scores.max(axis, keepdims=True))
    return powers / powers.sum(axis, keepdims=True)


print("openvino", openvino.__version__, "onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__)
scores = np.random.default_rng(0).standard_normal((1, 3, 16, 16)).astype(np.float32)
for opset in (9, 10, 11, 12, 13, 20):
    for axis in (1, 2, 3):
        model = in_onnx("Softmax", scores.shape, opset, axis=axis)
        rest = tuple(range(axis, 4)) if opset < 13 else axis
        true, found = softmax(scores, rest), by_openvino(model, scores)
        name = f"opset {opset}, axis {axis}"
        print(f"{name}: all sum up to {found.sum():.1f}, by definition {true.sum():.1f}")
        still(f"{name}: ONNX Runtime is right", np.allclose(by_runtime(model, scores), true, atol=1e-6))
        if opset in (11, 12) and axis < 3:
            still(f"{name}: OpenVINO takes one axis", np.allclose(found, softmax(scores, axis), atol=1e-6))
        else:
            still(f"{name}: OpenVINO is right", np.allclose(found, true, atol=1e-6))
for kind in ("LogSoftmax", "Hardmax"):
    model = in_onnx(kind, scores.shape, 11, axis=1)
    same = np.allclose(by_openvino(model, scores), by_runtime(model, scores), atol=1e-5)
    still(f"{kind} of opset 11 is as ONNX Runtime's", same)

# a heat map with a soft peak at row 20, column 40 of 32 x 64, and its place by soft-argmax; axis 1 is the default
rows, columns = np.indices((32, 64))
heat = (-0.5 * ((rows - 20) ** 2 + (columns - 40) ** 2)).astype(np.float32)[None]
model = in_onnx("Softmax", heat.shape, 11)
for name, share in (
    ("ONNX Runtime", by_runtime(model, heat)),
    ("OpenVINO", by_openvino(model, heat)),
    ("OpenVINO, converted to opset 13", by_openvino(version_converter.convert_version(model, 13), heat)),
):
    place = (share[0] * rows).sum(), (share[0] * columns).sum()
    print(f"{name}: a peak at (20, 40) is found at ({place[0]:.1f}, {place[1]:.1f})")
    if name == "OpenVINO":
        still(f"{name}: over 1000 pixels away", np.hypot(place[0] - 20, place[1] - 40) > 1000)
    else:
        still(f"{name}: within 0.01 pixels", np.hypot(place[0] - 20, place[1] - 40) < 0.01)

sys.exit(bool(changed))
EOF
