#!/usr/bin/env bash
# OpenVINO, tract: `SpaceToDepth` of opset 28 with mode "CRD" comes out in the order "DCR".
#
# `DepthToSpace` has two orders since opset 11: with "CRD", PyTorch's, the places of a block are neighbours within a
# channel, and with "DCR" the channels within a place. Opset 28 gives the same choice to `SpaceToDepth`, so that a
# `pixel_unshuffle` is one node. Both runtimes read a file of opset 28 without a word, do not look at `mode`, and order
# the channels as before. Of 3 channels and blocks of 2 x 2 ten of twelve channels are elsewhere: the first three should
# be places of red, and are red, green and blue. `DepthToSpace` "CRD" of it, which takes part in the same networks, is
# right in both, so that there and back is not the picture. ONNX Runtime and onnx's own evaluator are right.
#
# Who is bitten: networks that fold pixels into channels, as for super-resolution and tokens, exported for opset 28.
#
# Versions: openvino 2026.4.1, tract 0.23.9, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/openvino_and_tract_space_to_depth_forgets_its_order.sh
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
FOLD, UNFOLD = "SpaceToDepth", "DepthToSpace"
SIZE = (1, 3, 8, 6)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def folded(pictures, mode):
    """Fold blocks of 2 x 2 into channels; the places of a block are the inner ones with "CRD"."""
    batch, channels, rows, columns = pictures.shape
    parts = pictures.reshape(batch, channels, rows // 2, 2, columns // 2, 2)
    order = (0, 1, 3, 5, 2, 4) if mode == "CRD" else (0, 3, 5, 1, 2, 4)
    return parts.transpose(order).reshape(batch, 4 * channels, rows // 2, columns // 2)


def saved(mode, back):
    """Write a file that folds, and unfolds again if `back`; return its name."""
    nodes = [helper.make_node(FOLD, ["x"], ["folded" if back else "y"], blocksize=2, mode=mode)]
    if back:
        nodes.append(helper.make_node(UNFOLD, ["folded"], ["y"], blocksize=2, mode=mode))
    size = SIZE if back else (1, 12, 4, 3)
    sizes = {"x": SIZE, "y": size}
    sides = [helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes[name]) for name in sizes]
    graph = helper.make_graph(nodes, "fold", sides[:1], sides[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 28)], ir_version=13)
    checker.check_model(model, full_check=True)
    with open("fold.onnx", "wb") as file:
        file.write(model.SerializeToString())
    return "fold.onnx"


def by_tract(path, pictures):
    model = tract.onnx().load(path)
    model.set_input_fact(0, ",".join(map(str, pictures.shape)) + ",f32")
    return model.into_model().into_runnable().run([pictures])[0].to_numpy()


def by_openvino(path, pictures):
    return np.array(openvino.Core().compile_model(path, "CPU")([pictures])[0])


def by_onnxruntime(path, pictures):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, {"x": pictures})[0]


print(*(f"{name} {version(name)}" for name in ("openvino", "tract", "onnxruntime", "onnx")))
pictures = np.random.default_rng(0).random(SIZE).astype(np.float32)
for name, runtime in (("ONNX Runtime", by_onnxruntime), ("OpenVINO", by_openvino), ("tract", by_tract)):
    for mode in ("DCR", "CRD"):
        found = runtime(saved(mode, False), pictures)
        truth = folded(pictures, mode)
        elsewhere = int((found != truth).any((0, 2, 3)).sum())
        there_and_back = float(np.abs(runtime(saved(mode, True), pictures) - pictures).max())
        print(f"{name}, {mode}: {elsewhere} of 12 channels elsewhere; there and back {there_and_back:.2f} off")
        if mode == "DCR" or name == "ONNX Runtime":
            still(f"{name}, {mode}: right", elsewhere == 0 and there_and_back == 0)
        else:
            still(f"{name}, {mode}: 10 channels elsewhere, as with DCR", elsewhere == 10)
            still(f"{name}, {mode}: it is the order of DCR", np.array_equal(found, folded(pictures, "DCR")))
            still(f"{name}, {mode}: there and back is another picture", there_and_back > 0.5)

sys.exit(bool(changed))
EOF
