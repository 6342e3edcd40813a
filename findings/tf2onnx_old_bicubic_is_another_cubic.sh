#!/usr/bin/env bash
# tf2onnx: `tf.compat.v1.image.resize_bicubic` is converted to a cubic of another coefficient, 16 levels off.
#
# TensorFlow's old bicubic resize has a coefficient of -0.75, and with `half_pixel_centers=True`, as in
# `tf.image.resize`, one of -0.5. The converted model has -0.5 for all of them. With `half_pixel_centers=True` it is
# right; with the default of both flags, and with `align_corners=True`, edges overshoot by less and are softer: a line
# of 1 doubled peaks at 1.125 instead of 1.188 and dips to -0.059 instead of -0.094. The weights of pixels beyond the
# border are left out (`exclude_outside`), which belongs to the other cubic too: with -0.75 and without that, set by
# hand, the model gives what TensorFlow gives. Seen at opset 11 to 18, without a word.
#
# Who is bitten: super resolution and GAN networks of TensorFlow 1, and PSNR of 4 times enlarged pictures by them: the
# same weights give other pixels. Instead: set the two attributes in the file.
#
# Versions: tf2onnx 1.17.0, tensorflow-cpu 2.21.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64
# with Python 3.11, 30 November 2026.
#
# Run: bash findings/tf2onnx_old_bicubic_is_another_cubic.sh
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


def run(model, picture):
    """The result of an ONNX model by ONNX Runtime."""
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: picture})[0]


def attribute(model, name):
    """An attribute of the only resize of a model, to read and to change."""
    (resize,) = (node for node in model.graph.node if node.op_type == "Resize")
    return next(one for one in resize.attribute if one.name == name)


print("tf2onnx", version("tf2onnx"), "tensorflow", tf.__version__, "onnxruntime", onnxruntime.__version__)
noise = np.random.default_rng(0).random((1, 12, 16, 3)).astype(np.float32)
line = np.zeros((1, 6, 6, 1), np.float32)
line[:, 2:4] = 1
for opset in (11, 13, 18):
    for corners, centers in ((False, False), (True, False), (False, True)):
        name = f"align_corners={corners}, half_pixel_centers={centers}, opset {opset}"
        for picture, size in ((line, (12, 12)), (noise, (24, 32))):

            def resized(one, to=size, first=corners, second=centers):
                return tf.compat.v1.image.resize_bicubic(one, to, align_corners=first, half_pixel_centers=second)

            kinds = [tf.TensorSpec(picture.shape, tf.float32)]
            model, _ = tf2onnx.convert.from_function(tf.function(resized), kinds, opset=opset)
            onnx.checker.check_model(model, full_check=True)
            own = resized(picture).numpy()
            found = run(model, picture)
            off = np.abs(found - own).max()
            print(f"{name}: {off:.3f} off at most; coefficient {attribute(model, 'cubic_coeff_a').f:.2f}")
            if picture is line:
                print("  a line by TensorFlow:", own[0, :7, 6, 0].round(3))
                print("  a line converted:    ", found[0, :7, 6, 0].round(3))
            still(f"{name}: the coefficient is -0.5", attribute(model, "cubic_coeff_a").f == -0.5)
            if centers:
                still(f"{name}: it is right", off < 1e-4)
                continue
            still(f"{name}: it is over 0.03 off", off > 0.03)
            attribute(model, "cubic_coeff_a").f = -0.75
            attribute(model, "exclude_outside").i = 0
            still(f"{name}: by -0.75 it is right", np.abs(run(model, picture) - own).max() < 1e-3)

sys.exit(bool(changed))
EOF
