#!/usr/bin/env bash
# OpenVINO: the peepholes of an LSTM of an ONNX file are left out, and so is `input_forget`.
#
# ONNX's LSTM takes weights P by which the gates look at the cell, as its last input, and with input_forget=1 the forget
# gate is 1 minus the input gate. OpenVINO reads such files without a warning and computes as if P were 0 and
# input_forget 0: its result is the very one of the same file without them, and that is up to half of the range of an
# LSTM off. Without them it is right, with `clip`, reversed and in both directions too. ONNX Runtime agrees with the
# equations, computed here by NumPy, in all cases.
#
# Who is bitten: LSTMs with peepholes (`use_peepholes` of TensorFlow, CNTK, ConvLSTM-like cells) and coupled gates that
# were checked with ONNX Runtime. Instead: write the equations as MatMul, Mul and Add, which OpenVINO computes rightly.
#
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/openvino_lstm_forgets_its_peepholes.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import itertools
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper

changed = []
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}
STEPS, BATCH, FEATURES, HIDDEN = 6, 3, 5, 4
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def one_way(series, weights, recurrent, bias, peepholes, clip, coupled):
    """Return the hidden states of each step by the equations of ONNX: gates are input, output, forget, cell."""
    hidden = cell = np.zeros((BATCH, HIDDEN))
    look_input, look_output, look_forget = peepholes.reshape(3, HIDDEN)
    states = []
    for step in series.astype(float):
        sums = step @ weights.T + hidden @ recurrent.T + bias[: 4 * HIDDEN] + bias[4 * HIDDEN :]
        to_input, to_output, to_forget, to_cell = np.split(sums, 4, axis=1)
        limited = (lambda values: values) if clip is None else (lambda values: values.clip(-clip, clip))
        enters = sigmoid(limited(to_input + look_input * cell))
        stays = 1 - enters if coupled else sigmoid(limited(to_forget + look_forget * cell))
        cell = stays * cell + enters * np.tanh(limited(to_cell))
        hidden = sigmoid(limited(to_output + look_output * cell)) * np.tanh(cell)
        states.append(hidden)
    return np.stack(states)


def definition(series, weights, recurrent, bias, peepholes, direction, clip, coupled):
    ways = []
    for number in range(len(weights)):
        back = direction == "reverse" or number == 1
        parts = weights[number], recurrent[number], bias[number], peepholes[number]
        states = one_way(series[::-1] if back else series, *parts, clip, coupled)
        ways.append(states[::-1] if back else states)
    return np.stack(ways, axis=1)


def both(series, weights, recurrent, bias, peepholes, **settings):
    """Return the result of ONNX Runtime and that of OpenVINO."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, series.shape)
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["s", "d", "b", "h"])
    stored = {"w": weights, "r": recurrent, "b": bias} | ({} if peepholes is None else {"p": peepholes})
    names = ["x", "w", "r", "b"] + ([] if peepholes is None else ["", "", "", "p"])
    node = helper.make_node("LSTM", names, ["y"], hidden_size=HIDDEN, **settings)
    constants = [numpy_helper.from_array(array, name) for name, array in stored.items()]
    graph = helper.make_graph([node], "lstm", [given], [result], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    onnx.checker.check_model(model)
    file = model.SerializeToString()
    by_runtime = onnxruntime.InferenceSession(file).run(None, {"x": series})[0]
    return by_runtime, openvino.compile_model(openvino.Core().read_model(file), "CPU", EXACT)(series)[0]


print("openvino", openvino.__version__, "onnxruntime", onnxruntime.__version__)
random = np.random.default_rng(0)
series = random.standard_normal((STEPS, BATCH, FEATURES)).astype(np.float32)
DIRECTIONS = ("forward", "reverse", "bidirectional")
for direction, clip, looks, coupled in itertools.product(DIRECTIONS, (None, 2.0), (False, True), (0, 1)):
    ways = 2 if direction == "bidirectional" else 1
    shapes = (4 * HIDDEN, FEATURES), (4 * HIDDEN, HIDDEN), (8 * HIDDEN,), (3 * HIDDEN,)
    parts = [random.standard_normal((ways, *shape)).astype(np.float32) for shape in shapes]
    settings = {"direction": direction} | ({} if clip is None else {"clip": clip})
    true = definition(series, *parts[:3], parts[3] * looks, direction, clip, coupled)
    by_runtime, found = both(series, *parts[:3], parts[3] if looks else None, input_forget=coupled, **settings)
    name = f"{direction}, clip {clip}, {'with' if looks else 'no'} peepholes, input_forget {coupled}"
    off = np.abs(found - true)
    print(f"{name}: up to {off.max():.2f} off, {off.mean():.3f} on average")
    still(f"{name}: ONNX Runtime is right", np.allclose(by_runtime, true, atol=1e-5))
    plain = both(series, *parts[:3], None, **settings)[1]
    still(f"{name}: as without both", np.array_equal(found, plain))
    if looks or coupled:
        still(f"{name}: over 0.1 off", off.max() > 0.1)
    else:
        still(f"{name}: right", np.allclose(found, true, atol=1e-5))

sys.exit(bool(changed))
