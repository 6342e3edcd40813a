#!/usr/bin/env bash
# TVM: `ScatterElements` of an ONNX file with indices for a part of the picture writes to other rows and columns.
#
# By ONNX's definition indices may be fewer than the data along every axis; index [i, j, k] along axis 0 writes to
# [index, j, k]. TVM counts j and k through as one number, with the sizes of the indices, and counts that number off
# with those of the data: along axis 0, indices for 2 of 4 columns fill the whole first row of 4 where the first two
# places of two rows were meant. Along the last axis of three, fewer rows are shifted likewise. It is so with all five
# reductions. There is no error, and a sum over all is right. Along the middle axis, in a table of two axes, or with
# indices as large as the data, it is right, and so is `GatherElements`. ONNX Runtime gives what the definition does,
# written anew in NumPy here.
#
# Who is bitten: splatting and memories that write to a part of a volume, exported from `Tensor.scatter_add_`, which
# allows the same. Instead: pad the indices and the updates (by 0 of "add") to the size of the data, or `ScatterND`.
#
# Versions: apache-tvm 0.27.0.post1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/tvm_scatter_to_a_part_goes_elsewhere.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    apache-tvm==0.27.0.post1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import numpy as np
import onnxruntime
import tvm
from onnx import TensorProto, checker, helper, numpy_helper
from tvm import relax
from tvm.relax.frontend.onnx import from_onnx

RULES = {
    "none": lambda _, new: new,
    "add": lambda old, new: old + new,
    "mul": lambda old, new: old * new,
    "max": max,
    "min": min,
}
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_both(kind, data, indices, updates, **options):
    """The result of an ONNX file of one node by TVM and by ONNX Runtime."""
    kept = [numpy_helper.from_array(indices, "i")]
    if updates is not None:
        kept.append(numpy_helper.from_array(updates, "u"))
    shape = indices.shape if updates is None else data.shape
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, data.shape)
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)
    node = helper.make_node(kind, ["x", *(one.name for one in kept)], ["y"], **options)
    graph = helper.make_graph([node], "one", [given], [result], kept)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model, full_check=True)
    program = relax.transform.LegalizeOps()(from_onnx(model))
    runner = relax.VirtualMachine(relax.build(program, target="llvm"), tvm.cpu())
    runtime = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return runner["main"](tvm.runtime.tensor(data)).numpy(), runtime.run(None, {"x": data})[0]


def scattered(data, indices, updates, axis, reduction, counted_through):
    """By the definition, or with the places on the axes before and those behind counted through as one number each."""
    result = data.copy()
    for place in np.ndindex(indices.shape):
        target = list(place)
        if counted_through:
            for part in (slice(0, axis), slice(axis + 1, None)):
                if place[part]:
                    number = np.ravel_multi_index(place[part], indices.shape[part])
                    target[part] = np.unravel_index(number, data.shape[part])
        target[axis] = indices[place]
        result[tuple(target)] = RULES[reduction](result[tuple(target)], updates[place])
    return result


print("TVM", tvm.__version__, "ONNX Runtime", onnxruntime.__version__)
data = np.zeros((1, 3, 4), np.float32)
updates = np.float32([[[1, 2], [3, 4], [5, 6]]])
found, right = by_both("ScatterElements", data, np.zeros((1, 3, 2), np.int64), updates, axis=0, reduction="none")
print("two columns of four:", found[0].tolist(), "right", right[0].tolist())
still("the first row is 1, 2, 3, 4, the last is 0", np.array_equal(found[0], [[1, 2, 3, 4], [5, 6, 0, 0], [0] * 4]))
still("right: 1, 2 in the first row", np.array_equal(right[0], [[1, 2, 0, 0], [3, 4, 0, 0], [5, 6, 0, 0]]))

random = np.random.default_rng(0)
cases = [
    ((4, 5, 6), 0, (3, 5, 4), "wrong"),
    ((4, 5, 6), 2, (4, 3, 6), "wrong"),
    ((4, 5, 6), 2, (2, 3, 4), "wrong"),
    ((4, 5, 6), 1, (2, 3, 4), "right"),
    ((4, 5, 6), 0, (4, 5, 6), "right"),
    ((5, 6), 0, (3, 4), "right"),
    ((5, 6), 1, (3, 4), "right"),
]
for shape, axis, part, verdict in cases:
    data = random.normal(size=shape).astype(np.float32)
    # no place twice, so that the order of writing does not matter
    every = np.broadcast_to(np.arange(shape[axis]), (*part[:axis], *part[axis + 1 :], shape[axis]))
    numbers = random.permuted(every, axis=-1)
    indices = np.moveaxis(numbers[..., : part[axis]], -1, axis).copy()
    updates = random.normal(size=part).astype(np.float32)
    for reduction in RULES:
        name = f"{part} into {shape} along {axis}, {reduction}"
        found, right = by_both("ScatterElements", data, indices, updates, axis=axis, reduction=reduction)
        true = scattered(data, indices, updates, axis, reduction, counted_through=False)
        counted = scattered(data, indices, updates, axis, reduction, counted_through=True)
        print(f"{name}: {np.mean(~np.isclose(found, true)):.0%} of the values are others")
        still(f"{name}: ONNX Runtime is as defined", np.allclose(right, true, atol=1e-6))
        still(f"{name}: TVM's places are counted through", np.allclose(found, counted, atol=1e-6))
        still(f"{name}: {verdict}", np.allclose(found, true, atol=1e-6) == (verdict == "right"))
    found, right = by_both("GatherElements", data, indices, None, axis=axis)
    still(f"GatherElements of {part} along {axis}: right", np.array_equal(found, right))

sys.exit(bool(changed))
EOF
