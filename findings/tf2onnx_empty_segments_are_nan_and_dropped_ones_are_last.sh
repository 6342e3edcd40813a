#!/usr/bin/env bash
# tf2onnx: segments without members become NaN or infinite, and members of no segment go to the last one.
#
# TensorFlow's documentation says that `segment_mean`, `segment_max` and `segment_min` of a segment without members are
# 0, and that `unsorted_segment_sum` and its kind drop what has a negative number. Converted, the mean of an empty
# segment is NaN, its greatest value -inf and its smallest inf, since the model divides by a count of 0 and starts from
# infinity; and number -1 is taken for the last segment, so that what should have been dropped stands there beside its
# own members or in their place, in `unsorted_segment_sum`, `_mean`, `_prod`, `_max` and `_min`. Where each segment has
# members and each member a segment, all is right, and so are sums of empty ones. Opset 13 as well as 18; nothing is
# reported.
#
# Who is bitten: means over objects, superpixels or tracks, some of which are not in a frame, and background marked by
# -1: one NaN, and the rest of the network is NaN. Instead: add a segment for the background, and divide sums by
# max(count, 1).
#
# Versions: tf2onnx 1.17.0, tensorflow-cpu 2.21.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64
# with Python 3.11, 30 November 2026.
#
# Run: bash findings/tf2onnx_empty_segments_are_nan_and_dropped_ones_are_last.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    tf2onnx==1.17.0 tensorflow-cpu==2.21.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 ./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
import tf2onnx

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_onnx(function, opset, *inputs):
    """The result of the converted function by ONNX Runtime, and the operators that it has become."""
    kinds = [tf.TensorSpec(one.shape, one.dtype) for one in inputs]
    model, _ = tf2onnx.convert.from_function(tf.function(function), kinds, opset=opset)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [one.name for one in session.get_inputs()]
    found = session.run(None, dict(zip(names, inputs, strict=True)))[0]
    return found, [node.op_type for node in model.graph.node]


print("tf2onnx", version("tf2onnx"), "tensorflow", tf.__version__, "onnxruntime", onnxruntime.__version__)
values = np.float32([[1, -2], [3, 4], [5, 6], [7, 8]])
gaps = np.int32([0, 0, 1, 3])  # none is 2
full = np.int32([0, 0, 1, 2])
more = np.float32([[1, -2], [3, 4], [5, 6], [-7, 8], [9, -10], [11, 12]])
dropped = np.int32([2, 0, 1, -1, -1, -1])
empty = {"mean": np.nan, "max": -np.inf, "min": np.inf, "sum": 0, "prod": 1}
for opset in (13, 18):
    for kind, expected in empty.items():
        function = getattr(tf.math, f"segment_{kind}")
        own = function(values, gaps).numpy()
        found, _ = by_onnx(lambda one, by=function: by(one, gaps), opset, values)
        print(f"segment_{kind}, opset {opset}: segment 2 of 0 to 3 is {own[2].tolist()}, converted {found[2].tolist()}")
        still(f"segment_{kind}: by TensorFlow {int(kind == 'prod')}", (own[2] == (kind == "prod")).all())
        still(f"segment_{kind}: converted {expected}", np.array_equal(found[2], [expected] * 2, equal_nan=True))
        still(f"segment_{kind}: all others are right", np.allclose(np.delete(found, 2, 0), np.delete(own, 2, 0)))
        found, _ = by_onnx(lambda one, by=function: by(one, full), opset, values)
        still(f"segment_{kind}: without an empty one it is right", np.allclose(found, function(values, full)))
    for kind in ("sum", "mean", "prod", "max", "min"):
        function = getattr(tf.math, f"unsorted_segment_{kind}")
        own = function(more, dropped, 3).numpy()
        found, _ = by_onnx(lambda one, by=function: by(one, dropped, 3), opset, more)
        print(f"unsorted_segment_{kind}, opset {opset}: segment 2 is {own[2].tolist()}, converted {found[2].tolist()}")
        still(f"unsorted_segment_{kind}: TensorFlow drops -1", np.array_equal(own, more[[1, 2, 0]]))
        still(f"unsorted_segment_{kind}: segments 0 and 1 are right", np.array_equal(found[:2], own[:2]))
        still(f"unsorted_segment_{kind}: in the last one are members of none", np.abs(found[2] - own[2]).max() > 0.5)
        own = function(more, dropped, 4).numpy()
        found, _ = by_onnx(lambda one, by=function: by(one, dropped, 4), opset, more)
        moved = function(more, np.where(dropped < 0, 3, dropped), 4).numpy()
        if kind != "mean":
            still(f"unsorted_segment_{kind}: an empty last one has them all", np.allclose(found, moved))
        still(f"unsorted_segment_{kind}: by TensorFlow it stays empty", np.abs(own[3] - found[3]).max() > 0.5)

sys.exit(bool(changed))
EOF
