#!/usr/bin/env bash
# Keras: `RandomSharpness` draws a frame: an even 200 gets a border of 246 and corners of 255, or of 154 and 123.
#
# The layer blurs by 3 x 3 and goes from the blurred picture (factor 0) over the given one (0.5) to one that is as much
# sharper (1). Inside, it is Pillow's `ImageEnhance.Sharpness`, after which such operations are named. At the border
# Keras blurs with black beyond the picture, and so takes each border for an edge: sharpened it becomes brighter, and
# blurred darker, by 23 % of its value, in corners by 38 %. Pillow leaves the border as it is. In pictures of 0..1, and
# with `data_format="channels_first"`, it is the same. No blur or sharpening of an even picture ought to change it.
#
# Who is bitten: whoever trains with it, or with `RandAugment`, which calls it: a network sees how a picture has been
# augmented by its frame, and a model that predicts frames learns to draw one. Instead: pad by one pixel (repeated)
# before it and crop after it.
#
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, pillow 12.3.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/keras_random_sharpness_frames_the_picture.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    keras==3.15.1 tensorflow-cpu==2.21.0 pillow==13.0.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import os
import sys

import numpy as np
from PIL import Image, ImageEnhance, __version__

os.environ.update(KERAS_HOME=os.getcwd(), KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
import keras

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def sharpened(pictures, factor, **options):
    layer = keras.layers.RandomSharpness((factor, factor), **options)
    return keras.ops.convert_to_numpy(layer(np.asarray(pictures, np.float32), training=True))


print("keras", keras.__version__, "pillow", __version__)
even = np.full((1, 16, 24, 3), 200)
seen = ((1.0, 246.2, 255), (0.75, 223.1, 238.5), (0.5, 200, 200), (0.25, 176.9, 161.5), (0.0, 153.8, 123.1))
for factor, side, corner in seen:
    found = sharpened(even, factor)[0]
    print(f"factor {factor}: middle {found[8, 12, 0]:.1f}, border {found[0, 12, 0]:.1f}, corner {found[0, 0, 0]:.1f}")
    still("    the middle stays", np.abs(found[1:-1, 1:-1] - 200).max() < 0.01)
    borders = np.concatenate([found[0, 1:-1], found[-1, 1:-1], found[1:-1, 0], found[1:-1, -1]])
    still(f"    all borders are {side}", np.abs(borders - side).max() < 0.1)
    still(f"    all corners are {corner}", np.abs(found[[0, 0, -1, -1], [0, -1, 0, -1]] - corner).max() < 0.1)
    by_pillow = np.asarray(ImageEnhance.Sharpness(Image.fromarray(even[0].astype(np.uint8))).enhance(2 * factor))
    still("    Pillow leaves it at 200", bool(np.all(by_pillow == 200)))
    padded = np.pad(even, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    still("    padded before it stays", np.abs(sharpened(padded, factor)[:, 1:-1, 1:-1] - 200).max() < 0.01)

unit = sharpened(even / 255, 0.0, value_range=(0, 1))[0]
still("in 0..1 it is the same", np.abs(unit * 255 - sharpened(even, 0.0)[0]).max() < 0.01)
turned = sharpened(even.transpose(0, 3, 1, 2), 0.0, data_format="channels_first")[0]
still("channels first too", np.abs(turned.transpose(1, 2, 0) - sharpened(even, 0.0)[0]).max() < 0.01)
noise = np.random.default_rng(0).integers(60, 190, (16, 24, 3), np.uint8)
for factor in (0.25, 0.75):
    found = sharpened(noise[None], factor)[0]
    by_pillow = np.asarray(ImageEnhance.Sharpness(Image.fromarray(noise)).enhance(2 * factor)).astype(float)
    inside, border = np.abs(found - by_pillow)[1:-1, 1:-1].max(), np.abs(found - by_pillow)[0].max()
    print(f"noise, factor {factor}: {inside:.1f} levels from Pillow's inside, {border:.1f} in the first row")
    still("    inside it is Pillow's", inside <= 1.5)
    still("    the first row is over 25 levels off", border > 25)

sys.exit(bool(changed))
EOF
