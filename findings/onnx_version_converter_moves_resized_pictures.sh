#!/usr/bin/env bash
# ONNX: raised from opset 10 to 11 or later, a picture is enlarged from other places: doubled, it moves by half a pixel.
#
# `Upsample` (to opset 9) and `Resize` of opset 10 take output pixel i from place i / scale. `Resize` of opset 11 has an
# attribute for that, `coordinate_transformation_mode`, with another default, "half_pixel", and one for the rounding of
# "nearest". `onnx.version_converter` gives the node its new inputs and sets neither. So 0, 1, 2, 3 doubled linearly are
# 0, 0.5, 1 ... 3, 3 before and 0, 0.25, 0.75 ... 2.75, 3 after: half a pixel of the output to the right, a quarter of
# one of the input. Nearest by 1.5 or 1.75 takes other pixels; nearest by whole factors stays. From 10 to 11 is the
# only wrong step: opset 13 raised further, and 9 raised to 10, give the same picture as before.
#
# Who is bitten: old files (of torch before 1.3, of Keras and Darknet converters) that are raised for a newer runtime or
# before they are merged with another: flow, depth and masks shift against the frame that was not resized, by half a
# pixel at each doubling. Instead: set "asymmetric" and `nearest_mode` "floor" in the raised file, which is exact.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/onnx_version_converter_moves_resized_pictures.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, version_converter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def model_of(nodes, shape, opset, constants=()):
    """Return a checked model from "x", of the given shape, to "y"."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * len(shape))
    stored = [numpy_helper.from_array(array, name) for name, array in constants]
    graph = helper.make_graph(nodes, "graph", [x], [y], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return onnx.shape_inference.infer_shapes(model)


def run(model, x):
    """Return what ONNX Runtime makes of x, without any optimization of its own."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def resizing(opset, mode, scales):
    """Return a model that resizes as the given opset does by default."""
    scales = np.array([1, 1, *scales], np.float32)
    if opset < 9:
        return lambda shape: model_of(
            [helper.make_node("Upsample", ["x"], ["y"], mode=mode, scales=scales.tolist())], shape, opset
        )
    kind, inputs = ("Upsample" if opset == 9 else "Resize"), (["x", "s"] if opset < 11 else ["x", "", "s"])
    return lambda shape: model_of([helper.make_node(kind, inputs, ["y"], mode=mode)], shape, opset, [("s", scales)])


def repaired(model):
    """Return the raised model with what opset 10 did written down."""
    for node in model.graph.node:
        if node.op_type == "Resize":
            node.attribute.append(helper.make_attribute("coordinate_transformation_mode", "asymmetric"))
            node.attribute.append(helper.make_attribute("nearest_mode", "floor"))
    return model


print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
ramp = np.arange(4, dtype=np.float32).reshape(1, 1, 1, 4)
for opset in (8, 9, 10):
    given = resizing(opset, "linear", (1, 2))(ramp.shape)
    before, after = run(given, ramp).ravel(), run(version_converter.convert_version(given, 11), ramp).ravel()
    print(f"0, 1, 2, 3 doubled by opset {opset}: {before}, raised to 11: {after}")
    still(f"opset {opset}: 0, 0.5, 1, 1.5, 2, 2.5, 3, 3", np.allclose(before, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3]))
    still(
        f"opset {opset} raised: 0, 0.25, 0.75 ... 2.75, 3",
        np.allclose(after, [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]),
    )
noise = np.random.default_rng(0).standard_normal((1, 3, 12, 16)).astype(np.float32)
for mode, scales, wrong in (
    ("linear", (2, 2), True),
    ("linear", (1.5, 1.5), True),
    ("nearest", (1.5, 1.75), True),
    ("nearest", (2, 3), False),
):
    for opset in (9, 10, 13):
        given = resizing(opset, mode, scales)(noise.shape)
        before = run(given, noise)
        for target in (10, 11, 13, 18, 21):
            if target <= opset:
                continue
            raised = version_converter.convert_version(given, target)
            off = np.abs(run(raised, noise) - before).max()
            name = f"{mode} by {scales}, {opset} to {target}"
            print(f"{name}: up to {off:.2f} off in noise of 1")
            if wrong and opset < 11 <= target:
                still(f"{name}: over 0.5 off", off > 0.5)
                still(f"{name}: repaired it is exact", np.allclose(run(repaired(raised), noise), before, atol=1e-5))
            else:
                still(f"{name}: the same picture", off < 1e-5)

sys.exit(bool(changed))
EOF
