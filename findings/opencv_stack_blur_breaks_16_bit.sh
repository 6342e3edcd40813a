#!/usr/bin/env bash
# OpenCV: stackBlur of uint16 and int16 darkens whatever is bright, by kernels of 5, 7 and 9, and of 31 and more.
#
# `stackBlur` takes CV_8U, CV_16U, CV_16S and CV_32F by its documentation. For 16 bits its sums do not fit: an even
# picture of 60000 comes out as 42007 from a kernel of 5, 38288 from one of 9 and 27232 from one of 31, while 3 and 11
# to 21 are right. The brightest level that is blurred rightly is 33600 of 65535 for 5 to 9, 32700 for 31, 16500 for 51
# and 4200 for 101. A texture is off by 22 % of the range with a kernel of 5 and by 50 % with 31; int16, of half the
# range, by as much and more. Of float32 the same numbers are blurred within rounding.
#
# Who is bitten: 16-bit PNG and TIFF frames, depth maps and RAW pictures, where `stackBlur` is taken as a quick stand-in
# for a Gaussian; tests with dark pictures, or with a kernel of 3, pass.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026; opencv-python-headless 4.14.0.94 gives the same.
#
# Run: bash findings/opencv_stack_blur_breaks_16_bit.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np
from scipy.ndimage import correlate1d, gaussian_filter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


LEVELS = (4000, 16000, 30000, 60000)
BRIGHTEST = {3: 65535, 5: 33600, 7: 33600, 9: 33600, 11: 65535, 21: 65535, 31: 32700, 51: 16500, 101: 4200}


def by_definition(picture, size):
    """A stack blur weighs by a triangle: 1, 2, ... r + 1, ... 2, 1 along each axis."""
    weights = np.concatenate([np.arange(1, size // 2 + 2), np.arange(size // 2, 0, -1)]) / (size // 2 + 1) ** 2
    return correlate1d(correlate1d(picture, weights, axis=0, mode="nearest"), weights, axis=1, mode="nearest")


print("OpenCV", cv2.__version__)
for size, right in BRIGHTEST.items():
    found = {level: int(cv2.stackBlur(np.full((128, 128), level, np.uint16), (size, size))[64, 64]) for level in LEVELS}
    print(f"kernel {size}, even pictures:", ", ".join(f"{level} is {blurred}" for level, blurred in found.items()))
    for level, blurred in found.items():
        holds = abs(blurred - level) < 200 if level <= right else blurred < 0.8 * level
        still(f"kernel {size}: {level} {'stays' if level <= right else 'is darker by over 20 %'}", holds)
texture = gaussian_filter(np.random.default_rng(0).random((200, 240)), 2)
texture = (texture - texture.min()) / (texture.max() - texture.min())
for size, broken in ((3, False), (5, True), (9, True), (15, False), (31, True), (51, True)):
    for kind, white, wrong in (("uint16", 65535, broken), ("int16", 32767, broken), ("float32", 65535, False)):
        given = (white * texture).round().astype(kind)
        error = (cv2.stackBlur(given, (size, size)) - by_definition(given.astype(float), size))[60:-60, 60:-60] / white
        print(f"kernel {size}, a texture of {kind}: up to {np.abs(error).max():.2%} off, on average {error.mean():.2%}")
        claim = f"kernel {size}, {kind}: {'over 20 % of the range' if wrong else 'within 0.1 %'}"
        still(claim, np.abs(error).max() > 0.2 if wrong else np.abs(error).max() < 0.001)

sys.exit(bool(changed))
EOF
