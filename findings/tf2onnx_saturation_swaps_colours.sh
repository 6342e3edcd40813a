#!/usr/bin/env bash
# tf2onnx: `tf.image.adjust_saturation` is converted to one that swaps the colours of a third of all pixels.
#
# The ONNX model sorts the three colours of a pixel from the largest to the smallest, scales what lies between them,
# and has to put them back. It looks each of them up by the index that the sorting gave, which says where a sorted
# colour came from, not where a colour went. The two are the same unless the colours are in one of the two cyclic
# orders: green above blue above red, and blue above red above green. There the colours change places: a factor of 1,
# which has to leave a picture alone, makes pure (0.2, 0.9, 0.5) into (0.5, 0.2, 0.9), green into blue. In noise it is
# a third of all pixels, for each factor, opset 11 as well as 18. The conversion reports nothing, and skin and gray are
# right. TensorFlow's own result is what Python's `colorsys` gives.
#
# Who is bitten: networks with colour augmentation or grading in the graph, run by ONNX Runtime: leaves and sky change
# colour. Instead: gray + factor * (picture - gray), which is another measure of saturation but converts rightly.
#
# Versions: tf2onnx 1.17.0, tensorflow-cpu 2.21.0, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64
# with Python 3.11, 30 November 2026.
#
# Run: bash findings/tf2onnx_saturation_swaps_colours.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    tf2onnx==1.17.0 tensorflow-cpu==2.21.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
TF_CPP_MIN_LOG_LEVEL=3 ./env/bin/python - <<'EOF'
import colorsys
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


def by_onnx(function, picture, opset):
    """The result of the converted function by ONNX Runtime."""
    model, _ = tf2onnx.convert.from_function(
        tf.function(function), [tf.TensorSpec(picture.shape, tf.float32)], opset=opset
    )
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: picture})[0]


def by_definition(picture, factor):
    """Each pixel with a saturation (of hue, saturation and value) that is multiplied by the factor, up to 1."""
    pixels = [colorsys.rgb_to_hsv(*pixel) for pixel in picture.reshape(-1, 3).tolist()]
    changed_ones = [colorsys.hsv_to_rgb(hue, min(1, factor * part), value) for hue, part, value in pixels]
    return np.float32(changed_ones).reshape(picture.shape)


print("tf2onnx", version("tf2onnx"), "tensorflow", tf.__version__, "onnxruntime", onnxruntime.__version__)
noise = np.random.default_rng(0).uniform(size=(48, 64, 3)).astype(np.float32)
red, green, blue = np.moveaxis(noise, -1, 0)
cyclic = ((green > blue) & (blue > red)) | ((blue > red) & (red > green))
print(f"{cyclic.mean():.1%} of the pixels have one of the two cyclic orders")
for opset in (11, 18):
    for factor in (0.5, 1.0, 1.5):
        name = f"factor {factor}, opset {opset}"
        found = by_onnx(lambda picture, by=factor: tf.image.adjust_saturation(picture, by), noise, opset)
        truth = by_definition(noise, factor)
        wrong = ~np.isclose(found, truth, atol=1e-4).all(-1)
        print(f"{name}: {wrong.mean():.1%} wrong, by up to {np.abs(found - truth).max():.2f}")
        own = tf.image.adjust_saturation(noise, factor).numpy()
        still(f"{name}: TensorFlow is as defined", np.allclose(own, truth, atol=1e-4))
        still(f"{name}: the pixels of cyclic orders are wrong, all others right", np.array_equal(wrong, cyclic))
        same = np.allclose(np.sort(found), np.sort(truth), atol=1e-4)
        still(f"{name}: their colours are right ones in other places", same)
pixel = np.float32([[[0.2, 0.9, 0.5]]])
found = by_onnx(lambda picture: tf.image.adjust_saturation(picture, 1.0), pixel, 18)[0, 0]
print("0.2, 0.9, 0.5 by a factor of 1:", found.round(3).tolist())
still("it becomes 0.5, 0.2, 0.9", np.allclose(found, [0.5, 0.2, 0.9], atol=1e-5))

sys.exit(bool(changed))
EOF
