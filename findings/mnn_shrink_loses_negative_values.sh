#!/usr/bin/env bash
# MNN: `Shrink` of an ONNX file makes all large negative values 0, and shifts the small ones that have to be 0.
#
# PyTorch's `softshrink` and `hardshrink` are exported as `Shrink`: x - bias above lambd, x + bias below -lambd, else 0.
# MNN takes the second part for the values between -lambd and 0 and not for those below: with lambd and bias 0.5, -1 is
# 0 instead of -0.5, and -0.2 is 0.3 instead of 0. Positive values are right. So noise is as far off as it is wide; the
# mean of a soft threshold, 0 by symmetry, becomes positive. By NumPy, ONNX Runtime is right.
#
# Who is bitten: networks with a soft threshold, as unrolled sparse coding, wavelet denoising and compressed sensing, on
# a telephone. Instead: relu(x - lambd) - relu(-x - lambd).
#
# Versions: MNN 3.6.1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/mnn_shrink_loses_negative_values.sh
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


noise = np.random.default_rng(0).normal(size=(1, 3, 24, 32)).astype(np.float32)
few = np.float32([-1, -0.7, -0.2, 0.2, 0.7, 1])
for lambd, bias in ((0.5, 0.5), (0.5, 0.0), (0.5, 0.2), (1.0, 1.0)):
    name = f"lambd {lambd}, bias {bias}"
    node = helper.make_node("Shrink", ["x"], ["y"], lambd=lambd, bias=bias)
    right, found = by_both(node, {"x": few})
    print(f"{name}: {few} becomes {found.round(2) + 0.0} instead of {right.round(2) + 0.0}")
    right, found = by_both(node, {"x": noise})
    true = np.where(noise > lambd, noise - bias, np.where(noise < -lambd, noise + bias, 0))
    turned = np.where(noise > lambd, noise - bias, np.where((noise < 0) & (noise > -lambd), noise + bias, 0))
    off = np.abs(found - right)
    print(f"    noise: {off.max():.2f} off, mean {found.mean():.3f} instead of {right.mean():.3f}")
    still(f"{name}: ONNX Runtime is NumPy's", np.abs(right - true).max() < 1e-5)
    still(f"{name}: MNN is right for positive values", off[noise > 0].max() < 1e-5)
    still(f"{name}: all below -lambd become 0", not found[noise < -lambd].any())
    still(f"{name}: those between -lambd and 0 are shifted", np.abs(found - turned).max() < 1e-5)
    still(f"{name}: over 1.5 off", off.max() > 1.5)
still("softened noise has lost its symmetry", found.mean() > 0.1 and abs(right.mean()) < 0.01)

sys.exit(bool(changed))
EOF
