#!/usr/bin/env bash
# OpenCV contrib: `ximgproc.amFilter` turns a picture with an even area into an all black one, or floats all into NaN.
#
# The adaptive manifold filter smooths and keeps edges, so that an even picture stays as it is. OpenCV makes each even
# picture black, white too, and a black title on white, and fills floats with NaN. With a sigma of 4 (the sample
# program has 16) half black, half white is still right; with 16 it is black as well, and so is an even 100 with one
# pixel of 101; with 32 a textured picture between the black bars of a film. Without the bars, or with noise of two
# levels all over, it is right at each sigma. It is enough that what steers is even: noise becomes black under an
# even `joint`, and an even picture stays under noise. Nothing is said of it.
#
# Who is bitten: whoever smooths frames or flow fields by it: fades, titles, drawn figures and flow of 0 come out as 0.
#
# Versions: opencv-contrib-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/opencv_am_filter_blackens_even_areas.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-contrib-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def filtered(picture, sigma, joint=None):
    """Return the picture, smoothed over sigma pixels and 0.2 of its range where the joint picture has no edge."""
    return cv2.ximgproc.amFilter(picture if joint is None else joint, picture, sigma, 0.2)


print("OpenCV", cv2.__version__)
for level in (60, 128, 255):
    for shape in ((40, 50), (40, 50, 3)):
        even = np.full(shape, level, np.uint8)
        still(f"an even {level} of shape {shape} becomes 0", not filtered(even, 4).any())
        floats = filtered(even.astype(np.float32) / 255, 4)
        still("as floats it becomes NaN", bool(np.isnan(floats).all()))
random = np.random.default_rng(0)
edge = np.zeros((64, 64), np.uint8)
edge[:, 32:] = 255
dot = np.full((64, 64), 100, np.uint8)
dot[3, 3] = 101
texture = cv2.GaussianBlur(random.integers(0, 256, (120, 160, 3), np.uint8), (0, 0), 6)
texture = cv2.normalize(texture, None, 0, 255, cv2.NORM_MINMAX)
film = texture.copy()
film[:20] = film[-20:] = 0
half = np.where(edge, 180, 60)
noisy = (half + random.normal(0, 2, half.shape)).round().astype(np.uint8)
title = np.full((240, 320, 3), 255, np.uint8)
cv2.putText(title, "Title", (30, 140), cv2.FONT_HERSHEY_SIMPLEX, 3, (0, 0, 0), 5)
for name, picture, black in (
    ("title", title, (4, 16, 32)),
    ("half black, half white", edge, (16, 32)),
    ("100 with one pixel of 101", dot, (16, 32)),
    ("between black bars", film, (32,)),
    ("without the bars", texture, ()),
    ("an edge with noise", noisy, ()),
):
    for sigma in (4, 16, 32):
        mean = filtered(picture, sigma).mean()
        print(f"{name}, sigma {sigma}: mean {picture.mean():.1f}, after amFilter {mean:.1f}")
        if sigma in black:
            still(f"{name}, sigma {sigma}: black", mean == 0)
        else:
            still(f"{name}, sigma {sigma}: the mean stays", abs(mean - picture.mean()) < 1.5)
noise = random.integers(0, 256, (40, 50), np.uint8)
even = np.full((40, 50), 60, np.uint8)
still("noise, steered by an even picture: black", not filtered(noise, 4, joint=even).any())
still("an even picture, steered by noise: as it was", bool((filtered(even, 4, joint=noise) == 60).all()))

sys.exit(bool(changed))
EOF
