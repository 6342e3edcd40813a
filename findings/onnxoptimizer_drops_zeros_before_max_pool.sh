#!/usr/bin/env bash
# onnxoptimizer: zeros padded before a max pool become no pixels: the border of a negative picture is below 0.
#
# The pass `fuse_pad_into_pool`, one of those that run by default, takes a `Pad` of constant 0 away and gives its widths
# to the pool after it. Zeros beyond the border of an `AveragePool` are what `count_include_pad` means, but those of a
# `MaxPool` count as minus infinity there. So wherever all pixels of a window at the border are below 0, its maximum is
# one of them instead of 0; a picture of -5 padded by zeros and pooled by 3 x 3 has a border of 0 before and of -5
# after. In 32 x 32 pixels of noise of 1 with a mean of -1, 4 % change. What is padded by minus infinity would be right
# to fuse, and is left alone.
#
# Who is bitten: networks of `F.pad` and a max pool without padding of its own, as all that were converted from
# TensorFlow with "same" padding by hand; features before a ReLU are negative half the time. Instead: list the passes,
# without this one. `onnxsim` is right here.
#
# Versions: onnxoptimizer 0.4.2, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/onnxoptimizer_drops_zeros_before_max_pool.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    onnxoptimizer==0.4.2 onnx==1.23.2 onnxruntime==1.32.0 onnxsim==0.8.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxoptimizer
import onnxruntime
import onnxsim
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


def padded_pool(kind, value, shape, **attributes):
    """Return a model that pads rows and columns by one pixel and pools by 3 x 3."""
    pad = helper.make_node("Pad", ["x", "widths", "value"], ["padded"])
    pool = helper.make_node(kind, ["padded"], ["y"], kernel_shape=[3, 3], **attributes)
    constants = [("widths", np.array([0, 0, 1, 1, 0, 0, 1, 1])), ("value", np.array(value, np.float32))]
    return model_of([pad, pool], shape, 17, constants)


print("onnxoptimizer", onnxoptimizer.__version__, "onnxsim", onnxsim.__version__, "onnx", onnx.__version__)
even = np.full((1, 1, 6, 8), -5, np.float32)
noise = np.random.default_rng(0).standard_normal((4, 8, 32, 32)).astype(np.float32) - 1
for name, x in (("even", even), ("noise", noise)):
    given = padded_pool("MaxPool", 0, x.shape)
    new = onnxoptimizer.optimize(given)
    before, after = run(given, x), run(new, x)
    share = np.mean(before != after)
    print(f"{name}: {[node.op_type for node in new.graph.node]}, {share:.1%} of all pixels differ")
    still(f"{name}: the pad is gone", [node.op_type for node in new.graph.node] == ["MaxPool"])
    still(f"{name}: inside all is right", np.array_equal(before[..., 1:-1, 1:-1], after[..., 1:-1, 1:-1]))
    safe = [step for step in onnxoptimizer.get_fuse_and_elimination_passes() if step != "fuse_pad_into_pool"]
    still(f"{name}: without that pass it is right", np.array_equal(run(onnxoptimizer.optimize(given, safe), x), before))
    alone = onnxoptimizer.optimize(given, ["fuse_pad_into_pool"])
    still(f"{name}: by that pass alone it is as wrong", np.array_equal(run(alone, x), after))
    still(f"{name}: onnxsim is right", np.array_equal(run(onnxsim.simplify(given)[0], x), before))
    if name == "even":
        print("first row before:", before[0, 0, 0], "after:", after[0, 0, 0])
        still("the border is 0 before", bool(np.all(before[0, 0, 0] == 0)))
        still("and -5 after", bool(np.all(after == -5)))
    else:
        still("noise: 3 to 6 % of all pixels differ", 0.03 < share < 0.06)
given = padded_pool("MaxPool", -np.inf, noise.shape)
new = onnxoptimizer.optimize(given)
still("padded by minus infinity nothing is fused", len(new.graph.node) == 2)
given = padded_pool("AveragePool", 0, noise.shape)
new = onnxoptimizer.optimize(given)
right = len(new.graph.node) == 1 and np.allclose(run(new, noise), run(given, noise), atol=1e-5)
still("an average pool is fused rightly", right)

sys.exit(bool(changed))
EOF
