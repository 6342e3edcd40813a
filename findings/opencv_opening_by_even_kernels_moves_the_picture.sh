#!/usr/bin/env bash
# OpenCV: opening or closing with an even kernel, np.ones((2, 2)) or (4, 4), moves the picture a pixel down and right.
#
# An opening is an erosion and then a dilation with the mirrored kernel; so it never makes a pixel brighter, and done
# twice it is the same as once. `morphologyEx` takes kernel and anchor unmirrored both times (morph.dispatch.cpp), which
# is the same only if they are symmetric about the anchor. The middle of an even kernel is none: a square of 4 x 4 is
# found one pixel further down and to the right, after five openings five pixels, and as many with `iterations=5`;
# closings likewise. MORPH_TOPHAT of a square that an opening leaves whole is an L of full brightness, MORPH_BLACKHAT as
# well. An L-shaped kernel of 3 x 3 moves it too. scipy.ndimage and scikit-image leave the square where it is.
#
# Who is bitten: masks of moving things, cleaned by an opening and a closing with a small even kernel: they are two
# pixels beside the thing. Instead: odd symmetric kernels, or erode and dilate with `kernel[::-1, ::-1]` and the anchor
# mirrored with it.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux
# x86_64 with Python 3.11, 28 November 2026; opencv-python-headless 4.14.0.94 gives the same.
#
# Run: bash findings/opencv_opening_by_even_kernels_moves_the_picture.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np
from scipy import ndimage
from skimage import morphology

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def place(mask):
    """Return the first row and column of what is not black."""
    rows, columns = np.nonzero(mask)
    return int(rows.min()), int(columns.min())


def mirrored_opening(picture, kernel):
    """Open as defined: erode, then dilate with the mirrored kernel about the mirrored anchor."""
    height, width = kernel.shape
    anchor = (width - 1 - width // 2, height - 1 - height // 2)
    return cv2.dilate(cv2.erode(picture, kernel), np.ascontiguousarray(kernel[::-1, ::-1]), anchor=anchor)


print("OpenCV", cv2.__version__)
square = np.zeros((24, 24), np.uint8)
square[4:8, 4:8] = 255
corner = np.array([[0, 1, 0], [0, 1, 1], [0, 0, 0]], np.uint8)
for name, kernel, moved in (
    ("2 x 2", np.ones((2, 2), np.uint8), True),
    ("4 x 4", np.ones((4, 4), np.uint8), True),
    ("an L", corner, True),
    ("3 x 3", np.ones((3, 3), np.uint8), False),
):
    opened, closed = (cv2.morphologyEx(square, kind, kernel) for kind in (cv2.MORPH_OPEN, cv2.MORPH_CLOSE))
    print(f"{name}: a square at (4, 4) is opened at {place(opened)}, closed at {place(closed)}")
    still(f"{name}: opening {'moves it' if moved else 'leaves it'}", (place(opened) != (4, 4)) is moved)
    if name != "an L":
        there = np.roll(square, int(moved), axis=(0, 1))
        still(f"{name}: whole, at {place(there)}", np.array_equal(opened, there))
        still(f"{name}: closing the same", np.array_equal(closed, opened))
        several = square
        for _ in range(5):
            several = cv2.morphologyEx(several, cv2.MORPH_OPEN, kernel)
        still(f"{name}: five openings, five pixels", place(several) == ((9, 9) if moved else (4, 4)))
        hats = [cv2.morphologyEx(square, kind, kernel) for kind in (cv2.MORPH_TOPHAT, cv2.MORPH_BLACKHAT)]
        bright = 4 + 3 if moved else 0
        still(f"{name}: both hats have {bright} white pixels", all((hat == 255).sum() == bright for hat in hats))
        for title, other in (("scipy", ndimage.grey_opening(square, footprint=kernel)), ("skimage", None)):
            other = morphology.opening(square, kernel) if other is None else other
            still(f"{name}: {title} leaves it", np.array_equal(other, square))
        still(f"{name}: mirrored, it stays", np.array_equal(mirrored_opening(square, kernel), square))
larger = np.zeros((48, 48), np.uint8)
larger[8:28, 8:28] = 255
five = cv2.morphologyEx(larger, cv2.MORPH_OPEN, np.ones((2, 2)), iterations=5)
still("2 x 2, five iterations: five pixels", place(five) == (13, 13))
texture = np.random.default_rng(0).integers(0, 256, (64, 64)).astype(np.uint8)
for size in (2, 3, 4, 5):
    kernel = np.ones((size, size), np.uint8)
    brighter = float((cv2.morphologyEx(texture, cv2.MORPH_OPEN, kernel) > texture).mean())
    print(f"{size} x {size}: opening makes {brighter:.0%} of the pixels of a texture brighter")
    still("none" if size % 2 else "over 2 %", brighter > 0.02 if size % 2 == 0 else brighter == 0)
    still(f"{size} x {size}: mirrored, none", not (mirrored_opening(texture, kernel) > texture).any())

sys.exit(bool(changed))
EOF
