#!/usr/bin/env bash
# onnxsim: a picture padded by zeros and pooled with `ceil_mode=1` loses its last row and column; by onnxoptimizer too.
#
# A `Pad` by zeros and an average pool that counts padding are made one node with `pads`. In ceil mode that is another
# operation: a window may begin among the pixels of a `Pad`, but not in the padding of a pool, where it is left out. So
# 9 x 9 pixels padded by 0 and 1, pooled by 2 x 2 with a stride of 3, are 4 x 4 before and 3 x 3 after, and those padded
# by 1 and 2, by 3 x 3 with a stride of 2, are 6 x 6 before and 5 x 5 after. The file still says 4 x 4 and 6 x 6. What
# follows does not fit any more, or, if it takes any size (a mean over the picture), gives something else: 1.16 for
# 0.80. `simplify` compares nothing unless it is asked to (`check_n`), and returns True.
#
# Who is bitten: networks that pad by hand (to one side, as TensorFlow's "same" does) before a pool in ceil mode.
# Instead: `skipped_optimizers=["fuse_pad_into_pool"]`.
#
# Versions: onnxsim 0.8.1, onnxoptimizer 0.4.2, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/onnxsim_average_pool_loses_its_last_row.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    onnxsim==0.8.1 onnxoptimizer==0.4.2 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxoptimizer
import onnxruntime
import onnxsim
from onnx import TensorProto, helper, numpy_helper

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def model_of(nodes, shape, opset, constants=()):
    """Return a checked model from "x", of the given shape, to "y"."""
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * len(shape))
    stored = [numpy_helper.from_array(array, name) for name, array in constants]
    graph = helper.make_graph(nodes, "graph", [x], [y], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return onnx.shape_inference.infer_shapes(model)


def run(model, x):
    """Return what ONNX Runtime makes of x, without any optimization of its own."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def padded_pool(widths, size, stride, shape, mean):
    """Return a model that pads rows and columns (before, after) and pools, then takes the mean of the picture."""
    top, bottom = widths
    constants = [("widths", np.array([0, 0, top, top, 0, 0, bottom, bottom])), ("value", np.array(0, np.float32))]
    nodes = [
        helper.make_node("Pad", ["x", "widths", "value"], ["padded"]),
        helper.make_node(
            "AveragePool",
            ["padded"],
            ["pooled" if mean else "y"],
            kernel_shape=[size, size],
            strides=[stride, stride],
            ceil_mode=1,
            count_include_pad=1,
        ),
    ]
    if mean:
        nodes.append(helper.make_node("GlobalAveragePool", ["pooled"], ["y"]))
    return model_of(nodes, shape, 19, constants)


print("onnxsim", onnxsim.__version__, "onnxoptimizer", onnxoptimizer.__version__, "onnx", onnx.__version__)
TOOLS = {"onnxsim": lambda given: onnxsim.simplify(given)[0], "onnxoptimizer": onnxoptimizer.optimize}
for widths, size, stride in (((0, 1), 2, 3), ((1, 2), 3, 2), ((1, 1), 2, 2), ((0, 0), 2, 2)):
    x = np.random.default_rng(0).random((1, 2, 9, 9)).astype(np.float32) + 1
    given, whole = (padded_pool(widths, size, stride, x.shape, mean) for mean in (False, True))
    before, mean_before = run(given, x), run(whole, x).mean()
    case = f"padded by {widths}, {size} x {size}, stride {stride}"
    for name, simplify in TOOLS.items():
        after, mean_after = run(simplify(given), x), run(simplify(whole), x).mean()
        print(f"{case}, {name}: {before.shape[2:]} becomes {after.shape[2:]}, mean {mean_before:.3f} {mean_after:.3f}")
        rows = after.shape[2]
        still(f"{case}, {name}: what is left is the same", np.allclose(after, before[:, :, :rows, :rows], atol=1e-5))
        if widths == (0, 0):
            still(f"{case}, {name}: it is right", after.shape == before.shape and abs(mean_after - mean_before) < 1e-5)
        else:
            still(f"{case}, {name}: a row and a column are lost", rows == before.shape[2] - 1)
            still(f"{case}, {name}: the mean is over 40 % higher", mean_after > 1.4 * mean_before)
    safe = onnxsim.simplify(given, skipped_optimizers=["fuse_pad_into_pool"])[0]
    still(f"{case}: without that pass onnxsim is right", np.array_equal(run(safe, x), before))
    still(f"{case}: onnxsim returns True", onnxsim.simplify(given)[1] and onnxsim.simplify(whole)[1])

sys.exit(bool(changed))
EOF
