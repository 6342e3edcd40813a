#!/usr/bin/env bash
# OpenCV: tone mapping by Reinhard, Drago and Mantiuk makes black NaN, and a black corner darkens all of the picture.
#
# The three divide each pixel by its own brightness, and of a pixel of 0, 0, 0 comes NaN, where `createTonemap` gives
# 0. They end with a scaling of the result to 0..1. If the first pixel, at the upper left, is black, its NaN takes
# that scaling away: of a picture with black bars above and below the middle reaches 0.57 of white by Reinhard, 0.18
# by Mantiuk and 0.07 by Drago, instead of 1; with the bar below alone it is 1. With bars of a millionth of white for
# those of 0, there is no NaN, and white is 1. An even picture of 0.3 is NaN all over by Reinhard.
#
# Who is bitten: whoever makes training frames of .exr or .hdr files with black borders or rendered backgrounds: one
# NaN is enough for a loss of NaN, and converted to bytes the frames are dark without a word.
#
# Versions: opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/opencv_tone_mapping_of_black_is_nan.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def barred(picture, above, below, level=0.0):
    """Return the picture with this many rows of an even gray at its top and at its bottom."""
    picture = picture.copy()
    picture[:above] = picture[len(picture) - below :] = level
    return picture


print("OpenCV", cv2.__version__)
noise = np.random.default_rng(0).random((60, 80, 3)).astype(np.float32)
scene = cv2.GaussianBlur(noise, (0, 0), 3)
scene = 0.05 + 0.95 * (scene - scene.min()) / (scene.max() - scene.min())
dot = scene.copy()
dot[30, 40] = 0
inside = np.zeros((60, 80), bool)
inside[10:-10] = True
for name, make, reached in (
    ("Reinhard", cv2.createTonemapReinhard, 0.57),
    ("Drago", cv2.createTonemapDrago, 0.07),
    ("Mantiuk", cv2.createTonemapMantiuk, 0.18),
    ("Tonemap", cv2.createTonemap, None),
):
    bars, below, faint, one = (
        make().process(picture)
        for picture in (barred(scene, 10, 10), barred(scene, 0, 10), barred(scene, 10, 10, 1e-6), dot)
    )
    print(f"{name}: greatest with both bars {np.nanmax(bars):.3f}, with the one below {np.nanmax(below):.3f}")
    still(f"{name}: white is 1 with faint bars, and nothing is NaN", abs(faint.max() - 1) < 0.01)
    still(f"{name}: white is 1 with the bar below", abs(np.nanmax(below) - 1) < 0.01)
    if reached is None:
        still(f"{name}: no NaN, and white is 1 with bars", abs(bars.max() - 1) < 0.01)
        still(f"{name}: a black pixel is no NaN", not np.isnan(one).any())
        continue
    still(f"{name}: the bars are NaN, and nothing else", np.array_equal(np.isnan(bars).all(2), ~inside))
    still(f"{name}: with both bars, {reached} is the greatest", abs(np.nanmax(bars) - reached) < 0.02)
    lost = np.argwhere(np.isnan(one).all(2)).tolist()
    still(f"{name}: one black pixel is one NaN", lost == [[30, 40]] and abs(np.nanmax(one) - 1) < 0.01)
even = cv2.createTonemapReinhard().process(np.full((60, 80, 3), 0.3, np.float32))
still("Reinhard: an even picture is NaN all over", bool(np.isnan(even).all()))

sys.exit(bool(changed))
EOF
