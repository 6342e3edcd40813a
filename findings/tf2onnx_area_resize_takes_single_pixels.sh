#!/usr/bin/env bash
# tf2onnx: `tf.image.resize(method="area")` is converted to one that picks single pixels instead of averaging areas.
#
# Resizing by area gives each new pixel the mean of what it covers; it is what one shrinks pictures with. The ONNX model
# has a `Resize` of mode "nearest", rounded down, in its place: halved, each pixel is the upper left one of four. A
# checkerboard, by area an even 0.5, becomes black or white as a whole, noise keeps its contrast instead of half of it,
# and the picture is moved by a quarter of a new pixel. By 3 and by 1.5 it is the same; only enlarging by whole factors,
# where both are copies, is right. The conversion gives no error and no warning. TensorFlow itself gives the means, by
# NumPy.
#
# Who is bitten: networks that shrink their input or their skip connections by area: another picture, aliased and
# displaced. Instead: `tf.nn.avg_pool2d` for whole factors, or a product with a matrix of weights on each axis.
#
# Versions: tf2onnx 1.17.0, tensorflow-cpu 2.21.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64
# with Python 3.11, 30 November 2026.
#
# Run: bash findings/tf2onnx_area_resize_takes_single_pixels.sh
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


def by_onnx(function, pictures, opset):
    """The result of the converted function by ONNX Runtime."""
    model, _ = tf2onnx.convert.from_function(
        tf.function(function), [tf.TensorSpec(pictures.shape, tf.float32)], opset=opset
    )
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: pictures})[0]


def weights(old, new):
    """What part each old pixel has in each new one, by how much of it the new one covers."""
    edges = np.arange(new + 1) * old / new
    ends = np.minimum(edges[1:, None], np.arange(old) + 1)
    covered = np.maximum(ends - np.maximum(edges[:-1, None], np.arange(old)), 0)
    return covered / covered.sum(1, keepdims=True)


print("tf2onnx", version("tf2onnx"), "tensorflow", tf.__version__, "onnxruntime", onnxruntime.__version__)
noise = np.random.default_rng(0).normal(size=(1, 12, 18, 2)).astype(np.float32)
for opset in (11, 18):
    for rows, columns in ((6, 9), (4, 6), (8, 12), (24, 36)):
        name = f"12 x 18 to {rows} x {columns}, opset {opset}"
        found = by_onnx(lambda picture, size=(rows, columns): tf.image.resize(picture, size, "area"), noise, opset)
        own = tf.image.resize(noise, (rows, columns), "area").numpy()
        truth = np.einsum("yi,xj,nijc->nyxc", weights(12, rows), weights(18, columns), noise)
        down = np.arange(rows) * 12 // rows, np.arange(columns) * 18 // columns
        single = noise[:, down[0][:, None], down[1]]
        off = np.abs(found - truth).max()
        print(f"{name}: deviation {found.std():.2f}, by area {truth.std():.2f}; off by up to {off:.2f}")
        still(f"{name}: TensorFlow is as defined", np.allclose(own, truth, atol=1e-5))
        still(f"{name}: ONNX has single pixels", np.array_equal(found, single))
        still(f"{name}: {'right' if rows > 12 else 'wrong'}", np.allclose(found, truth, atol=1e-5) == (rows > 12))
board = (np.indices((12, 18)).sum(0) % 2).astype(np.float32)[None, ..., None]
for name, picture in (("a checkerboard", board), ("its negative", 1 - board)):
    found = by_onnx(lambda picture: tf.image.resize(picture, (6, 9), "area"), picture, 18)
    own = tf.image.resize(picture, (6, 9), "area").numpy()
    print(f"{name}, halved: {np.unique(found).tolist()}, by TensorFlow {np.unique(own).tolist()}")
    still(f"{name}: all of its first pixel", (found == picture[0, 0, 0]).all())
    still(f"{name}: by TensorFlow 0.5", (own == 0.5).all())

sys.exit(bool(changed))
EOF
