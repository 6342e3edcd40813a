#!/usr/bin/env bash
# OpenCV: from the second iteration on, `anisotropicDiffusion` takes what lies beyond the border from whatever was in
# memory.
#
# An even picture has nothing to diffuse and stays as it is, and does so in one iteration. With ten (K = 1, alpha =
# 0.1) the border pixels of an even 200 are anything from 140 to 220, depending on which pictures were worked on
# before, and no two of the four borders need be alike; the error fades within eight pixels. The border is copied once
# before the first iteration, and the next ones read a second buffer, whose border is written by nobody. For frames of
# a film that means a rim of earlier frames, and another result if the frames are worked on in another order. A
# picture enlarged by 12 replicated pixels at each side and cut again is right.
#
# Who is bitten: whoever smooths frames or patches by it before an edge map or a flow, compares runs, or stitches
# tiles. Instead: `copyMakeBorder` by as many pixels as there are iterations, and two more, and cut them off.
#
# Versions: opencv-contrib-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/opencv_anisotropic_diffusion_borders_differ_each_time.sh
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


def diffused(picture, iterations):
    return cv2.ximgproc.anisotropicDiffusion(picture, 0.1, 1.0, iterations)


def even(rows, columns, level):
    return np.full((rows, columns, 3), level, np.uint8)


print("OpenCV", cv2.__version__)
generator = np.random.default_rng(0)
ROWS, COLUMNS, EDGE = 48, 64, 12
picture = even(ROWS, COLUMNS, 200)
wide = cv2.copyMakeBorder(picture, EDGE, EDGE, EDGE, EDGE, cv2.BORDER_REPLICATE)
borders, once, inside, cut = [], [], [], []
for _ in range(60):
    for _ in range(5):
        diffused(even(*generator.integers(30, 90, 2), int(generator.integers(0, 256))), 3)
    found = diffused(picture, 10).astype(int)
    row, column = found[ROWS // 2, :, 0], found[:, COLUMNS // 2, 0]
    borders.append((row[0], column[0], row[-1], column[-1]))
    inside.append(np.abs(found[EDGE:-EDGE, EDGE:-EDGE] - 200).max())
    once.append(np.abs(diffused(picture, 1).astype(int) - 200).max())
    cut.append(np.abs(diffused(wide, 10)[EDGE:-EDGE, EDGE:-EDGE].astype(int) - 200).max())
borders = np.array(borders)
print("left, upper, right and lower border of an even 200, the first six times:")
print(borders[:6])
print(f"over 60 times: {borders.min()} to {borders.max()}, {len(np.unique(borders, axis=0))} different results")
still("borders differ by more than 30 levels from time to time", np.ptp(borders, axis=0).max() > 30)
still("more than 10 different results of 60", len(np.unique(borders, axis=0)) > 10)
often = np.mean(np.abs(borders - 200).max(axis=1) > 20)
still("a border is off by more than 20 levels in more than a third of the times", often > 1 / 3)
still("12 pixels within the picture stays 200", max(inside) == 0)
still("one iteration: all stays 200", max(once) == 0)
still("with 12 replicated pixels at each side: all stays 200", max(cut) == 0)

down, across = np.mgrid[:ROWS, :COLUMNS]
waves = np.repeat((128 + 50 * np.sin(across / 6) + 50 * np.cos(down / 5)).astype(np.uint8)[..., None], 3, axis=2)
first, apart = diffused(waves, 10).astype(int), []
for _ in range(60):
    diffused(even(ROWS, COLUMNS, int(generator.integers(0, 256))), 3)
    apart.append(np.abs(diffused(waves, 10) - first))
print(f"the same picture of waves, after other even ones: up to {np.max(apart)} levels apart")
still("the same picture of waves: over 20 levels apart", np.max(apart) > 20)

sys.exit(bool(changed))
EOF
