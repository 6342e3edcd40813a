#!/usr/bin/env bash
# ONNX: raised from opset 11 to 13, `Hardmax` marks 48 places of a picture of 6 x 8 instead of one.
#
# To opset 12 `Softmax`, `LogSoftmax` and `Hardmax` flatten their input: all axes from `axis` (1 if it is not named) on
# are one. Since opset 13 they work on one axis, -1 if it is not named. `onnx.version_converter` knows this of the first
# two and writes `Flatten` and `Reshape` around them; a `Hardmax` it takes over as it is. A picture of 6 x 8 has one
# mark before and, with axis=1, 48 after, one for each row and column. The way back is wrong for the other two: from 13
# to 12 the number alone is changed, and a softmax over four channels becomes one over all channels, rows and columns
# (of `Hardmax` it is refused). No warning is given, and shapes stay.
#
# Who is bitten: "winner takes all" masks, nearest codes of a vector-quantised model and hard attention in files that
# are raised for a newer runtime, and softmaxes of files that are lowered for an older one. Instead: a `Flatten` before
# and a `Reshape` after it in the old file; to lower one, move the axis to the end first.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/onnx_version_converter_hardmax_takes_another_axis.sh
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


def converted(kind, opset, target, x, **attributes):
    """Return what an operation gives in one opset, and after it has been converted to another."""
    given = model_of([helper.make_node(kind, ["x"], ["y"], **attributes)], x.shape, opset)
    return run(given, x), run(version_converter.convert_version(given, target), x)


print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
x = np.random.default_rng(0).standard_normal((1, 4, 6, 8)).astype(np.float32)
for opset in (9, 11, 12):
    for attributes, marks in (({}, 24), ({"axis": 1}, 48), ({"axis": 2}, 32)):
        before, after = converted("Hardmax", opset, 13, x, **attributes)
        blocks = 4 if attributes.get("axis") == 2 else 1
        name = f"Hardmax, {attributes or 'no axis'}, {opset} to 13"
        print(f"{name}: {before.sum():.0f} marks before, {after.sum():.0f} after")
        still(f"{name}: {blocks} before", before.sum() == blocks)
        still(f"{name}: {marks} after", after.sum() == marks)
    before, after = converted("Hardmax", opset, 13, x, axis=3)
    still(f"Hardmax of the last axis, {opset} to 13: the same", np.array_equal(before, after))
    for kind in ("Softmax", "LogSoftmax"):
        for attributes in ({}, {"axis": 1}, {"axis": 2}):
            before, after = converted(kind, opset, 13, x, **attributes)
            still(f"{kind}, {attributes or 'no axis'}, {opset} to 13: the same", np.allclose(before, after, atol=1e-5))
before, after = converted("Hardmax", 13, 18, x, axis=1)
still("Hardmax, 13 to 18: the same", np.array_equal(before, after))
for kind in ("Softmax", "LogSoftmax"):
    before, after = converted(kind, 13, 12, x, axis=1)
    off = np.abs(before - after).max()
    print(f"{kind} over channels, 13 to 12: up to {off:.2f} off")
    still(f"{kind} over channels, 13 to 12: over 0.5 off", off > 0.5)

sys.exit(bool(changed))
EOF
