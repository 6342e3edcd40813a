#!/usr/bin/env bash
# tract: `Celu` with alpha 2 is half of what it should be below 0, with alpha 0.5 twice.
#
# ONNX has it as max(0, x) + min(0, alpha * (exp(x / alpha) - 1)): alpha is where it ends at the left, and the slope at
# 0 is 1 from both sides. tract divides x by alpha, and leaves out the alpha in front: each ends at -1, and the slope is
# 1 / alpha. With alpha 1, the default, it is the same. ONNX Runtime gives the definition; below 0 tract has 1 / alpha
# of that.
#
# Who is bitten: whoever runs a network with `Celu` of another alpha than 1 in tract.
#
# Versions: tract 0.23.9, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30
# November 2026.
#
# Run: bash findings/tract_celu_forgets_its_alpha.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    tract==0.23.9 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import onnxruntime
import tract
from onnx import TensorProto, helper

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def saved(alpha, kind, opset, size):
    """Write a file with one Celu of this alpha, and return its name."""
    sides = [helper.make_tensor_value_info(name, kind, [size]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Celu", ["x"], ["y"], alpha=alpha)], "celu", sides[:1], sides[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    with open("celu.onnx", "wb") as file:
        file.write(model.SerializeToString())
    return "celu.onnx"


def by_tract(path, values):
    model = tract.onnx().load(path)
    model.set_input_fact(0, f"{len(values)},f32")
    return model.into_model().into_runnable().run([values])[0].to_numpy()


def by_onnxruntime(path, values):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, {"x": values})[0]


print("tract", version("tract"), "onnxruntime", version("onnxruntime"), "onnx", version("onnx"))
values = np.linspace(-6, 3, 19, dtype=np.float32)
for alpha in (0.5, 1.0, 2.0, 4.0):
    path = saved(alpha, TensorProto.FLOAT, 12, len(values))
    truth = np.maximum(0, values) + np.minimum(0, alpha * (np.exp(values / alpha) - 1))
    found, other = by_tract(path, values), by_onnxruntime(path, values)
    print(f"alpha {alpha}: -6 is {found[0]:.3f} and -1 {found[10]:.3f}, by definition {truth[0]:.3f}, {truth[10]:.3f}")
    still(f"alpha {alpha}: ONNX Runtime is right", np.allclose(other, truth, atol=1e-4))
    still(f"alpha {alpha}: tract is right from 0 on", np.allclose(found[values >= 0], truth[values >= 0]))
    below = values < 0
    still(f"alpha {alpha}: below 0 it is 1 / alpha of that", np.allclose(found[below] * alpha, truth[below], atol=1e-4))
    if alpha != 1:
        still(f"alpha {alpha}: off by over 0.4", np.abs(found - truth).max() > 0.4)

sys.exit(bool(changed))
EOF
