#!/usr/bin/env bash
# onnx2torch: a `CumSum` that does not name `reverse` runs backwards: 1, 2, 3, 4 sum to 10, 9, 7, 4, not 1, 3, 6, 10.
#
# ONNX's `CumSum` has an attribute `reverse` whose default is 0, and PyTorch's older exporter (dynamo=False) leaves it
# out, as it may; the newer one writes it. onnx2torch reads a missing one as 1. It converts without a warning, the shape
# is right, and the last position has the sum of one value instead of the first. With `reverse=0` written into the file
# all is right; ONNX Runtime gives NumPy's sums of either file.
#
# Who is bitten: networks with integral images, box filters by sums, positions counted by `cumsum` of a mask, volume
# rendering and causal means over frames, which are converted to be trained further or run in PyTorch: time and space
# run the other way. Instead: write the attribute before converting (node.attribute, name "reverse", i = 0).
#
# Versions: onnx2torch 1.5.15, torch 2.13.0, torchvision 0.28.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on
# Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/onnx2torch_cumulative_sums_go_backwards.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    onnx2torch==1.5.15 torch==2.13.0 torchvision==0.28.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch

# where torchvision's wheel is for CUDA and torch is not, two operators that it describes are not there
operators = torch.library.Library("torchvision", "FRAGMENT")
try:
    import torchvision
except RuntimeError:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision

from onnx2torch import convert

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class Sums(torch.nn.Module):
    def __init__(self, axes):
        super().__init__()
        self.axes = axes

    def forward(self, x):
        for axis in self.axes:
            x = x.cumsum(axis)
        return x


def told(model, x):
    """Convert; return the network's result and whether anything was said."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        network = convert(model)
    with torch.no_grad():
        return network(x).numpy(), [str(s.message) for s in said]


def by_runtime(model, x):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x.numpy()})[0]


print("torch", torch.__version__, "torchvision", torchvision.__version__, "onnx", onnx.__version__)
line = torch.tensor([[1.0, 2.0, 3.0, 4.0]])
clip = torch.rand(2, 8, 3, 6, 10, generator=torch.Generator().manual_seed(0))
cases = {"a line": (line, (1,)), "frames of a clip": (clip, (1,)), "an integral image": (clip, (3, 4))}
for name, (x, axes) in cases.items():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(Sums(axes).eval(), (x,), "sums.onnx", opset_version=17, dynamo=False)
    model = onnx.load("sums.onnx")
    sums = [node for node in model.graph.node if node.op_type == "CumSum"]
    still(f"{name}: the exporter writes no attribute", all(not node.attribute for node in sums) and len(sums) > 0)
    right = back = x.numpy()
    for axis in axes:
        right, back = np.cumsum(right, axis), np.flip(np.cumsum(np.flip(back, axis), axis), axis)
    found, said = told(model, x)
    print(f"{name}: {np.abs(found - right).max():.2f} off at most, of {right.max():.2f}")
    if name == "a line":
        print(f"    {x[0].tolist()} becomes {found[0].tolist()}, right {right[0].tolist()}")
        still(f"{name}: 10, 9, 7, 4", found[0].tolist() == [10, 9, 7, 4])
    still(f"{name}: the sums run backwards", np.allclose(found, back, atol=1e-4) and not np.allclose(found, right))
    still(f"{name}: nothing is said of it", not [s for s in said if "sum" in s.lower() or "reverse" in s.lower()])
    still(f"{name}: ONNX Runtime is as NumPy", np.allclose(by_runtime(model, x), right, atol=1e-4))
    for node in sums:
        node.attribute.append(onnx.helper.make_attribute("reverse", 0))
    onnx.checker.check_model(model)
    found, _ = told(model, x)
    still(f"{name}: with reverse=0 written it is right", np.allclose(found, right, atol=1e-4))
    still(f"{name}: which changes nothing by ONNX Runtime", np.allclose(by_runtime(model, x), right, atol=1e-4))
default = onnx.defs.get_schema("CumSum", 14).attributes["reverse"].default_value.i
print("default of `reverse` by ONNX:", default)
still("ONNX: the default is 0", default == 0)

sys.exit(bool(changed))
EOF
