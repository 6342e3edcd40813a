#!/usr/bin/env bash
# OpenCV: Deriche gradients of an even picture are large at the borders, and at the lower border twice as large.
#
# ximgproc.GradientDericheX and -Y behave as if all were black outside, so that every border is an edge: an even 100 has
# gradients of 26 in the first row and column (an edge of 100 levels inside has 100), and they fade within eight pixels.
# Y is wrong at its end on top of that: in the last but one row it gives 55, where the mirrored picture gives 3 in the
# second. For noise, mirrored pictures have gradients that differ by 111 (X) and 148 (Y) where the largest is 190; ten
# rows away from the borders they are the same but for the sign.
#
# Who is bitten: edge maps and gradient statistics with `threshold * max`, which find the frame of the picture, and
# measures of sharpness. Instead: enlarge the picture by ten replicated pixels before, and cut them off.
#
# Versions: OpenCV (opencv-contrib-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/opencv_deriche_gradients_of_nothing.sh
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


def across(picture):
    return cv2.ximgproc.GradientDericheX(np.ascontiguousarray(picture), 1.0, 1.0)


def down(picture):
    return cv2.ximgproc.GradientDericheY(np.ascontiguousarray(picture), 1.0, 1.0)


print("OpenCV", cv2.__version__)
even = np.full((48, 64), 100, np.uint8)
right, below = across(even)[24], down(even)[:, 32]
print("an even 100, X:", np.round(right[:4], 1), "to", np.round(right[-4:], 1))
print("an even 100, Y:", np.round(below[:4], 1), "to", np.round(below[-4:], 1))
still("X: 25 to 28 in the first column, and -25 to -28 in the last", 25 < right[0] < 28 and -28 < right[-1] < -25)
still("X: the end is the beginning mirrored", np.allclose(right, -right[::-1], atol=0.1))
still("Y: begins as X does", np.allclose(below[:4], right[:4], atol=0.2))
still("Y: 50 to 60 in the last but one row, 3 to 4 in the second", -60 < below[-2] < -50 and -4 < below[1] < -3)
still("X and Y: below 0.2 in the middle", abs(right[10:-10]).max() < 0.2 and abs(below[10:-10]).max() < 0.2)
edge = np.repeat([[50, 150]], 32, axis=1).astype(np.uint8).repeat(48, axis=0)
strength = float(np.abs(across(edge)[24, 20:44]).max())
print(f"an edge of 100 levels within: {strength:.1f}")
still("an edge of 100 levels within: 95 to 105", 95 < strength < 105)

noise = np.random.default_rng(0).integers(0, 256, (48, 64)).astype(np.uint8)
for name, found, mirrored in (
    ("X", across(noise).T, across(noise[:, ::-1])[:, ::-1].T),
    ("Y", down(noise), down(noise[::-1])[::-1]),
):
    apart = np.abs(found + mirrored)
    largest, inside = float(apart.max()), float(apart[10:-10].max())
    print(f"noise mirrored, {name}: up to {largest:.1f} apart of {np.abs(found).max():.1f}, {inside:.3f} inside")
    still(f"noise mirrored, {name}: over 100 apart", largest > 100)
    still(f"noise mirrored, {name}: below 0.2 ten pixels away from the borders", inside < 0.2)
    grown = np.pad(noise, 12, "edge")
    if name == "X":
        both = across(grown) + across(grown[:, ::-1])[:, ::-1]
    else:
        both = down(grown) + down(grown[::-1])[::-1]
    left = float(np.abs(both)[12:-12, 12:-12].max())
    print(f"noise mirrored, {name}, with twelve replicated pixels at each side: {left:.3f}")
    still(f"noise mirrored, {name}, with replicated pixels: below 0.2", left < 0.2)

sys.exit(bool(changed))
EOF
