#!/usr/bin/env bash
# OpenCV: a GRU of an ONNX file with direction "reverse" reads forwards; of a reverse LSTM the last state is another.
#
# By ONNX's definition "reverse" reads the sequence from its end, and Y_h is the state after the last step read, which
# belongs to the first place. OpenCV gives for the GRU exactly what it gives for "forward". For the LSTM all states Y
# are right, but Y_h is the one of the other end, after a single step: it has seen only the last frame. Shapes are right
# and there is no warning; sequences of one step hide both. The same layers with direction "bidirectional", whose second
# half is the same reverse layer with the same weights, are right. ONNX Runtime gives what the definition does, written
# anew in NumPy here.
#
# Who is bitten: recurrent parts over frames, gestures or lines of text that read backwards, alone or as one of two that
# were not joined to one "bidirectional". Instead: such a joined one, or a reversed Slice before a forward layer.
#
# Versions: opencv-python-headless 5.0.0.93, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/opencv_dnn_reverse_gru_reads_forwards.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np
import onnxruntime
from onnx import TensorProto, checker, helper, numpy_helper

changed = []
FEATURES, HIDDEN = 3, 4


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_both(kind, sequence, weights, direction):
    """(all states, last state) of one recurrent layer in an ONNX file: by OpenCV and by ONNX Runtime."""
    halves = 2 if direction == "bidirectional" else 1
    steps, batch, _ = sequence.shape
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, sequence.shape)
    sizes = {"y": (steps, halves, batch, HIDDEN), "h": (halves, batch, HIDDEN)}
    results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, size) for name, size in sizes.items()]
    named = zip("wr", weights, strict=True)
    kept = [numpy_helper.from_array(np.stack([array] * halves), name) for name, array in named]
    node = helper.make_node(kind, ["x", "w", "r"], ["y", "h"], hidden_size=HIDDEN, direction=direction)
    graph = helper.make_graph([node], "one", [given], results, kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=9)
    checker.check_model(model)
    file = model.SerializeToString()
    network = cv2.dnn.readNetFromONNX(np.frombuffer(file, np.uint8))
    network.setInput(sequence, "x")
    found = [np.asarray(one).reshape(sizes[name]) for name, one in zip("yh", network.forward(["y", "h"]), strict=True)]
    runtime = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    return found, runtime.run(None, {"x": sequence})


def sigmoid(array):
    return 1 / (1 + np.exp(-array))


def defined(kind, sequence, weights, reverse):
    """The same by the definition, for one direction."""
    w, r = (array.astype(float) for array in weights)
    h = c = np.zeros((sequence.shape[1], HIDDEN))
    states = np.zeros((*sequence.shape[:2], HIDDEN))
    for step in range(len(sequence))[:: -1 if reverse else 1]:
        given, kept = np.split(sequence[step] @ w.T, len(w) // HIDDEN, 1), np.split(h @ r.T, len(r) // HIDDEN, 1)
        if kind == "GRU":
            update, reset = sigmoid(given[0] + kept[0]), sigmoid(given[1] + kept[1])
            h = (1 - update) * np.tanh(given[2] + (reset * h) @ r[2 * HIDDEN :].T) + update * h
        else:
            enter, leave, forget = (sigmoid(one + other) for one, other in zip(given[:3], kept[:3], strict=True))
            c = forget * c + enter * np.tanh(given[3] + kept[3])
            h = leave * np.tanh(c)
        states[step] = h
    return states[:, None], h[None]


def alike(pair, other):
    return [bool(np.abs(one - two).max() < 1e-5) for one, two in zip(pair, other, strict=True)]


print("OpenCV", cv2.__version__, "ONNX Runtime", onnxruntime.__version__)
random = np.random.default_rng(0)
for kind, gates in (("GRU", 3), ("LSTM", 4)):
    weights = [random.normal(size=(gates * HIDDEN, width)).astype(np.float32) for width in (FEATURES, HIDDEN)]
    for steps in (1, 5, 10):
        sequence = random.normal(size=(steps, 2, FEATURES)).astype(np.float32)
        name = f"{kind}, {steps} steps"
        forward, right = by_both(kind, sequence, weights, "forward")
        ahead, back = (defined(kind, sequence, weights, reverse) for reverse in (False, True))
        still(f"{name}, forward: all right", alike(forward, ahead) == alike(right, ahead) == [True, True])
        found, right = by_both(kind, sequence, weights, "reverse")
        still(f"{name}, reverse: ONNX Runtime is as defined", alike(right, back) == [True, True])
        off = [float(np.abs(one - other).max()) for one, other in zip(found, back, strict=True)]
        print(f"{name}, reverse: states {off[0]:.3f} off, last state {off[1]:.3f} off")
        if steps == 1:
            still(f"{name}, reverse: right", alike(found, back) == [True, True])
        elif kind == "GRU":
            still(f"{name}, reverse: the same as forward", alike(found, forward) == [True, True])
            still(f"{name}, reverse: over 0.1 off", min(off) > 0.1)
        else:
            still(f"{name}, reverse: all states right, last state wrong", alike(found, back) == [True, False])
            still(f"{name}, reverse: the last state is that after one step", alike(found[1:], back[0][-1:]) == [True])
            still(f"{name}, reverse: last state over 0.1 off", off[1] > 0.1)
        both, _ = by_both(kind, sequence, weights, "bidirectional")
        second = both[0][:, 1:], both[1][1:]
        still(f"{name}, second half of bidirectional: right", alike(second, back) == [True, True])

sys.exit(bool(changed))
EOF
