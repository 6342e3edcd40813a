#!/usr/bin/env bash
# tract: `GlobalLpPool` of an ONNX file is the root of a mean, with the signs left in, instead of a norm.
#
# By ONNX's definition it is the Lp norm of each channel: the sum of |x| to the power p, and the p-th root of it. tract
# divides by the number of pixels and takes no absolute value: of 3, 4, 0, 0 with p = 2 it gives 2.5 instead of 5, so
# over 64 x 64 pixels 64 times too little. With p = 1 it is the plain mean (-1.75 for -3, -4, 0, 0 instead of 7), 0 for
# any texture around 0; with p = 3 the root of a negative number is NaN. No error and no warning. The norm by `ReduceL2`
# or `ReduceL1` is right in the same program. ONNX Runtime gives what the definition does, written anew in NumPy here.
#
# Who is bitten: response normalization over a picture (the norm of a channel by the mean norm survives an even factor,
# but not an added epsilon), energies as features, gradient penalties that are part of a file. Instead: `ReduceL2` over
# the rows and columns.
#
# Versions: tract 0.23.9, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/tract_global_lp_pool_is_a_signed_mean.sh
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


def by_both(kind, array, kept=None, **options):
    """The result of an ONNX file of one node by tract and by ONNX Runtime."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, array.shape)
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, (*array.shape[:2], 1, 1))
    constants = [] if kept is None else [numpy_helper.from_array(kept, "axes")]
    node = helper.make_node(kind, ["x"] + ["axes"] * len(constants), ["y"], **options)
    graph = helper.make_graph([node], "one", [given], [result], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    checker.check_model(model, full_check=True)
    onnx.save(model, "one.onnx")
    found = tract.onnx().load("one.onnx").into_model().into_runnable().run([array])[0].to_numpy()
    runtime = onnxruntime.InferenceSession("one.onnx", providers=["CPUExecutionProvider"])
    return found[..., 0, 0], runtime.run(None, {"x": array})[0][..., 0, 0]


def norm(array, power):
    """The norm of each channel, by the definition."""
    return (np.abs(array.astype(float)) ** power).sum((2, 3)) ** (1 / power)


print("tract", tract.version(), "ONNX Runtime", onnxruntime.__version__)
small = np.float32([[[[3, 4], [0, 0]], [[-3, -4], [0, 0]]]])
for power, expected in ((2, (2.5, 2.5)), (1, (1.75, -1.75)), (3, ((91 / 4) ** (1 / 3), np.nan))):
    found, right = by_both("GlobalLpPool", small, p=power)
    print(f"3, 4, 0, 0 and its negative, p = {power}: {found[0]}, right {right[0]}")
    still(f"p = {power}: ONNX Runtime is as defined", np.allclose(right, norm(small, power)))
    still(f"p = {power}: tract's is {expected}", np.allclose(found[0], expected, equal_nan=True))

random = np.random.default_rng(0)
noise = random.normal(size=(2, 3, 64, 64)).astype(np.float32)
found, right = by_both("GlobalLpPool", noise)
print(f"noise of 64 x 64: {right[0, 0]:.2f} is {right[0, 0] / found[0, 0]:.2f} times {found[0, 0]:.4f}")
still("noise: ONNX Runtime is as defined", np.allclose(right, norm(noise, 2), rtol=1e-4))
still("noise: tract's is 64 times smaller", np.allclose(found * 64, right, rtol=1e-3))
found, right = by_both("GlobalLpPool", noise, p=1)
still("noise, p = 1: ONNX Runtime is as defined", np.allclose(right, norm(noise, 1), rtol=1e-4))
still("noise, p = 1: tract's is the mean, near 0", np.allclose(found, noise.mean((2, 3)), atol=1e-4))
for kind, power in (("ReduceL2", 2), ("ReduceL1", 1)):
    found, right = by_both(kind, noise, np.int64([2, 3]))
    true = norm(noise, power)
    still(f"{kind}: both are right", np.allclose(found, true, rtol=1e-4) and np.allclose(right, true, rtol=1e-4))

sys.exit(bool(changed))
EOF
