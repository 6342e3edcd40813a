#!/usr/bin/env bash
# MNN: `GridSample` of an ONNX file with padding_mode "reflection" repeats the border instead, and with mode "cubic" it
# interpolates linearly. The converter reports success for both.
#
# A ramp 0 to 7, read beyond its ends, is by definition 2, 1, 0, 0, 1 ... 6, 7, 7, 6 with reflection; MNN gives 0, 0, 0
# and 7, 7, 7, as with "border", for linear and nearest, with aligned corners and without. Noise is several times its
# standard deviation off. Inside the picture all is right. Bicubic is to 1e-5 what bilinear is, also inside, where it
# is off by over 0.3. ONNX Runtime is what NumPy computes here from the definition of reflection.
#
# Who is bitten: networks that warp by a flow or by an affine grid on a telephone, near their borders, and every
# bicubic warp. Instead: reflect the coordinates in the network before `GridSample` with "border".
#
# Versions: MNN 3.6.1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/mnn_reflecting_warps_repeat_the_border.sh
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


def reflected(places, size, aligned):
    """Where places in -1..1 lie in a row of this size that is mirrored at its ends, in pixels."""
    if aligned:
        pixels = (places + 1) / 2 * (size - 1)
        folded = np.abs(pixels) % (2 * (size - 1))
        return np.minimum(folded, 2 * (size - 1) - folded)
    pixels = ((places + 1) * size - 1) / 2 + 0.5
    folded = np.abs(pixels) % (2 * size)
    return np.clip(np.minimum(folded, 2 * size - folded) - 0.5, 0, size - 1)


def warp(picture, grid, mode, padding, aligned):
    names = {"mode": mode, "padding_mode": padding, "align_corners": aligned}
    return by_both(helper.make_node("GridSample", ["x", "g"], ["y"], **names), {"x": picture, "g": grid})


ramp = np.arange(8, dtype=np.float32).reshape(1, 1, 1, 8).repeat(4, 2)
places = np.linspace(-1.9, 1.9, 17, dtype=np.float32)
grid = np.zeros((1, 1, 17, 2), np.float32)
grid[..., 0] = places
noise = np.random.default_rng(0).normal(size=(1, 3, 24, 32)).astype(np.float32)
wide = np.random.default_rng(1).uniform(-1.8, 1.8, (1, 20, 20, 2)).astype(np.float32)
for aligned in (0, 1):
    true = reflected(places, 8, aligned)
    for mode in ("linear", "nearest"):
        name = f"{mode}, align_corners={aligned}"
        right, found = warp(ramp, grid, mode, "reflection", aligned)
        border = warp(ramp, grid, mode, "border", aligned)
        print(f"{name}: by MNN {found.ravel()[[0, 1, 2, 14, 15, 16]].round(2)}")
        print(f"    by ONNX Runtime {right.ravel()[[0, 1, 2, 14, 15, 16]].round(2)}, NumPy {true[:3].round(2)}")
        if mode == "linear":
            still(f"{name}: ONNX Runtime is NumPy's", np.abs(right.ravel() - true).max() < 1e-4)
        still(f"{name}: MNN's reflection is the border repeated", np.abs(found - border[0]).max() < 1e-4)
        still(f"{name}: border is right", np.abs(border[1] - border[0]).max() < 1e-4)
        still(f"{name}: over 2.5 of 7 off", np.abs(found - right).max() > 2.5)
        beyond = np.abs(wide).max(-1) > 1.05
        inside = np.abs(wide).max(-1) < 0.9
        right, found = warp(noise, wide, mode, "reflection", aligned)
        off = np.abs(found - right).max(1)
        print(f"{name}, noise: {off[inside].max():.1g} off inside, {off[beyond].max():.2f} beyond")
        still(f"{name}, noise: right inside alone", off[inside].max() < 1e-4 and off[beyond].max() > 2)
    for padding in ("zeros", "border"):
        name = f"cubic, {padding}, align_corners={aligned}"
        right, found = warp(noise, wide * 0.45, "cubic", padding, aligned)
        linear = warp(noise, wide * 0.45, "linear", padding, aligned)[0]
        print(f"{name}: {np.abs(found - right).max():.3f} off inside, {np.abs(found - linear).max():.1g} from linear")
        still(f"{name}: it is linear", np.abs(found - linear).max() < 1e-4)
        still(f"{name}: over 0.3 off", np.abs(found - right).max() > 0.3)

sys.exit(bool(changed))
EOF
