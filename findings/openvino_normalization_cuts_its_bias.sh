#!/usr/bin/env bash
# OpenVINO: local response normalization takes the whole part of its bias alone: 1.9 is 1, and 0.5 is 0.
#
# The operation is x / (bias + alpha / size * sum of squares) ** beta. On a CPU the bias is cut to an integer: of 1.2
# and of 1.9 the result is the very one of 1. With 0.5 it is the one of 0: dark pixels are no longer kept dark but blown
# up, a picture of 0.01 becomes 10 instead of 0.017. It is so for ONNX files and for OpenVINO's own operation, and no
# warning tells of it. Whole biases are right, and alpha and beta are taken as they are. NumPy and ONNX Runtime agree.
#
# Who is bitten: networks with such layers of another bias than 1 or 2, like those that learn or tune it: all features
# are off by a factor, as (1.9 / 1) ** 0.75 = 1.6. Instead: bias 1 with alpha / bias, and the result by bias ** -beta.
#
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/openvino_normalization_cuts_its_bias.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper
from openvino import opset13

changed = []
onnxruntime.set_default_logger_severity(3)
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def normalized(picture, size, alpha, beta, bias):
    """Return the definition: squares are summed over `size` neighbouring channels."""
    half, channels = size // 2, picture.shape[1]
    sums = [(picture[:, max(0, i - half) : i + half + 1] ** 2).sum(1) for i in range(channels)]
    with np.errstate(divide="ignore", invalid="ignore"):
        return picture / (bias + alpha / size * np.stack(sums, 1)) ** beta


def in_onnx(shape, size, alpha, beta, bias):
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in "xy"]
    node = helper.make_node("LRN", ["x"], ["y"], size=size, alpha=alpha, beta=beta, bias=bias)
    graph = helper.make_graph([node], "lrn", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def own(shape, size, alpha, beta, bias):
    """Return a model of OpenVINO's own operation."""
    given = opset13.parameter(shape, np.float32)
    axes = opset13.constant(np.array([1], np.int64))
    return openvino.Model([opset13.lrn(given, axes, alpha, beta, bias, size)], [given])


print("openvino", openvino.__version__, "onnxruntime", onnxruntime.__version__)
picture = np.random.default_rng(0).standard_normal((1, 8, 6, 10)).astype(np.float32)
for size, alpha, beta in ((5, 1e-4, 0.75), (3, 0.5, 0.7)):
    for bias in (0.5, 1.0, 1.2, 1.9, 2.0, 2.5):
        settings = (size, alpha, beta, bias)
        file, true = in_onnx(picture.shape, *settings), normalized(picture, *settings)
        cut = normalized(picture, size, alpha, beta, int(bias))
        name = f"size {size}, alpha {alpha}, beta {beta}, bias {bias}"
        by_runtime = onnxruntime.InferenceSession(file).run(None, {"x": picture})[0]
        still(f"{name}: ONNX Runtime is right", np.allclose(by_runtime, true, atol=1e-5))
        read = openvino.Core().read_model(file)
        for who, model in (("ONNX", read), ("own operation", own(picture.shape, *settings))):
            found = openvino.compile_model(model, "CPU", EXACT)(picture)[0]
            factor = np.median(found / true)
            print(f"{name}, {who}: {factor:.2f} times the definition")
            still(f"{name}, {who}: as with {int(bias)}", np.allclose(found, cut, rtol=1e-3, atol=1e-4))
            right = np.allclose(found, true, rtol=1e-3, atol=1e-4)
            still(f"{name}, {who}: right for whole biases alone", right == (bias == int(bias)))

dark = np.full((1, 8, 4, 4), 0.01, np.float32)
settings = (5, 1.0, 0.75, 0.5)
true = normalized(dark, *settings)[0, 4, 2, 2]
found = openvino.compile_model(own(dark.shape, *settings), "CPU", EXACT)(dark)[0][0, 4, 2, 2]
print(f"an even 0.01 with a bias of 0.5: {found:.3f}, by definition {true:.3f}")
still("a dark picture is over ten times too bright", found > 10 * true)
# the remedy: the bias is taken out of the sum, and remains as a factor
size, alpha, beta, bias = 5, 1.0, 0.75, 1.9
mended = openvino.compile_model(own(picture.shape, size, alpha / bias, beta, 1.0), "CPU", EXACT)(picture)[0]
true = normalized(picture, size, alpha, beta, bias)
still("alpha / bias, then by bias ** -beta, is right", np.allclose(mended * bias**-beta, true, atol=1e-4))

sys.exit(bool(changed))
EOF
