#!/usr/bin/env bash
# OpenVINO: recurrent layers of ONNX files with `layout=1` take samples for steps, and mix all samples of the batch.
#
# ONNX has `layout` for RNN, GRU and LSTM since opset 14: 0, the default, for inputs of (steps, batch, features), and 1
# for (batch, steps, features). OpenVINO does not look at it. From 3 samples of 5 steps it makes 5 samples of 3 steps:
# an output of (3, 1, 5, 4) instead of (3, 5, 1, 4), in which each step of the first sample is followed by that of the
# second. It is exactly its own result for `layout=0` of the same numbers. A sample's result changes if another one
# does; the first sample alone is one step of a batch of five. The same layer with `layout=0` and its input turned is
# right, and by the definition, written in NumPy, the answer of `layout=1` is that turned back.
#
# Who is bitten: networks over frames or tokens whose recurrent layers are batch first in the file. Square inputs, of as
# many samples as steps, keep every size, so that nothing after it complains. Instead: `layout=0` and a Transpose.
#
# Versions: openvino 2026.4.1, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/openvino_batch_first_layers_mix_samples.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check openvino==2026.4.1 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import openvino
from onnx import TensorProto, checker, helper, numpy_helper

HIDDEN = 4
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def logistic(values):
    return 1 / (1 + np.exp(-values))


def by_numpy(kind, clips, weights, states):
    """Return what a layer of ONNX's default functions gives at each step, (batch, steps, HIDDEN)."""
    hidden = cell = np.zeros((len(clips), HIDDEN))
    steps = []
    for step in clips.astype(float).swapaxes(0, 1):
        inputs = np.split(step @ weights[0].T, len(weights[0]) // HIDDEN, 1)
        past = np.split(hidden @ states[0].T, len(states[0]) // HIDDEN, 1)
        if kind == "RNN":
            hidden = np.tanh(inputs[0] + past[0])
        elif kind == "GRU":
            keep, reset = logistic(inputs[0] + past[0]), logistic(inputs[1] + past[1])
            candidate = np.tanh(inputs[2] + (reset * hidden) @ states[0][2 * HIDDEN :].T)
            hidden = (1 - keep) * candidate + keep * hidden
        else:
            enter, leave, forget = (logistic(inputs[k] + past[k]) for k in range(3))
            cell = forget * cell + enter * np.tanh(inputs[3] + past[3])
            hidden = leave * np.tanh(cell)
        steps.append(hidden)
    return np.stack(steps, 1)


def by_openvino(kind, inputs, weights, states, layout):
    """Return the first output of a file with one such layer."""
    first, second = inputs.shape[:2]
    size = [first, second, 1, HIDDEN] if layout else [first, 1, second, HIDDEN]
    node = helper.make_node(kind, ["x", "w", "r"], ["y"], hidden_size=HIDDEN, layout=layout)
    graph = helper.make_graph(
        [node],
        "recurrent",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, inputs.shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, size)],
        [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(states, "r")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8)
    checker.check_model(model)
    with open("recurrent.onnx", "wb") as file:
        file.write(model.SerializeToString())
    hint = {"INFERENCE_PRECISION_HINT": "f32"}
    return np.array(openvino.Core().compile_model("recurrent.onnx", "CPU", hint)([inputs])[0])


print("openvino", version("openvino"), "onnx", version("onnx"))
random = np.random.default_rng(0)
for kind, gates in (("RNN", 1), ("GRU", 3), ("LSTM", 4)):
    weights = random.standard_normal((1, gates * HIDDEN, 2)).astype(np.float32)
    states = random.standard_normal((1, gates * HIDDEN, HIDDEN)).astype(np.float32)
    for batch, steps in ((3, 5), (4, 4)):
        clips = random.standard_normal((batch, steps, 2)).astype(np.float32)
        truth = by_numpy(kind, clips, weights, states)
        turned = by_openvino(kind, np.ascontiguousarray(clips.swapaxes(0, 1)), weights, states, 0)
        name = f"{kind}, {batch} samples of {steps} steps"
        still(f"{name}: turned, with layout 0, it is right", np.allclose(turned[:, 0].swapaxes(0, 1), truth, atol=1e-4))
        found = by_openvino(kind, clips, weights, states, 1)
        print(f"{name}, layout 1: {found.shape} instead of {(batch, steps, 1, HIDDEN)}")
        still(f"{name}: the size is that of layout 0", found.shape == (batch, 1, steps, HIDDEN))
        still(f"{name}: so are the values", np.allclose(found, by_openvino(kind, clips, weights, states, 0)))
        if batch == steps:
            off = np.abs(found.reshape(truth.shape) - truth).max()
            print(f"{name}: {off:.2f} off in the order of the right answer")
            still(f"{name}: over 0.2 off", off > 0.2)
        other = clips.copy()
        other[0] += 1
        moved = np.abs(by_openvino(kind, other, weights, states, 1) - found)[1:].max()
        still(f"{name}: another first sample changes the second and third", moved > 0.02)

sys.exit(bool(changed))
EOF
