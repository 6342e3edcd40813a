#!/usr/bin/env bash
# MNN: `ScatterND` of an ONNX file with `reduction` "add", "mul", "max" or "min" is converted to one that overwrites:
# the last one wins. So is `ScatterElements` with "max" and "min". The converter reports success.
#
# To 1, 2, 3, 4, 5 add 3 and 2 at place 1 and 9 at place 3: 1, 7, 3, 13, 5 by definition, 1, 2, 3, 9, 5 by MNN, and so
# with all four reductions. A picture of 48 x 64 pixels splatted by a flow keeps 64 % of its sum, 26 % of its pixels
# are wrong. `ScatterElements` adds and multiplies rightly, at least if what is added is an input of the model. ONNX
# Runtime is what NumPy's `add.at` and its kin give.
#
# Who is bitten: forward warps (softmax or average splatting), voting, histograms and graph networks on a telephone.
# Instead: a product with a matrix of ones and zeros, or warp backwards.
#
# Versions: MNN 3.6.1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/mnn_scatter_forgets_its_reduction.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    MNN==3.6.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys
from importlib.metadata import version

import MNN.expr as expr
import MNN.nn
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, save

changed = []
# What the command mnnconvert calls; the command itself would install a package for its log.
CONVERT = "import sys, _tools; _tools.mnnconvert(sys.argv)"


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_both(node, inputs, constants=None):
    """Results of an ONNX file of one node by ONNX Runtime and by MNN."""
    kinds = [helper.make_tensor_value_info(name, TensorProto.FLOAT, a.shape) for name, a in inputs.items()]
    kept = [numpy_helper.from_array(a, name) for name, a in (constants or {}).items()]
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "one", kinds, [result], kept)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), "one.onnx")
    runtime = onnxruntime.InferenceSession("one.onnx", providers=["CPUExecutionProvider"])
    words = ["mnnconvert", "-f", "ONNX", "--modelFile", "one.onnx", "--MNNModel", "one.mnn", "--bizCode", "one"]
    done = subprocess.run([sys.executable, "-c", CONVERT, *words[1:]], capture_output=True, text=True, check=True)
    said = (done.stdout + done.stderr).lower()
    still("    the converter reports success and no warning", "converted success" in said and "warn" not in said)
    network = MNN.nn.load_module_from_file("one.mnn", list(inputs), ["y"])
    given = [expr.const(np.ascontiguousarray(a), list(a.shape), expr.NCHW) for a in inputs.values()]
    found = network.forward(given)[0]
    found = expr.convert(found, expr.NCHW) if len(found.shape) == 4 else found
    return runtime.run(None, inputs)[0], np.array(found.read())


print("MNN", version("MNN"), "onnxruntime", version("onnxruntime"))


def scatter(kind, reduction, start, places, values):
    node = helper.make_node(kind, ["x", "i", "u"], ["y"], reduction=reduction)
    index = places[:, None] if kind == "ScatterND" else places
    return by_both(node, {"x": start, "u": values}, {"i": index.astype(np.int64)})


rules = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}
random = np.random.default_rng(0)
rows, columns = np.mgrid[:48, :64]
to = np.stack([rows, columns]) + random.normal(0, 1.5, (2, 48, 64)).round().astype(int)
to = np.clip(to, 0, [[[47]], [[63]]])
picture = random.uniform(0.5, 2, 48 * 64).astype(np.float32)
flow = (to[0] * 64 + to[1]).ravel()
five = np.arange(1, 6, dtype=np.float32)
for kind in ("ScatterND", "ScatterElements"):
    for reduction, rule in rules.items():
        name = f"{kind}, {reduction}"
        right, found = scatter(kind, reduction, five, np.array([1, 1, 3]), np.float32([3, 2, 9]))
        true = five.copy()
        rule.at(true, [1, 1, 3], np.float32([3, 2, 9]))
        print(f"{name}: {found} instead of {right}")
        still(f"{name}: ONNX Runtime is NumPy's", np.array_equal(right, true))
        if kind == "ScatterElements" and reduction in ("add", "mul"):
            still(f"{name}: so is MNN", np.array_equal(found, true))
        else:
            still(f"{name}: MNN overwrites", np.array_equal(found, [1, 2, 3, 9, 5]))
            still(f"{name}: which is wrong", not np.array_equal(found, true))
    right, found = scatter(kind, "add", np.zeros(48 * 64, np.float32), flow, picture)
    true, last = np.zeros((2, 48 * 64))
    np.add.at(true, flow, picture)
    last[flow] = picture
    wrong = (np.abs(found - right) > 1e-3).mean()
    print(f"{kind}, splatting: {found.sum() / right.sum():.3f} of the sum is left, {wrong:.0%} of the pixels are wrong")
    still(f"{kind}, splatting: ONNX Runtime is NumPy's", np.abs(right - true).max() < 1e-4)
    if kind == "ScatterElements":
        still(f"{kind}, splatting: MNN is right", wrong == 0)
        continue
    still(f"{kind}, splatting: MNN keeps the last", np.abs(found - last).max() < 1e-6)
    still(f"{kind}, splatting: a third of the sum is lost", 0.58 < found.sum() / right.sum() < 0.7)
    still(f"{kind}, splatting: over a fifth of the pixels are wrong", wrong > 0.2)

sys.exit(bool(changed))
EOF
