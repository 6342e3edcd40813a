#!/usr/bin/env bash
# OpenCV 5: warpAffine, warpPerspective and remap are exact for one, three and four channels, not for two, nor doubles.
#
# In OpenCV 5 the linear warps of uint8, uint16 and float32 compute with the coordinates as they are: floats agree with
# a bilinear interpolation in double precision within 0.001 of 255 levels. Pictures of two channels, of float64 and of
# int16 take the older way, which rounds every coordinate to 1/32 of a pixel: the same picture is 4 levels off. So
# an array of doubles is warped less exactly than one of bytes, a flow field of shape (rows, columns, 2) less exactly
# than the frame that it belongs to, and a shift by 1/100 of a pixel is one by nothing. The documentation of
# interpolation names no types. (Whoever stacks a third channel of zeros has it exact.)
#
# Who is bitten: whoever warps optical flow (forward-backward checks, propagating, inverting), depth or disparity, or
# uses doubles to be exact; whoever tests an own warp against OpenCV's.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/opencv_warps_two_channels_less_exactly.sh
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
import scipy
from scipy.ndimage import map_coordinates

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


HEIGHT, WIDTH = 48, 64
AFFINE = cv2.getRotationMatrix2D((31.5, 23.5), 17, 1.1)
PERSPECTIVE = np.array([[1, 0.05, 2.3], [0.02, 0.97, -1.2], [1e-4, 2e-4, 1]])
GRID = np.stack([*np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT)), np.ones((HEIGHT, WIDTH))])


def coordinates(matrix):
    """Return where in the source each pixel of the result lies, as columns and rows."""
    inverse = np.linalg.inv(matrix if len(matrix) == 3 else np.vstack([matrix, [0, 0, 1]]))
    columns, rows, weights = np.einsum("ij,jrc->irc", inverse, GRID)
    return columns / weights, rows / weights


def by_opencv(name, picture):
    if name == "warpAffine":
        return cv2.warpAffine(picture, AFFINE, (WIDTH, HEIGHT))
    if name == "warpPerspective":
        return cv2.warpPerspective(picture, PERSPECTIVE, (WIDTH, HEIGHT))
    columns, rows = coordinates(AFFINE)
    return cv2.remap(picture, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_LINEAR)


print("OpenCV", cv2.__version__, "scipy", scipy.__version__)
picture = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH))
for name in ("warpAffine", "warpPerspective", "remap"):
    columns, rows = coordinates(PERSPECTIVE if name == "warpPerspective" else AFFINE)
    truth = map_coordinates(picture.astype(float), [rows, columns], order=1, mode="grid-constant")
    for kind, channels, exact in (
        *((kind, channels, channels != 2) for kind in ("uint8", "uint16", "float32") for channels in (1, 2, 3, 4)),
        ("float64", 1, False),
        ("float64", 3, False),
        ("int16", 1, False),
    ):
        given = picture.astype(kind) if channels == 1 else np.stack([picture.astype(kind)] * channels, axis=-1)
        found = by_opencv(name, given).reshape(HEIGHT, WIDTH, channels).astype(float)
        error = np.abs(found - truth[..., None]).max()
        limit = 0.01 if kind == "float32" else 0.51
        print(f"{name}, {kind}, {channels} channels: up to {error:.3f} levels from a bilinear interpolation")
        claim = f"{name}, {kind}, {channels}: {'exact' if exact else 'over 3 off'}"
        still(claim, error < limit if exact else error > 3)
ramp = np.broadcast_to(4 * np.arange(WIDTH, dtype=np.float32), (HEIGHT, WIDTH))
shift = np.array([[1, 0, 0.01], [0, 1, 0]])
for channels, expected in ((1, 119.96), (2, 120), (3, 119.96)):
    moved = cv2.warpAffine(np.stack([ramp] * channels, axis=-1), shift, (WIDTH, HEIGHT))
    moved = moved.reshape(HEIGHT, WIDTH, channels)
    print(f"a ramp of 4 levels a pixel, shifted by 0.01 pixel, {channels} channels: {moved[10, 30, 0]:.3f} at 120")
    still(f"a shift by 0.01 pixel, {channels} channels: {expected}", abs(moved[10, 30, 0] - expected) < 1e-3)

sys.exit(bool(changed))
EOF
