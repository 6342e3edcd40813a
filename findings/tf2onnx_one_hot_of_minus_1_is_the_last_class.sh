#!/usr/bin/env bash
# tf2onnx: `tf.one_hot` of -1 is converted to the last class; in TensorFlow it is none.
#
# TensorFlow's documentation has an index of -1 among its examples: a row without a one. It is how pixels without a
# label, ignored boxes and padded steps are left out. The conversion hands the index on to the `OneHot` operator of
# ONNX, which by its own documentation counts negative indices from the end: -1 becomes the last class, -2 the one
# before it, -depth the first. Indices of `depth` and above stay empty in both. So it is with `axis`, `on_value` and
# `off_value`, and at opset 9 to 18; nothing is reported.
#
# Who is bitten: losses, confusion matrices and class counts in an exported graph: of a mask with 60 % unlabelled
# pixels, the last class has these too. Instead: mark them by an index of `depth`.
#
# Versions: tf2onnx 1.17.0, tensorflow-cpu 2.21.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64
# with Python 3.11, 30 November 2026.
#
# Run: bash findings/tf2onnx_one_hot_of_minus_1_is_the_last_class.sh
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
for opset in (9, 11, 13, 18):
    indices = np.int32([-3, -2, -1, 0, 1, 2, 3, 4])
    truth = (indices[:, None] == np.arange(3)).astype(np.float32)
    own = tf.one_hot(indices, 3).numpy()
    found, nodes = by_onnx(lambda one: tf.one_hot(one, 3), opset, indices)
    print(f"opset {opset}: {nodes}")
    for index, right, row in zip(indices.tolist(), own.tolist(), found.tolist(), strict=True):
        print(f"  {index}: {right} by TensorFlow, {row} converted")
    still(f"opset {opset}: TensorFlow has a one for 0, 1 and 2 alone", np.array_equal(own, truth))
    still(f"opset {opset}: 0 and above are right", np.array_equal(found[3:], truth[3:]))
    still(f"opset {opset}: -3, -2, -1 are classes 0, 1, 2", np.array_equal(found[:3], np.eye(3)))
found, _ = by_onnx(lambda one: tf.one_hot(one, 3, on_value=5.0, off_value=-1.0, axis=0), 18, np.int32([-1, 0]))
still("with on_value, off_value and axis=0 too", found.tolist() == [[-1, 5], [-1, -1], [5, -1]])
random = np.random.default_rng(0)
mask = random.integers(0, 4, (32, 48)).astype(np.int32)
mask[random.random(mask.shape) < 0.6] = -1
counts = [int((mask == number).sum()) for number in range(4)]
found, _ = by_onnx(lambda one: tf.reduce_sum(tf.one_hot(one, 4), [0, 1]), 18, mask)
print(f"pixels of each class: {counts}; converted {found.astype(int).tolist()}; without a label {(mask == -1).sum()}")
still("TensorFlow counts the labelled ones", tf.reduce_sum(tf.one_hot(mask, 4), [0, 1]).numpy().tolist() == counts)
still("converted, the last class has all the unlabelled ones", found[3] == counts[3] + (mask == -1).sum())
still("the other classes are right", found[:3].tolist() == counts[:3])
moved = np.where(mask < 0, 4, mask).astype(np.int32)
found, _ = by_onnx(lambda one: tf.reduce_sum(tf.one_hot(one, 4), [0, 1]), 18, moved)
still("marked by 4 instead of -1 it is right", found.tolist() == counts)

sys.exit(bool(changed))
EOF
