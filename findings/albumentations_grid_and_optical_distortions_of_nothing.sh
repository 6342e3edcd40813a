#!/usr/bin/env bash
# albumentations: `GridDistortion` by 0 blackens the last row and column; `OpticalDistortion` by 0 moves half a pixel.
#
# With `distort_limit=(0, 0)` both ought to change nothing. GridDistortion fills each cell of 16 pixels with 16 places
# from its first pixel to the first of the next cell, so that each cell is stretched by 16/15, one row and column is
# doubled at each border of cells, and the last row and column of the picture are fetched from beyond it: they are
# black, with masks 0, with any distortion too. OpticalDistortion takes (width / 2, height / 2) for the centre of the
# camera, and gives no second camera, for which OpenCV then takes ((width - 1) / 2, (height - 1) / 2): everything moves
# half a pixel up and to the left and is blurred, and a quarter is left of the corner at the lower right. Its fisheye
# mode changes nothing. cv2.remap by the map of nothing returns the picture.
#
# Who is bitten: whoever trains with them: frames and targets of flow or super-resolution are no longer in register, and
# every picture of GridDistortion has a black line at two sides, which a network learns.
#
# Versions: albumentations 2.0.8, albucore 0.0.24, opencv-python-headless 4.14.0.94, scipy 1.17.1, numpy 2.4.6; seen on
# Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/albumentations_grid_and_optical_distortions_of_nothing.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    albumentations==2.0.8 albucore==0.0.24 opencv-python-headless==4.14.0.94 scipy==1.17.1 numpy==2.4.6
NO_ALBUMENTATIONS_UPDATE=1 ./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import albumentations as A
import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def sent(transform, picture):
    """Send a picture, and the same as a mask, through a transform."""
    found = A.Compose([transform], seed=0)(image=picture, mask=picture[..., 0])
    return found["image"], found["mask"]


def remapped(picture, columns, rows):
    """Fetch by OpenCV from these columns and rows, 0 beyond the picture."""
    columns, rows = np.meshgrid(np.float32(columns), np.float32(rows))
    return cv2.remap(picture, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)


def places(size, cell):
    """Return the places that each cell of a grid takes, from its first pixel to that of the next."""
    return np.concatenate([np.linspace(start, start + cell, cell) for start in range(0, size, cell)])


print("albumentations", version("albumentations"), "OpenCV", cv2.__version__)
random = np.random.default_rng(0)
for rows, columns, cells in ((64, 80, 4), (48, 96, 6), (240, 320, 5)):
    noise = random.integers(1, 256, (rows, columns, 3)).astype(np.uint8)
    same = remapped(noise, np.arange(columns), np.arange(rows))
    still(f"{rows} x {columns}: cv2.remap returns the picture", np.array_equal(same, noise))
    for kind in ("uint8", "float32"):
        given = noise if kind == "uint8" else noise.astype(np.float32) / 255
        levels = 1 if kind == "uint8" else 255
        picture, mask = sent(A.GridDistortion(cells, (0, 0), p=1), given)
        name = f"{rows} x {columns}, {cells} cells, {kind}, GridDistortion by 0"
        off = np.abs(picture.astype(float) - given)[:-1, :-1] * levels
        print(f"{name}: last row {picture[-1].max()}, else {off.mean():.1f} levels off")
        still(f"{name}: last row and column are 0", not picture[-1].any() and not picture[:, -1].any())
        still(f"{name}: those of the mask too", not mask[-1].any() and not mask[:, -1].any())
        still(f"{name}: else 20 levels off on average", off.mean() > 20)
        expected = remapped(given, places(columns, columns // cells), places(rows, rows // cells))
        still(f"{name}: as OpenCV with the places above", np.abs(picture.astype(float) - expected).max() * levels < 8)
        picture, mask = sent(A.OpticalDistortion((0, 0), p=1), given)
        name = f"{rows} x {columns}, {kind}, OpticalDistortion by 0"
        off = np.abs(picture.astype(float) - given)[:-1, :-1] * levels
        print(f"{name}: {off.mean():.1f} levels off, corner {picture[-1, -1] * levels} of {given[-1, -1] * levels}")
        still(f"{name}: 20 levels off on average", off.mean() > 20)
        half = remapped(given, np.arange(columns) + 0.5, np.arange(rows) + 0.5)
        still(f"{name}: as OpenCV half a pixel beside", np.abs(picture.astype(float) - half).max() * levels < 2)
        quarter = given[-1, -1] * levels / 4
        still(f"{name}: a quarter of the corner", np.abs(picture[-1, -1] * levels - quarter).max() < 1.1)
        picture = sent(A.OpticalDistortion((0, 0), mode="fisheye", p=1), given)[0]
        still(f"{name}, fisheye: as it was", np.abs(picture.astype(float) - given).max() * levels < 0.1)
white = np.full((64, 80, 3), 255, np.uint8)
black = [sent(A.GridDistortion(5, (-0.3, 0.3), p=1), white)[0] for _ in range(5)]
still("white, by up to 0.3: the last row or column is black", all(not one[-1, -1].any() for one in black))

sys.exit(bool(changed))
EOF
