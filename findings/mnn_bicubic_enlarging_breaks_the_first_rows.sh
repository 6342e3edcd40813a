#!/usr/bin/env bash
# MNN: bicubic enlarging of an ONNX file is wrong in the first rows and columns, and right in all others.
#
# `Resize` with mode "cubic" and half_pixel, as PyTorch exports `interpolate(mode="bicubic")`: doubled, a ramp 0 to 7
# begins with 0.668, 0.191, 0.668 instead of -0.105, 0.191, 0.668, and noise is over 1 off in row 0 and column 0; by 3
# it is so in one row and column too, by 4 in two. The number is what comes out if the place of the first pixel, -0.25,
# is cut to 0 instead of rounded down to -1: weights for 0.75 behind -1 are used behind 0. Halved, and with aligned
# corners, where no place is negative, all is right. By NumPy, from the definition, ONNX Runtime is right everywhere.
#
# Who is bitten: super-resolution with a bicubic skip connection: a false line at the top and at the left, and a
# picture and its mirror image give different results. Instead: pad by two pixels, enlarge and crop.
#
# Versions: MNN 3.6.1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/mnn_bicubic_enlarging_breaks_the_first_rows.sh
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


def weights(x, a=-0.75):
    x = np.abs(x)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    return np.where(x <= 1, near, np.where(x < 2, (((x - 5) * x + 8) * x - 4) * a, 0))


def along(size, scale, to_zero):
    """Matrix that resizes a row by the definition; with `to_zero` the place is cut instead of rounded down."""
    matrix = np.zeros((int(size * scale), size))
    for i in range(len(matrix)):
        place = (i + 0.5) / scale - 0.5
        first = np.floor(place)
        for k in range(-1, 3):
            column = (np.trunc(place) if to_zero else first) + k
            matrix[i, int(np.clip(column, 0, size - 1))] += weights(place - first - k)
    return matrix


def resize(picture, scale, transformation="half_pixel"):
    names = {"mode": "cubic", "coordinate_transformation_mode": transformation, "cubic_coeff_a": -0.75}
    node = helper.make_node("Resize", ["x", "", "s"], ["y"], **names)
    return by_both(node, {"x": picture}, {"s": np.float32([1, 1, scale, scale])})


ramp = np.arange(8, dtype=np.float32).reshape(1, 1, 1, 8).repeat(8, 2)
right, found = resize(ramp, 2)
print("a ramp doubled begins with", found[0, 0, 8, :4].round(3), "instead of", right[0, 0, 8, :4].round(3))
still("0.668 instead of -0.105", np.allclose([found[0, 0, 8, 0], right[0, 0, 8, 0]], [0.668, -0.105], atol=1e-3))
noise = np.random.default_rng(0).normal(size=(1, 3, 14, 18)).astype(np.float32)
for scale, wrong in ((2, 1), (3, 1), (4, 2), (0.5, 0)):
    right, found = resize(noise, scale)
    both = (np.einsum("ih,jw,nchw->ncij", along(14, scale, cut), along(18, scale, cut), noise) for cut in (False, True))
    true, cut = both
    off = np.abs(found - true)
    rest = off[..., wrong:, wrong:].max()
    print(f"by {scale}: {off.max():.2f} off, beyond {wrong} rows and columns {rest:.1g}")
    print(f"    from NumPy with places cut to zero: {np.abs(found - cut).max():.1g}")
    still(f"by {scale}: ONNX Runtime is NumPy's", np.abs(right - true).max() < 1e-4)
    still(f"by {scale}: MNN is, beyond {wrong} rows and columns", rest < 1e-4)
    if wrong:
        edges = [off[:, :, i].max() for i in range(wrong)] + [off[..., i].max() for i in range(wrong)]
        still(f"by {scale}: in each of those over 1 off", min(edges) > 1)
        still(f"by {scale}: it is NumPy's with places cut to zero", np.abs(found - cut).max() < 1e-4)
        mirrored = resize(noise[..., ::-1, ::-1].copy(), scale)
        apart = [np.abs(m[..., ::-1, ::-1] - p).max() for m, p in zip(mirrored, (right, found))]
        print(f"    mirrored before and after: ONNX Runtime {apart[0]:.1g} apart, MNN {apart[1]:.2f}")
        still(f"by {scale}: mirrored pictures differ by MNN alone", apart[0] < 1e-4 and apart[1] > 1)
right, found = resize(noise, 2, "align_corners")
still("with aligned corners it is right", np.abs(right - found).max() < 1e-4)

sys.exit(bool(changed))
EOF
