#!/usr/bin/env bash
# OpenCV: CLAHE of uint16 pictures does not limit the contrast; clip limits from 0.1 to 30 give one and the same result.
#
# The clip limit says how often a level may occur, as a multiple of the mean over all levels; it is the steepest slope
# there may be. Of 65536 levels a tile of 64 x 64 pixels has 1/16 pixel each, and a limit of 2 is 1/8. The source
# (clahe.cpp) takes whole pixels, and at least one; noise of 16 bits hardly has two pixels at one level. So noise of
# 0.9 % of white becomes 13.5 times as strong with limits of 1, 2 and 4; by definition, and at 8 bits, 1.9, 2.9 and 4.8
# times. At 512 x 512 with 8 x 8 tiles all limits below 32 give the same picture, at 1920 x 1080 all up to 4.
#
# Who is bitten: thermal, medical and depth frames of 16 bits: even areas with noise, which the limit is there for, are
# stretched to the whole range. Instead: scale to 8 bits before, or equalize_adapthist of scikit-image with few `nbins`.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November
# 2026; opencv-python-headless 4.14.0.94 gives the same.
#
# Run: bash findings/opencv_clahe_of_16_bit_limits_nothing.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def equalized(levels, limit, tiles=8):
    """Send a picture through CLAHE with so many tiles a side, and return it as 0..1."""
    filtered = cv2.createCLAHE(clipLimit=limit, tileGridSize=(tiles, tiles))
    return filtered.apply(levels) / np.iinfo(levels.dtype).max


def by_definition(levels, limit):
    """Equalize one tile: cut the histogram at a multiple of its mean, spread what was cut evenly, and sum it up."""
    number = np.iinfo(levels.dtype).max + 1
    counts = np.bincount(levels.ravel(), minlength=number).astype(float)
    cut = np.minimum(counts, limit * levels.size / number)
    return (np.cumsum(cut + (counts.sum() - cut.sum()) / number) / levels.size)[levels]


print("OpenCV", cv2.__version__)
noise = np.random.default_rng(0).normal(0, 1, (1080, 1920))


def even(height, width, depth):
    """Return an even 0.4 with noise of 0.009, in levels."""
    picture = (0.4 + 0.009 * noise[:height, :width]).clip(0, 1)
    return (255 * picture).round().astype(np.uint8) if depth == 8 else (65535 * picture).round().astype(np.uint16)


for limit, right, wrong in ((1, 1.9, 13.5), (2, 2.9, 13.5), (4, 4.8, 13.5)):
    for depth, expected in ((8, right), (16, wrong)):
        levels = even(512, 512, depth)
        gain = equalized(levels, limit).std() / 0.009
        print(f"512 x 512, {depth} bits, a limit of {limit}: noise is {gain:.1f} times as strong")
        still(f"that is {expected}", abs(gain - expected) < 0.3)
        tile = levels[:64, :64]
        found, defined = (one.std() / 0.009 for one in (equalized(tile, limit, 1), by_definition(tile, limit)))
        print(f"one tile of 64 x 64, {depth} bits, a limit of {limit}: {found:.1f} times, by definition {defined:.1f}")
        if depth == 8:
            still("that is within 5 %", abs(found / defined - 1) < 0.05)
        else:
            still("that is over three times as much", found > 3 * defined)
first = equalized(even(512, 512, 16), 0.1)
for limit, same in ((0.5, True), (2, True), (10, True), (31, True), (33, False), (100, False)):
    claim = f"512 x 512, 16 bits: a limit of {limit} {'is as' if same else 'differs from'} one of 0.1"
    still(claim, np.array_equal(equalized(even(512, 512, 16), limit), first) is same)
first = equalized(even(1080, 1920, 16), 0.1)
for limit, same in ((1, True), (2, True), (4, True), (4.1, False)):
    claim = f"1920 x 1080, 16 bits: a limit of {limit} {'is as' if same else 'differs from'} one of 0.1"
    still(claim, np.array_equal(equalized(even(1080, 1920, 16), limit), first) is same)

sys.exit(bool(changed))
EOF
