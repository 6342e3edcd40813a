#!/usr/bin/env bash
# tract: recurrent layers of an ONNX file run forwards with Tanh, whatever `direction` and `activations` say.
#
# By ONNX's definition `activations` names the functions of `RNN`, `GRU` and `LSTM`, and `direction` "reverse" reads the
# last step first. tract looks at neither in a layer of one direction: an RNN with Relu gives, number for number, what
# one with Tanh does (below 0, where there can be nothing), and a reverse one gives what a forward one does, without a
# warning. Of "bidirectional" both halves are read rightly, by Tanh again. ONNX Runtime gives what the definition does,
# written anew in NumPy here.
#
# Who is bitten: motion and latent predictors by `torch.nn.RNN(nonlinearity="relu")`, gates by HardSigmoid, decoders
# that read a clip backwards: all shapes are right, and no number is. Instead of "reverse": a flip of the time before
# and after, which is right; instead of `activations`: the layer unrolled.
#
# Versions: tract 0.23.9, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/tract_recurrent_layers_are_always_tanh_and_forward.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    tract==0.23.9 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxruntime
import tract
from onnx import TensorProto, checker, helper, numpy_helper

FUNCTIONS = {
    "Tanh": np.tanh,
    "Relu": lambda x: np.maximum(x, 0),
    "Sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "HardSigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
    "Softsign": lambda x: x / (1 + np.abs(x)),
}
GATES = {"RNN": 1, "GRU": 3, "LSTM": 4}
USUAL = {"RNN": ["Tanh"], "GRU": ["Sigmoid", "Tanh"], "LSTM": ["Sigmoid", "Tanh", "Tanh"]}
STEPS, WIDTH, HIDDEN = 6, 3, 4
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_both(kind, array, weights, direction, activations):
    """All states of each direction and its last one, by an ONNX file in tract and in ONNX Runtime."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, array.shape)
    states = helper.make_tensor_value_info("y", TensorProto.FLOAT, (STEPS, len(weights[0]), 1, HIDDEN))
    last = helper.make_tensor_value_info("last", TensorProto.FLOAT, (len(weights[0]), 1, HIDDEN))
    options = {"hidden_size": HIDDEN, "direction": direction, "activations": activations * len(weights[0])}
    node = helper.make_node(kind, ["x", "w", "r"], ["y", "last"], **options)
    kept = [numpy_helper.from_array(one, name) for one, name in zip(weights, "wr", strict=True)]
    graph = helper.make_graph([node], "one", [given], [states, last], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    checker.check_model(model, full_check=True)
    onnx.save(model, "one.onnx")
    found = tract.onnx().load("one.onnx").into_model().into_runnable().run([array])
    runtime = onnxruntime.InferenceSession("one.onnx", providers=["CPUExecutionProvider"])
    right = runtime.run(None, {"x": array})
    return [one.to_numpy()[..., 0, :] for one in found], [one[..., 0, :] for one in right]


def defined(kind, array, weights, direction, activations):
    """The same of one direction by the definition."""
    first, *others = (FUNCTIONS[name] for name in activations)
    steps = range(STEPS) if direction == "forward" else range(STEPS - 1, -1, -1)
    state = cell = np.zeros(HIDDEN)
    states = np.zeros((STEPS, HIDDEN))
    for step in steps:
        inputs = np.split(weights[0][0].astype(float) @ array[step, 0], GATES[kind])
        matrices = np.split(weights[1][0].astype(float), GATES[kind])
        sums = [one + matrix @ state for one, matrix in zip(inputs, matrices, strict=True)]
        if kind == "RNN":
            state = first(sums[0])
        elif kind == "GRU":
            update, reset = first(sums[0]), first(sums[1])
            state = (1 - update) * others[0](inputs[2] + matrices[2] @ (reset * state)) + update * state
        else:
            cell = first(sums[2]) * cell + first(sums[0]) * others[0](sums[3])
            state = first(sums[1]) * others[1](cell)
        states[step] = state
    return states[:, None], state[None]


def near(found, true):
    return all(np.abs(one - other).max() < 2e-5 for one, other in zip(found, true, strict=True))


print("tract", tract.version(), "ONNX Runtime", onnxruntime.__version__)
random = np.random.default_rng(0)
array = random.normal(size=(STEPS, 1, WIDTH)).astype(np.float32)
others = {"RNN": ["Relu"], "GRU": ["HardSigmoid", "Softsign"], "LSTM": ["HardSigmoid", "Softsign", "Tanh"]}
for kind, gates in GATES.items():
    shapes = ((1, gates * HIDDEN, WIDTH), (1, gates * HIDDEN, HIDDEN))
    weights = [random.normal(size=shape).astype(np.float32) / 2 for shape in shapes]
    plain = defined(kind, array, weights, "forward", USUAL[kind])
    for direction in ("forward", "reverse"):
        for activations in (USUAL[kind], others[kind]):
            name = f"{kind}, {direction}, {', '.join(activations)}"
            true = defined(kind, array, weights, direction, activations)
            found, right = by_both(kind, array, weights, direction, activations)
            print(f"{name}: first state {found[0][0, 0].round(2)}, right {right[0][0, 0].round(2)}")
            still(f"{name}: ONNX Runtime is as defined", near(right, true))
            if direction == "forward" and activations == USUAL[kind]:
                still(f"{name}: tract is right", near(found, true))
            else:
                still(f"{name}: tract runs forwards with {', '.join(USUAL[kind])}", near(found, plain))
                off = max(np.abs(one - other).max() for one, other in zip(found, true, strict=True))
                still(f"{name}: over 0.05 off ({off:.2f})", off > 0.05)
    flipped, _ = by_both(kind, array[::-1].copy(), weights, "forward", USUAL[kind])
    true = defined(kind, array, weights, "reverse", USUAL[kind])
    still(f"{kind}: reverse by flips is right", near([flipped[0][::-1], flipped[1]], true))
    twice = [np.concatenate([one, one]) for one in weights]
    for activations in (USUAL[kind], others[kind]):
        name = f"{kind}, bidirectional, {', '.join(activations)}"
        found, right = by_both(kind, array, twice, "bidirectional", activations)
        true, usual = (
            [np.concatenate(pair, axis=-2) for pair in zip(*both, strict=True)]
            for both in (
                [defined(kind, array, weights, direction, names) for direction in ("forward", "reverse")]
                for names in (activations, USUAL[kind])
            )
        )
        still(f"{name}: ONNX Runtime is as defined", near(right, true))
        still(f"{name}: tract gives that of {', '.join(USUAL[kind])}", near(found, usual))

sys.exit(bool(changed))
EOF
