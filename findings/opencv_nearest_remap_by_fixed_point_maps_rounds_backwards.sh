#!/usr/bin/env bash
# OpenCV 5: `remap` by nearest neighbour and fixed-point maps rounds the wrong way; by the map of nothing it moves by one.
# moves.. by one.
#
# A map of floats is made into whole numbers (CV_16SC2) and an index of the fractions (CV_16UC1) by `convertMaps`,
# which the documentation recommends for speed. With INTER_NEAREST, OpenCV 5 adds one where the fraction is below a
# half, and none where it is above: by the map that changes nothing each pixel is its neighbour to the right and
# below, so that the whole picture moves up and left by one and a row and a column are filled by the border; places of
# 0.25 become 1, and those of 0.75 become 0. It is so for all of uint8, uint16, int16, float32 and float64, and for
# one, three and four channels. By the maps of floats themselves, and for linear and cubic interpolation by the
# fixed-point maps, the same places are right.
#
# Who is bitten: whoever warps masks, labels, depth or pseudo colour by maps that are made once (undistortion,
# rectification, stabilisation), next to pictures warped linearly by the same maps: labels lie a pixel beside the
# picture. Instead: maps of floats, or `convertMaps(..., nninterpolation=True)`, whose maps are right here.
#
# Versions: opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/opencv_nearest_remap_by_fixed_point_maps_rounds_backwards.sh
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


def taken(picture, right, down, beyond):
    """Return the picture whose pixel (x, y) is that at (x + right, y + down), `beyond` outside."""
    rows, columns = picture.shape[:2]
    wide = np.full((rows + 2, columns + 2, *picture.shape[2:]), beyond, picture.dtype)
    wide[1:-1, 1:-1] = picture
    return wide[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]


print("OpenCV", cv2.__version__)
ROWS, COLUMNS = 48, 64
across, down = np.meshgrid(np.arange(COLUMNS, dtype=np.float32), np.arange(ROWS, dtype=np.float32))
generator = np.random.default_rng(0)
for kind in ("uint8", "uint16", "int16", "float32", "float64"):
    for channels in (1, 3, 4):
        shape = (ROWS, COLUMNS) if channels == 1 else (ROWS, COLUMNS, channels)
        picture = generator.integers(8, 256, shape).astype(kind)
        for fraction in (0, 0.25, 0.75):
            floats = (across + np.float32(fraction), down)
            fixed = cv2.convertMaps(*floats, cv2.CV_16SC2)
            near = cv2.convertMaps(*floats, cv2.CV_16SC2, nninterpolation=True)[0]
            border = {"borderMode": cv2.BORDER_CONSTANT, "borderValue": (7, 7, 7, 7)}
            true = taken(picture, round(fraction), 0, 7)
            plain = cv2.remap(picture, *floats, cv2.INTER_NEAREST, **border)
            by_near = cv2.remap(picture, near, None, cv2.INTER_NEAREST, **border)
            by_fixed = cv2.remap(picture, *fixed, cv2.INTER_NEAREST, **border)
            still(f"{kind}, {channels}, {fraction}: floats are right", np.array_equal(plain, true))
            still(f"{kind}, {channels}, {fraction}: maps for nearest are right", np.array_equal(by_near, true))
            wrong = taken(picture, 1 - round(fraction), 1, 7)
            other = np.array_equal(by_fixed, wrong)
            still(f"{kind}, {channels}, {fraction}: fixed-point maps are the other way", other)
            if fraction == 0:
                for way in (cv2.INTER_LINEAR, cv2.INTER_CUBIC):
                    same = cv2.remap(picture, *fixed, way, **border)
                    unmoved = np.array_equal(same, picture)
                    still(f"{kind}, {channels}, way {way}: fixed-point maps change nothing", unmoved)
disc = ((across - 30) ** 2 + (down - 22) ** 2 <= 100).astype(np.uint8)
fixed = cv2.convertMaps(across, down, cv2.CV_16SC2)
mask, picture = (cv2.remap(disc * 200, *fixed, way) for way in (cv2.INTER_NEAREST, cv2.INTER_LINEAR))
overlap = ((mask > 0) & (picture > 0)).sum() / ((mask > 0) | (picture > 0)).sum()
print(f"a disc and its mask by the map of nothing: intersection over union {overlap:.3f}")
still("intersection over union below 0.9", overlap < 0.9)

sys.exit(bool(changed))
EOF
