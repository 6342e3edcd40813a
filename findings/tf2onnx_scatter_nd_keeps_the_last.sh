#!/usr/bin/env bash
# tf2onnx: `tf.scatter_nd` is converted to one that overwrites where TensorFlow adds.
#
# By TensorFlow's documentation, values of `scatter_nd` that go to the same place are added up. The converted model has
# a `ScatterND` without `reduction`, so the last one wins, or whichever the runtime writes last: 1 and 2 to place 1 are
# 2 instead of 3. It is so at each opset, though `reduction="add"` has been there since opset 16, and nothing is
# reported. `tf.tensor_scatter_nd_add`, which does the same on a given tensor, is converted with the sum, and is right.
# A picture that is splatted forwards by an optical flow keeps a part of its sum alone, where several pixels meet: of a
# zoom to half its size a quarter is left.
#
# Who is bitten: forward warping, voxel and event histograms, and unpooling. Instead:
# `tf.tensor_scatter_nd_add(tf.zeros(shape), indices, updates)`.
#
# Versions: tf2onnx 1.17.0, tensorflow-cpu 2.21.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64
# with Python 3.11, 30 November 2026.
#
# Run: bash findings/tf2onnx_scatter_nd_keeps_the_last.sh
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
places = np.int32([[1], [1], [3]])
values = np.float32([1, 2, 4])
for opset in (11, 13, 16, 18):
    own = tf.scatter_nd(places, values, (5,)).numpy()
    found, nodes = by_onnx(lambda where, what: tf.scatter_nd(where, what, (5,)), opset, places, values)
    print(f"1 and 2 to place 1, 4 to place 3, opset {opset}: {found.tolist()} instead of {own.tolist()}")
    still(f"opset {opset}: TensorFlow adds", own.tolist() == [0, 3, 0, 4, 0])
    still(f"opset {opset}: converted, one of the two is left", found[1] in (1, 2) and found[3] == 4)
found, _ = by_onnx(lambda where, what: tf.tensor_scatter_nd_add(tf.zeros(5), where, what), 18, places, values)
still("tensor_scatter_nd_add adds when converted", found.tolist() == [0, 3, 0, 4, 0])
rows, columns = np.mgrid[:32, :48]
picture = np.random.default_rng(0).random((32, 48)).astype(np.float32)
for name, target in (
    ("moved by 3, 5", np.stack([(rows + 3) % 32, (columns + 5) % 48], -1)),
    ("zoomed to a half", np.stack([rows // 2, columns // 2], -1)),
):
    target = target.reshape(-1, 2).astype(np.int32)
    truth = np.zeros((32, 48))
    np.add.at(truth, tuple(target.T), picture.ravel())
    own = tf.scatter_nd(target, picture.ravel(), (32, 48)).numpy()
    found, _ = by_onnx(lambda where, what: tf.scatter_nd(where, what, (32, 48)), 18, target, picture.ravel())
    share = found.sum() / picture.sum()
    print(f"a picture {name}: {share:.0%} of its sum is left, {np.abs(found - truth).max():.2f} off at most")
    still(f"{name}: TensorFlow is as NumPy", np.allclose(own, truth, atol=1e-4))
    if name.startswith("moved"):
        still(f"{name}: no two pixels meet, and it is right", np.allclose(found, truth, atol=1e-4))
    else:
        still(f"{name}: one pixel of four is left", 0.2 < share < 0.3)

sys.exit(bool(changed))
EOF
