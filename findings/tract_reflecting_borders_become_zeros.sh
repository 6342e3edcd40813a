#!/usr/bin/env bash
# tract: reflected and repeated borders of an ONNX file become zeros if the `Pad` names a constant as well.
#
# By ONNX's definition the third input of `Pad`, the constant, counts in mode "constant" alone; "reflect" and "edge" do
# not look at it. tract takes it as the order to pad by it: 1, 2, 3, 4 reflected by two and one is 0, 0, 1, 2, 3, 4, 0
# instead of 3, 2, 1, 2, 3, 4, 3, without a warning. Without the third input it is right. So a white picture of 1,
# reflected and blurred by a mean of 3 x 3, is 4/9 in its corners and 6/9 along its borders instead of 1. ONNX Runtime
# gives what the definition does, by NumPy's `pad` here.
#
# Who is bitten: generators and flow networks that reflect their borders, in files whose maker fills in every input;
# PyTorch 2.13 does by `dynamo=True` where the code says `F.pad(x, pads, mode, 0.0)`. They get dark rims, and zeros
# where a frame's own pixels should be. Instead: take the third input off.
#
# Versions: tract 0.23.9, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/tract_reflecting_borders_become_zeros.sh
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

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def model_of(nodes, shape, result, opset, **kept):
    """An ONNX file of these nodes, from x to y."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    ends = helper.make_tensor_value_info("y", TensorProto.FLOAT, result)
    constants = [numpy_helper.from_array(np.asarray(array), name) for name, array in kept.items()]
    graph = helper.make_graph(nodes, "one", [given], [ends], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    checker.check_model(model, full_check=True)
    return model


def by_both(model, array):
    """The result of an ONNX file by tract and by ONNX Runtime."""
    onnx.save(model, "one.onnx")
    found = tract.onnx().load("one.onnx").into_model().into_runnable().run([array])[0].to_numpy()
    runtime = onnxruntime.InferenceSession("one.onnx", providers=["CPUExecutionProvider"])
    return found, runtime.run(None, {"x": array})[0]


print("tract", tract.version(), "ONNX Runtime", onnxruntime.__version__)
row = np.float32([[1, 2, 3, 4]])
pads = np.int64([0, 2, 0, 1])
for mode in ("reflect", "edge"):
    true = np.pad(row, ((0, 0), (2, 1)), mode=mode)
    for value in (0.0, 9.0):
        node = helper.make_node("Pad", ["x", "pads", "value"], ["y"], mode=mode)
        found, right = by_both(model_of([node], (1, 4), (1, 7), 18, pads=pads, value=np.float32(value)), row)
        print(f"{mode} with a value of {value}: {found[0]}, right {right[0]}")
        still(f"{mode} with {value}: ONNX Runtime is as defined", np.array_equal(right, true))
        padded = np.pad(row, ((0, 0), (2, 1)), constant_values=value)
        still(f"{mode} with {value}: tract pads by it", np.array_equal(found, padded))
    node = helper.make_node("Pad", ["x", "pads"], ["y"], mode=mode)
    found, right = by_both(model_of([node], (1, 4), (1, 7), 18, pads=pads), row)
    still(f"{mode} without a value: both are right", np.array_equal(found, true) and np.array_equal(right, true))

white = np.ones((1, 1, 5, 6), np.float32)
kept = {"pads": np.int64([0, 0, 1, 1, 0, 0, 1, 1]), "w": np.full((1, 1, 3, 3), 1 / 9, np.float32)}
rim = np.ones((5, 6))
rim[[0, -1]] *= 2 / 3
rim[:, [0, -1]] *= 2 / 3
for named in ([], ["value"]):
    blur = [
        helper.make_node("Pad", ["x", "pads", *named], ["p"], mode="reflect"),
        helper.make_node("Conv", ["p", "w"], ["y"]),
    ]
    constants = {**kept, **{name: np.float32(0) for name in named}}
    found, right = by_both(model_of(blur, (1, 1, 5, 6), (1, 1, 5, 6), 18, **constants), white)
    name = f"a blur of white {'with' if named else 'without'} a value"
    print(f"{name}: corner {found[0, 0, 0, 0]:.3f}, border {found[0, 0, 0, 2]:.3f}")
    still(f"{name}: ONNX Runtime is 1", np.allclose(right, 1))
    still(f"{name}: tract is {'4/9 and 6/9 at the rim' if named else '1'}", np.allclose(found, rim if named else 1))

sys.exit(bool(changed))
EOF
