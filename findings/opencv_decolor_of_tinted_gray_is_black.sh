#!/usr/bin/env bash
# OpenCV: `decolor` of a picture that is gray, or gray with a tint or a red figure on it, is black all over.
#
# It makes gray of colours so that contrast is kept (Lu, Xu and Jia 2012): a weighted sum of the colours and of their
# products, scaled to 0..255 in OpenCV. For colours that are equal, or nearly so, any weights are good, and the result
# should be about the picture itself. The result is 0 in each pixel for a smooth gray picture of 30 to 230, for the
# same one with 10 levels more of blue, and with a red square of 10 x 10 on it; noise of one level, which nobody can
# see, in each colour alone, and the contrast is there (a correlation of 0.99). A picture of colours is right. The
# documentation says that it is meant for pictures in colour, and no word of black.
#
# Who is bitten: whoever makes single channels of frames by it, for optical flow, thumbnails or detectors: films have
# titles, fades, snow, fog and archive scenes. Instead: `cvtColor`, or noise of one level before.
#
# Versions: opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/opencv_decolor_of_tinted_gray_is_black.sh
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


def luma(picture):
    """Return BT.601 luma (height, width) of blue, green, red, computed here."""
    return picture.astype(float) @ np.array([0.114, 0.587, 0.299])


def alike(one, other):
    return float(np.corrcoef(one.ravel().astype(float), other.ravel())[0, 1])


print("OpenCV", cv2.__version__)
for rows, columns in ((48, 64), (51, 70), (240, 320)):
    down, across = np.mgrid[:rows, :columns]
    plane = (130 + 50 * np.sin(across / 9) + 50 * np.cos(down / 7)).round().astype(np.uint8)
    gray = np.repeat(plane[..., None], 3, axis=2)
    tinted = gray + np.array([10, 0, 0], np.uint8)
    figure = gray.copy()
    figure[5:15, 5:15] = (0, 0, 255)
    generator = np.random.default_rng(0)
    noisy = (gray.astype(int) + generator.integers(-1, 2, gray.shape)).astype(np.uint8)
    for name, picture in (("gray", gray), ("gray and 10 of blue", tinted), ("gray with a red square", figure)):
        found, truth = cv2.decolor(picture)[0], luma(picture)
        name = f"{rows} x {columns}, {name}"
        print(f"{name}: {found.min()} to {found.max()}; luma {truth.min():.0f} to {truth.max():.0f}")
        still(f"{name}: black all over", not found.any())
        still(f"{name}: luma has a contrast of over 150 levels", np.ptp(truth) > 150)
    found = cv2.decolor(noisy)[0]
    print(f"{rows} x {columns}, noise of one level: {found.min()} to {found.max()}, {alike(found, luma(noisy)):.4f}")
    right = np.ptp(found) == 255 and alike(found, luma(noisy)) > 0.99
    still("with noise of one level: 0 to 255, correlation over 0.99", right)

sys.exit(bool(changed))
EOF
