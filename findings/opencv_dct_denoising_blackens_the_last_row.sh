#!/usr/bin/env bash
# OpenCV: `xphoto.dctDenoising` makes the last row and column of every picture black, and of a 16 x 16 one everything.
#
# Each pixel is to be the mean of what it is in all patches (16 x 16 by default) that hold it. The patches begin at
# places below `rows - psize` and `columns - psize`, so that the last one of each is left out, and no patch holds the
# last row or column: its sum of 0 is divided by a count of 0. An even 128 stays 128 elsewhere and is 0 there as uint8
# and uint16, -32768 as int16, and NaN as float32 and float64; a picture as high or as wide as one patch is so all over.
# With `psize=8` too. There is no error and no warning. Padded by one pixel below and to the right, it is as it should.
#
# Who is bitten: PSNR or SSIM of denoised frames counts a black edge; one NaN makes the mean of a float picture NaN; and
# whoever denoises 16 x 16 tiles gets none back. Instead: cv2.copyMakeBorder before, and cut off after.
#
# Versions: opencv-contrib-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/opencv_dct_denoising_blackens_the_last_row.sh
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


def denoised(picture, patch=16):
    result = np.zeros_like(picture)
    cv2.xphoto.dctDenoising(picture, result, 10, patch)
    return result


def apart(one, other):
    return np.abs(one.astype(float) - other).max()


print("OpenCV", cv2.__version__)
for kind, level, edge in (
    ("uint8", 128, 0),
    ("uint16", 32896, 0),
    ("int16", 12800, -32768),
    ("float32", 128, np.nan),
    ("float64", 128, np.nan),
):
    for shape in ((40, 56), (40, 56, 3)):
        found = denoised(np.full(shape, level, kind))
        name = f"an even {level}, {kind}, {shape}"
        print(f"{name}: middle {found[20, 28]}, last row {found[-1, 28]}, last column {found[20, -1]}")
        still(f"{name}: elsewhere as it was", apart(found[:-1, :-1], level) < 0.01)
        there = np.concatenate([found[-1].ravel(), found[:, -1].ravel()])
        still(f"{name}: {edge} in all of the last row and column", np.array_equal(there, 0 * there + edge, True))
for size, patch in (((16, 16), 16), ((16, 40), 16), ((40, 16), 16), ((8, 8), 8)):
    share = float((denoised(np.full(size, 128, np.uint8), patch) == 0).mean())
    print(f"{size}, patches of {patch}: {100 * share:.0f} % black")
    still(f"{size}, patches of {patch}: all black", share == 1)
rows, columns = np.mgrid[:48, :64]
scene = 128 + 60 * np.sin(rows / 6) * np.cos(columns / 8)
noisy = (scene + np.random.default_rng(0).normal(0, 10, scene.shape)).clip(0, 255).round().astype(np.uint8)
for patch in (16, 8):
    plain = denoised(noisy, patch)
    padded = denoised(cv2.copyMakeBorder(noisy, 0, 1, 0, 1, cv2.BORDER_REFLECT_101), patch)[:-1, :-1]
    errors = [float(np.sqrt(np.mean((one - scene) ** 2))) for one in (noisy, plain, padded)]
    print(f"noise, patches of {patch}: {errors[0]:.1f} off, denoised {errors[1]:.1f}, padded before {errors[2]:.1f}")
    still(f"noise, patches of {patch}: denoised worse than noisy", errors[1] > 1.5 * errors[0])
    still(f"noise, patches of {patch}: padded before, under half of it", errors[2] < 0.5 * errors[0])

sys.exit(bool(changed))
EOF
