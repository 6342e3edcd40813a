#!/usr/bin/env bash
# OpenCV: from its second step on, `anisotropicDiffusion` takes what the memory held for what is beyond the border.
#
# Each step looks at all eight neighbours, and the border is to be repeated for that. Two buffers with a rim of one
# pixel take turns; after the first step the rim is filled by copyMakeBorder from the inside of the buffer itself, which
# takes the rim for known pixels and leaves it as it is. No one has ever written it. An even 100 stays 100 after one
# step, as it should after any; after two steps of 0.1 its border can be 57, and after 20 about 50, with a dark or
# colourful rim that grows into the picture by a pixel a step. Black and white may come out right, if the memory is.
# Padded before by as many pixels as there are steps, and cut after, it is right.
#
# Who is bitten: whoever smooths frames by it: borders differ from run to run, and small frames all over.
#
# Versions: opencv-contrib-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November
# 2026.
#
# Run: bash findings/opencv_anisotropic_diffusion_lets_memory_in.sh
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


def off(gray, steps, pad=0):
    """Return how far each pixel of an even gray is from it after so many steps of 0.1, (64, 80)."""
    picture = np.full((64 + 2 * pad, 80 + 2 * pad, 3), gray, np.uint8)
    found = cv2.ximgproc.anisotropicDiffusion(picture, 0.1, 1, steps).astype(int)
    return np.abs(found - gray).max(2)[pad : pad + 64, pad : pad + 80]


print("OpenCV", cv2.__version__, "numpy", np.__version__)
GRAYS = tuple(range(40, 220, 20))
for steps in (1, 2, 20):
    errors = [off(gray, steps) for gray in GRAYS]
    rims = [int(error[[0, -1]].max()) for error in errors]
    print(f"{steps} steps: even grays are up to {rims} off at the border")
    inside = max(int(error[steps:-steps, steps:-steps].max()) for error in errors)
    still(f"{steps} steps: farther inside than there are steps all is even", inside == 0)
    if steps == 1:
        still("1 step: even all over", max(rims) == 0)
    else:
        many = sum(rim > 5 for rim in rims) >= 7
        still(f"{steps} steps: 7 of {len(GRAYS)} or more are over 5 off at the border", many)
    padded = max(int(off(gray, steps, steps).max()) for gray in GRAYS)
    still(f"{steps} steps: padded before and cut after, all is even", padded == 0)
wide = sum(int((off(gray, 20)[5] > 0).sum()) for gray in GRAYS)
still("20 steps: it is seen in the sixth row too", wide > 0)

sys.exit(bool(changed))
EOF
