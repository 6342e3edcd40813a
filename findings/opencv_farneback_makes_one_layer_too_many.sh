#!/usr/bin/env bash
# OpenCV: calcOpticalFlowFarneback with levels=1 is no single layer; each number of levels makes one more.
#
# The documentation says that levels=1 makes no extra layers, and that only the original pictures are used then. The
# size ratio of the layers, `pyr_scale`, would have no meaning then. It has none with levels=0, which is allowed; with
# levels=1 the flow depends on it, and is within 0.04 pixels that of two layers that are made by hand of levels=0, 1.5
# pixels away from that of one. Of a texture that moves by 6 pixels, with a window of 7 and one iteration, levels=0
# finds 7.6, levels=1 finds 5.8. So 2 levels are three layers, and so on.
#
# Who is bitten: whoever compares with another implementation or with "no pyramid", or chooses the number of layers for
# the smallest of them. Instead: one less than the number of layers that is meant.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/opencv_farneback_makes_one_layer_too_many.sh
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
from scipy.ndimage import gaussian_filter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


MOTION = 6
texture = gaussian_filter(np.random.default_rng(0).random((240, 320 + MOTION)), 4.0)
texture = np.round(255 * (texture - texture.min()) / (texture.max() - texture.min())).astype(np.uint8)
first, second = texture[:, MOTION:].copy(), texture[:, :-MOTION].copy()


def flow(levels, ratio):
    """Return the Farneback flow of one iteration and a window of 7 pixels."""
    return cv2.calcOpticalFlowFarneback(first, second, None, ratio, levels, 7, 1, 5, 1.2, 0)


print("OpenCV", cv2.__version__)
found = {}
for levels in (0, 1, 2):
    for ratio in (0.5, 0.7, 0.9):
        found[levels, ratio] = flow(levels, ratio)
        inner = found[levels, ratio][40:-40, 40:-40, 0]
        print(f"levels={levels}, a ratio of {ratio}: {np.median(inner):.2f} pixels to the right, of {MOTION}")
for ratio in (0.7, 0.9):
    still(f"levels=0: {ratio} is as 0.5", np.array_equal(found[0, ratio], found[0, 0.5]))
    still(f"levels=1: {ratio} is not as 0.5", np.abs(found[1, ratio] - found[1, 0.5]).mean() > 0.01)
for ratio in (0.5, 0.7, 0.9):
    still(f"levels=1 with {ratio} is not as levels=0", np.abs(found[1, ratio] - found[0, 0.5]).mean() > 0.3)
small = [cv2.resize(cv2.GaussianBlur(one, (0, 0), 1.0), None, fx=0.5, fy=0.5) for one in (first, second)]
start = cv2.calcOpticalFlowFarneback(*small, None, 0.5, 0, 7, 1, 5, 1.2, 0)
start = 2 * cv2.resize(start, (320, 240))
by_hand = cv2.calcOpticalFlowFarneback(first, second, start, 0.5, 0, 7, 1, 5, 1.2, cv2.OPTFLOW_USE_INITIAL_FLOW)
apart = float(np.abs(by_hand - found[1, 0.5])[40:-40, 40:-40].mean())
one_layer = float(np.abs(found[0, 0.5] - found[1, 0.5])[40:-40, 40:-40].mean())
print(f"levels=1 and two layers made by hand: {apart:.3f} pixels apart on average; and one layer: {one_layer:.3f}")
still("levels=1 is what two layers are", apart < 0.1 < 1 < one_layer)

sys.exit(bool(changed))
EOF
