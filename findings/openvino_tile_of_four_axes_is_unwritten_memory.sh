#!/usr/bin/env bash
# OpenVINO: `Tile` of channels, rows and columns of pictures by an input of the network is whatever the memory held.
#
# If the repeats of an ONNX `Tile` of four axes are an input of the network and not a constant, and each of the last
# three is 2 or more, the output has the right size and nothing is written to it: an even 7 repeated comes out as
# numbers like 3e-41, 3e7 or 0, differently in each run. If one of these three is 1, or the same repeats are a constant
# of the file, or there are three axes, it is right. ONNX Runtime is right in all of these.
#
# Who is bitten: networks that repeat pictures or feature maps by counts that are only known at run time.
#
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30
# November 2026.
#
# Run: bash findings/openvino_tile_of_four_axes_is_unwritten_memory.sh
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
from importlib.metadata import version

import numpy as np
import onnxruntime
import openvino
from onnx import TensorProto, checker, helper, numpy_helper

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def saved(shape, repeats, constant):
    """Write a file with one Tile, and return its name."""
    counts = np.array(repeats, np.int64)
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
    if not constant:
        inputs.append(helper.make_tensor_value_info("r", TensorProto.INT64, [len(counts)]))
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * len(shape))
    kept = [numpy_helper.from_array(counts, "r")] if constant else []
    graph = helper.make_graph([helper.make_node("Tile", ["x", "r"], ["y"])], "tile", inputs, [output], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    checker.check_model(model, full_check=True)
    with open("tile.onnx", "wb") as file:
        file.write(model.SerializeToString())
    return "tile.onnx"


def by_openvino(path, inputs):
    return np.array(openvino.Core().compile_model(path, "CPU")(inputs)[0])


def by_onnxruntime(path, inputs):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, dict(zip(("x", "r"), inputs, strict=False)))[0]


print("openvino", version("openvino"), "onnxruntime", version("onnxruntime"))
REPEATS = ((2, 2, 2, 2), (7, 6, 4, 2), (1, 2, 2, 3), (2, 2, 2, 1), (2, 2, 1, 2), (3, 1, 2, 2), (7, 6, 1, 1), (2, 2, 2))
values = itertools.count(7)
for repeats in REPEATS:
    shape = (2, 3, 4, 5)[-len(repeats) :]
    for constant in (False, True):
        value = next(values)  # another one each time, so that what was there before is not taken for it
        plane = np.full(shape, value, np.float32)
        path = saved(shape, repeats, constant)
        inputs = [plane] if constant else [plane, np.array(repeats, np.int64)]
        found = by_openvino(path, inputs)
        truth = np.tile(plane, repeats)
        name = f"{repeats} as {'a constant' if constant else 'an input'}"
        right = np.array_equal(found, truth)
        print(f"{name}: {value} is {found.ravel()[:3]}")
        still(f"{name}: the size is right", found.shape == truth.shape)
        still(f"{name}: ONNX Runtime is right", np.array_equal(by_onnxruntime(path, inputs), truth))
        if constant or len(repeats) < 4 or 1 in repeats[1:]:
            still(f"{name}: right", right)
        else:
            still(f"{name}: not one sample in ten is {value}", (found == value).mean() < 0.1)

sys.exit(bool(changed))
EOF
