#!/usr/bin/env bash
# OpenCV: `anisotropicDiffusion` by steps that its documentation calls normal makes noise stronger.
#
# `alpha` is "the amount of time to step forward by on each iteration (normally, it's between 0 and 1)". A step adds
# alpha times the differences to all eight neighbours, diagonal ones as much as near ones. Fine stripes are then
# multiplied by 1 - 12 * alpha: above 1/6 they grow with each step instead of fading, until they are cut at 0 and 255.
# At 0.3 stripes of 118 and 138 are at 0 and 255 after 20 steps, at 0.2 eight times as strong as before, and noise of 40
# levels becomes noise of 122 and 86; at 0.1 it becomes 4. With the four neighbours of Perona and Malik, whose equation
# it is, 1/4 is the limit; a NumPy version of that smooths the same pictures at 0.2 and 0.25.
#
# Who is bitten: whoever denoises frames by it with steps of 0.2 to 1. Instead: alpha of 0.125 or below, more steps.
#
# Versions: opencv-contrib-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November
# 2026.
#
# Run: bash findings/opencv_anisotropic_diffusion_makes_noise.sh
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

STEPS = 20
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def diffused(picture, alpha):
    """Return Perona and Malik's diffusion by four neighbours, with the conductance that OpenCV's has for K = 1."""
    picture = picture.astype(float)
    for _ in range(STEPS):
        padded = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
        near = padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]
        apart = [one - picture for one in near]
        sizes = [np.abs(one).sum(2, keepdims=True) / 765 for one in apart]
        picture = picture + alpha * sum(np.exp(-(size**2)) * one for size, one in zip(sizes, apart, strict=True))
    return picture


def by_opencv(picture, alpha):
    return cv2.ximgproc.anisotropicDiffusion(picture, alpha, 1, STEPS).astype(float)


def inside(picture):
    """Cut off what the border can have reached in so many steps."""
    return picture[STEPS + 4 : -STEPS - 4, STEPS + 4 : -STEPS - 4]


print("OpenCV", cv2.__version__, "numpy", np.__version__)
stripes = np.full((128, 128, 3), 118, np.uint8)
stripes[::2] = 138
noise = (128 + 40 * np.random.default_rng(0).standard_normal((128, 128, 3))).clip(0, 255).round().astype(np.uint8)
for name, picture in (("stripes", stripes), ("noise", noise)):
    picture[..., 0] = 128  # in red and green alone, so that no step is from black to white
    before = inside(picture)[..., 1:].astype(float).std()
    for alpha in (0.05, 0.1, 0.2, 0.25, 0.3, 0.5, 1.0):
        found, truth = (inside(way(picture, alpha))[..., 1:] for way in (by_opencv, diffused))
        print(f"{name} of {before:.1f} levels, alpha {alpha}: {found.std():.1f} after {STEPS} steps", end="")
        print(f", by four neighbours {truth.std():.1f}" if alpha <= 0.25 else "")
        if alpha <= 0.1:
            still(f"{name}, alpha {alpha}: less than half as strong", found.std() < 0.5 * before)
        else:
            still(f"{name}, alpha {alpha}: stronger than before", found.std() > 1.3 * before)
        if alpha >= 0.5:
            still(f"{name}, alpha {alpha}: over 90 levels", found.std() > 90)
        if alpha <= 0.25:
            still(f"{name}, alpha {alpha}: by four neighbours it is weaker", truth.std() < 0.5 * before)
one = np.full((9, 9, 3), 100, np.uint8)
one[4, 4] = 140
step = cv2.ximgproc.anisotropicDiffusion(one, 0.2, 10, 1)[..., 0].astype(float)
print("a spot of 140 in 100 after a step of 0.2:", step[4, 2:7])
still("the spot is darker than its neighbours", step[4, 4] < 90 and step[4, 3] > 105)
still("all eight neighbours are the same", np.ptp(np.delete(step[3:6, 3:6].ravel(), 4)) == 0)

sys.exit(bool(changed))
EOF
