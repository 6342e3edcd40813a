#!/usr/bin/env bash
# OpenVINO, tract: `Attention` with a window attends to everything: local attention of ONNX files is global.
#
# Opset 25 of ONNX gives `Attention` the attributes `left_window_size` and `right_window_size`: how many positions to
# either side may be looked at, beside -1 for all. Both runtimes read such a file without a word and look at neither. Of
# 12 equal keys with the values 0 to 11, a window of one to each side has the means 0.5, 1, 2 to 10, 10.5; they give 5.5
# everywhere. With random queries and a causal window of 3 the result is that without the window. Where the window is as
# long as the sequence, they are right. The same window as a mask of 0 and -10000 is right in both. ONNX Runtime is
# right.
#
# Who is bitten: video transformers with windows in time and language models with sliding windows, exported for opset
# 25: the longer the clip, the further off. Instead: the window as `attn_mask`.
#
# Versions: openvino 2026.4.1, tract 0.23.9, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/openvino_and_tract_attention_forgets_its_window.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 tract==0.23.9 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import onnxruntime
import openvino
import tract
from onnx import TensorProto, checker, helper

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def allowed(length, left, right, causal):
    """Return which keys (columns) each query (rows) may look at."""
    ahead = np.arange(length) - np.arange(length)[:, None]
    inside = np.ones((length, length), bool)
    if left >= 0:
        inside &= ahead >= -left
    if right >= 0:
        inside &= ahead <= right
    return inside & (ahead <= 0) if causal else inside


def attended(queries, keys, values, inside):
    """Return attention by its definition, with the scale 1 / sqrt(size)."""
    scores = queries.astype(float) @ keys.swapaxes(-1, -2) / np.sqrt(queries.shape[-1])
    weights = np.where(inside, np.exp(scores), 0)
    return weights / weights.sum(-1, keepdims=True) @ values


def saved(length, size, mask=False, **attributes):
    """Write a file with one Attention of two heads, and return its name."""
    shape = [1, 2, length, size]
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("q", "k", "v")]
    if mask:
        inputs.append(helper.make_tensor_value_info("mask", TensorProto.FLOAT, [length, length]))
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)
    node = helper.make_node("Attention", [one.name for one in inputs], ["y"], **attributes)
    graph = helper.make_graph([node], "attention", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 25)], ir_version=11)
    checker.check_model(model, full_check=True)
    with open("attention.onnx", "wb") as file:
        file.write(model.SerializeToString())
    return "attention.onnx"


def by_tract(path, inputs):
    model = tract.onnx().load(path)
    for number, one in enumerate(inputs):
        model.set_input_fact(number, ",".join(map(str, one.shape)) + ",f32")
    return model.into_model().into_runnable().run(inputs)[0].to_numpy()


def by_openvino(path, inputs):
    hint = {"INFERENCE_PRECISION_HINT": "f32"}
    return np.array(openvino.Core().compile_model(path, "CPU", hint)(inputs)[0])


def by_onnxruntime(path, inputs):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, dict(zip([one.name for one in session.get_inputs()], inputs, strict=True)))[0]


print(*(f"{name} {version(name)}" for name in ("openvino", "tract", "onnxruntime", "onnx")))
random = np.random.default_rng(0)
count = np.tile(np.arange(12, dtype=np.float32)[:, None], (1, 2, 1, 8))
equal = [np.zeros_like(count), np.ones_like(count), count]
noise = [(2 * random.standard_normal((1, 2, 12, 8))).astype(np.float32) for _ in range(3)]
for name, runtime in (("ONNX Runtime", by_onnxruntime), ("OpenVINO", by_openvino), ("tract", by_tract)):
    for inputs, left, right, causal in ((equal, 1, 1, 0), (noise, 1, 1, 0), (noise, 3, -1, 1), (noise, 12, 12, 0)):
        found = runtime(saved(12, 8, left_window_size=left, right_window_size=right, is_causal=causal), inputs)
        inside = allowed(12, left, right, causal)
        truth, whole = attended(*inputs, inside), attended(*inputs, allowed(12, -1, -1, causal))
        what = f"{name}, {'equal' if inputs is equal else 'random'} keys, window {left}, {right}, causal {causal}"
        print(f"{what}: {np.abs(found - truth).max():.2f} off; {found[0, 0, :4, 0].round(2)}")
        if name == "ONNX Runtime" or left == 12:
            still(f"{what}: right", np.abs(found - truth).max() < 1e-3)
        else:
            still(f"{what}: over 0.5 off", np.abs(found - truth).max() > 0.5)
            still(f"{what}: as without a window", np.abs(found - whole).max() < 1e-3)
    inside = allowed(12, 1, 1, 0)
    mask = np.where(inside, 0, -1e4).astype(np.float32)
    found = runtime(saved(12, 8, mask=True), [*noise, mask])
    still(f"{name}: the window as a mask is right", np.abs(found - attended(*noise, inside)).max() < 1e-3)

sys.exit(bool(changed))
EOF
