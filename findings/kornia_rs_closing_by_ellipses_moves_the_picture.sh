#!/usr/bin/env bash
# kornia-rs: ellipses of odd sizes have even ones, and closing or opening by them moves the picture by a pixel.
#
# `dilate` and `erode` take "box", "cross" or "ellipse" and a size. A single pixel dilated by an ellipse of 3 x 3
# becomes 2 x 2, itself and its neighbours at the left and above; by 5 x 5 it becomes 4 x 4, with all four corners, and
# by 7 x 7 it is 6 x 6. An element of an odd size has its middle at the pixel: so it is with boxes and crosses of the
# package and with ellipses of OpenCV. Each of the two steps moves by half a pixel the same way, so that a square of 16
# pixels, which a closing ought to leave alone, is found a pixel further up and left. Mirrored pictures do not become
# mirrored ones. Neither is said in the documentation of `dilate` and `erode`.
#
# Who is bitten: whoever cleans motion or segmentation masks by it: they no longer lie on their objects, and lie further
# off each time. Instead: "box" or "cross", or OpenCV.
#
# Versions: kornia_rs 0.2.0, opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/kornia_rs_closing_by_ellipses_moves_the_picture.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    kornia_rs==0.2.0 opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import cv2
import numpy as np
from kornia_rs.imgproc import dilate, erode

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def reach(picture, middle):
    """From where to where a picture is not 0, from a middle row and column."""
    places = np.argwhere(picture.reshape(picture.shape[:2])) - middle
    return places.min(0).tolist(), places.max(0).tolist()


print("kornia_rs", version("kornia_rs"), "OpenCV", cv2.__version__, "numpy", np.__version__)
spot = np.zeros((41, 41, 1), np.uint8)
spot[20, 20] = 200
for size in (3, 5, 7, 9):
    half = size // 2
    centred = ([-half, -half], [half, half])
    found = dilate(spot, "ellipse", (size, size))
    print(f"a pixel dilated by an ellipse of {size}: from {reach(found, 20)[0]} to {reach(found, 20)[1]}")
    still(f"{size}: one row and column less", reach(found, 20) == ([-half, -half], [half - 1, half - 1]))
    dark = erode(200 - spot, "ellipse", (size, size))
    still(f"{size}: erosion does the same", np.array_equal(200 - dark, found))
    for kind in ("box", "cross"):
        still(f"{size}: a {kind} is centred", reach(dilate(spot, kind, (size, size)), 20) == centred)
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    still(f"{size}: OpenCV's ellipse is centred", reach(cv2.dilate(spot, element), 20) == centred)
corners = dilate(spot, "ellipse", (5, 5))[18:22, 18:22]
still("an ellipse of 5 is a full square of 4", (corners == 200).all())

noise = np.random.default_rng(0).integers(0, 256, (40, 56, 1)).astype(np.uint8)
for kind in ("box", "cross", "ellipse"):
    mirrored = dilate(np.ascontiguousarray(noise[:, ::-1]), kind, (5, 5))[:, ::-1]
    share = float((mirrored != dilate(noise, kind, (5, 5))).mean())
    print(f"mirrored noise dilated, {kind} of 5: {share:.0%} of the pixels are others")
    if kind == "ellipse":
        still("by an ellipse many are", share > 0.3)
    else:
        still(f"by a {kind} none is", share == 0)

square = np.zeros((48, 64, 1), np.uint8)
square[12:28, 10:26] = 200
for size in (3, 5):
    element = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    for name, steps in (("closed", (dilate, erode)), ("opened", (erode, dilate))):
        found, box = square, square
        for step in steps:
            found, box = step(found, "ellipse", (size, size)), step(box, "box", (size, size))
        print(f"a square at rows and columns (12, 10), {name} by {size}: at {reach(found, 0)[0]}")
        moved = np.roll(square, (-1, -1), (0, 1))
        still(f"{name} by {size}: it is the square, a pixel up and left", np.array_equal(found, moved))
        still(f"{name} by a box of {size}: it stays", np.array_equal(box, square))
        if name == "closed":
            there = cv2.morphologyEx(square, cv2.MORPH_CLOSE, element).reshape(square.shape)
            still(f"closed by an ellipse of {size} by OpenCV: it stays", np.array_equal(there, square))

sys.exit(bool(changed))
EOF
