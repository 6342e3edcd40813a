#!/usr/bin/env bash
# tf2onnx: `//` and `%` of whole numbers are converted to ones that go the other way below 0.
#
# TensorFlow rounds a quotient down and gives the remainder the sign of the divisor, as Python and NumPy do: -1 // 3 is
# -1 and -1 % 3 is 2. The ONNX model holds a plain `Div`, which cuts whole numbers off towards 0, and `%` is made of
# it: -1 // 3 is 0 and -1 % 3 is -1. All quotients that are below 0 and not whole are off by one, all remainders then
# by the divisor: int32 and int64, opset 9 to 18. Two forms are bitten without anybody writing a negative number:
# rounding up as `-(-a // b)` rounds down, so that a clip of 10 frames has 3 blocks of 3 instead of 4, and a position
# that is to wrap around is negative. Floats are right. The conversion reports nothing.
#
# Who is bitten: block and patch counts, wrapped positions (shifted windows, circular padding, angles), time steps
# before the first frame. Instead: (a + b - 1) // b, `(x + width) % width`, or a floor of floats.
#
# Versions: tf2onnx 1.17.0, tensorflow-cpu 2.21.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64
# with Python 3.11, 30 November 2026.
#
# Run: bash findings/tf2onnx_floor_division_rounds_towards_zero.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    tf2onnx==1.17.0 tensorflow-cpu==2.21.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 ./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
import tf2onnx

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_onnx(function, opset, *inputs):
    """The result of the converted function by ONNX Runtime, and the operators that it has become."""
    kinds = [tf.TensorSpec(one.shape, one.dtype) for one in inputs]
    model, _ = tf2onnx.convert.from_function(tf.function(function), kinds, opset=opset)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    found = session.run(None, dict(zip(names, inputs, strict=True)))[0]
    return found, [node.op_type for node in model.graph.node]


print("tf2onnx", version("tf2onnx"), "tensorflow", tf.__version__, "onnxruntime", onnxruntime.__version__)
numbers = np.arange(-7, 8)
for kind in (np.int32, np.int64):
    values = numbers.astype(kind)
    for divisor in (3, -3):
        rests = numbers % divisor != 0
        wrong = rests & (numbers * divisor < 0)
        for opset in (9, 13, 18):
            name = f"{np.dtype(kind).name}, by {divisor}, opset {opset}"
            floor, nodes = by_onnx(lambda one, by=divisor: one // by, opset, values)
            rest, _ = by_onnx(lambda one, by=divisor: one % by, opset, values)
            still(
                f"{name}: TensorFlow is as NumPy", np.array_equal((tf.constant(values) // divisor), numbers // divisor)
            )
            still(f"{name}: and its remainders", np.array_equal((tf.constant(values) % divisor), numbers % divisor))
            still(f"{name}: it is a plain Div", nodes == ["Div"])
            still(
                f"{name}: quotients that are not whole and below 0 are one too large, all others right",
                np.array_equal(floor - numbers // divisor, wrong.astype(int)),
            )
            right = numbers % divisor - divisor * wrong
            still(f"{name}: their remainders are off by the divisor", np.array_equal(rest, right))
    print(np.dtype(kind).name, "by 3:", numbers.tolist())
    print("  TensorFlow:", (numbers // 3).tolist(), (numbers % 3).tolist())
    floor, _ = by_onnx(lambda one: one // 3, 18, values)
    rest, _ = by_onnx(lambda one: one % 3, 18, values)
    print("  ONNX:", floor.tolist(), rest.tolist())
frames = np.arange(1, 11, dtype=np.int32)
found, _ = by_onnx(lambda one: -(-one // 3), 18, frames)
needed = np.ceil(frames / 3).astype(int)
print("blocks of 3 that 1 to 10 frames need:", found.tolist(), "instead of", needed.tolist())
still("rounding up rounds down", np.array_equal(found, frames // 3))
columns = np.arange(6, dtype=np.int32)
found, _ = by_onnx(lambda one: (one - 2) % 6, 18, columns)
print("columns 0 to 5 of 6, two to the left and around:", found.tolist(), "instead of", ((columns - 2) % 6).tolist())
still("wrapped columns are below 0", found.tolist() == [-2, -1, 0, 1, 2, 3])
found, _ = by_onnx(lambda one: one // 3.0, 18, numbers.astype(np.float32))
still("floats are right", np.array_equal(found, numbers // 3))

sys.exit(bool(changed))
EOF
