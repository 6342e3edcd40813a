#!/usr/bin/env bash
# onnxscript: `convert_version` from opset 11 to 18 changes the number of the file and leaves its softmaxes as they are.
#
# The converter has steps from opset 18 on; it refuses a target below 18 with a clear error, but not a model below 18.
# Such a model gets the new number, its nodes as they were. To opset 12 a `Softmax` with axis=1 is one over all axes
# from 1 on, since 13 over axis 1 alone, and so the weights of a softmax over 4 channels of 6 x 8 pixels sum to 48
# instead of 1; without an axis, 1 becomes -1 too. `LogSoftmax` and `Hardmax` are as wrong; `onnx.version_converter` is
# right for the first two. With `fallback=True` onnxscript asks that one and is right too; the default is False. Nothing
# is raised, and nothing is logged. Of nodes whose inputs have changed since (`Squeeze`, `Slice`, `Pad`) a file comes
# out that no runtime loads, which is at least seen.
#
# Who is bitten: whoever raises an old file by it, or runs `ConvertVersionPass` among other passes: spatial softmaxes,
# attention maps and classifiers whose scores are still of rank 4. Instead: `fallback=True`.
#
# Versions: onnxscript 0.7.2, onnx-ir 1.1.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/onnxscript_version_converter_raises_softmax_unchanged.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    onnxscript==0.7.2 onnx-ir==1.1.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import io
import logging
import sys

import numpy as np
import onnx
import onnx_ir
import onnxruntime
import onnxscript
import onnxscript.version_converter
from onnx import TensorProto, helper, numpy_helper

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


def raised(model, target, **options):
    """Return the model of another opset, by onnxscript."""
    inner = onnx_ir.from_proto(model)
    onnxscript.version_converter.convert_version(inner, target_version=target, **options)
    return onnx_ir.to_proto(inner)


print("onnxscript", onnxscript.__version__, "onnx_ir", onnx_ir.__version__, "onnx", onnx.__version__)
said = io.StringIO()
logging.basicConfig(stream=said, level=logging.WARNING)
x = np.random.default_rng(0).standard_normal((1, 4, 6, 8)).astype(np.float32)
for kind in ("Softmax", "LogSoftmax", "Hardmax"):
    for opset in (9, 11, 12, 13):
        for attributes in ({}, {"axis": 1}, {"axis": 2}):
            given = model_of([helper.make_node(kind, ["x"], ["y"], **attributes)], x.shape, opset)
            new = raised(given, 18)
            still("the file has opset 18 and one node", new.opset_import[0].version == 18 and len(new.graph.node) == 1)
            onnx.checker.check_model(new, full_check=True)
            off = np.abs(run(new, x) - run(given, x)).max()
            name = f"{kind}, {attributes or 'no axis'}, opset {opset} to 18"
            print(f"{name}: up to {off:.3f} off")
            still(f"{name}: {'over 0.4 off' if opset < 13 else 'the same'}", off > 0.4 if opset < 13 else off < 1e-6)
still("nothing is logged", said.getvalue() == "")
given = model_of([helper.make_node("Softmax", ["x"], ["y"], axis=1)], x.shape, 11)
before, after = run(given, x).sum(), run(raised(given, 18), x).sum()
print(f"weights of one softmax over all sum to {before:.3f} in opset 11 and to {after:.3f} in 18")
still("they sum to 1 and to 48", abs(before - 1) < 1e-4 and abs(after - 48) < 1e-3)
still("with fallback=True they sum to 1", abs(run(raised(given, 18, fallback=True), x).sum() - 1) < 1e-4)
try:
    raised(given, 17)
    refused = False
except ValueError as error:
    print("a target of 17:", error)
    refused = True
still("a target of 17 is refused", refused)

sys.exit(bool(changed))
EOF
