#!/usr/bin/env bash
# OpenCV contrib: `ximgproc.l0Smooth` of a slightly noisy edge darkens it by 110 levels, in another way if mirrored.
#
# L0 smoothing flattens what is between edges. Its result solves a least-squares problem for which the mean of the
# picture is fixed: an edge between 60 and 180 keeps its mean of 120. OpenCV does that for a clean edge. With noise of
# five levels, the mean of 119 becomes 0 to 16 with the default options (of one seed all of the picture is black), and
# 40 to 107 with lambda 0.002; as floats it becomes negative, and above white if the same picture is mirrored, so that
# it is no matter of rounding. Other sizes and colours are off by other amounts. The method as it was published, twenty
# lines of numpy, keeps the mean to 0.1 in each case, mirrored or not.
#
# Who is bitten: whoever makes "cartoon" domains for a GAN, removes noise or compression before flow, or compares frames
# by it: the brightness of what comes out jumps from frame to frame.
#
# Versions: opencv-contrib-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/opencv_l0_smooth_darkens_noisy_pictures.sh
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


def published(picture, weight=0.02, growth=2.0):
    """Return the L0 smoothing (Xu and others, 2011) of a picture of 0..1, which goes on round its borders."""
    rows, columns = np.meshgrid(*(np.fft.fftfreq(side) for side in picture.shape), indexing="ij")
    size = 4 * np.sin(np.pi * rows) ** 2 + 4 * np.sin(np.pi * columns) ** 2
    spectrum, smooth, beta = np.fft.fft2(picture), picture, 2 * weight
    while beta < 1e5:
        down, right = np.roll(smooth, -1, 0) - smooth, np.roll(smooth, -1, 1) - smooth
        flat = down**2 + right**2 < weight / beta
        down, right = np.where(flat, 0, down), np.where(flat, 0, right)
        against = np.roll(down, 1, 0) - down + np.roll(right, 1, 1) - right
        smooth = np.fft.ifft2((spectrum + beta * np.fft.fft2(against)) / (1 + beta * size)).real
        beta *= growth
    return smooth


print("OpenCV", cv2.__version__)
edge = np.full((40, 60), 60, np.uint8)
edge[:, 30:] = 180
clean = cv2.ximgproc.l0Smooth(edge)
print(f"clean edge: mean {edge.mean():.1f}, after l0Smooth {clean.mean():.1f}")
still("the clean edge keeps its mean", abs(clean.mean() - 120) < 0.5)
for seed in range(4):
    noise = np.random.default_rng(seed).normal(0, 5, edge.shape)
    noisy = np.clip(edge + noise, 0, 255).astype(np.uint8)
    mean = noisy.mean()
    found = cv2.ximgproc.l0Smooth(noisy).mean()
    finer = cv2.ximgproc.l0Smooth(noisy, None, 0.002, 2.0).mean()
    floats = 255 * cv2.ximgproc.l0Smooth(noisy.astype(np.float32) / 255).mean()
    mirrored = 255 * cv2.ximgproc.l0Smooth(noisy[:, ::-1].astype(np.float32) / 255).mean()
    truth = 255 * published(noisy / 255)
    turned = 255 * published(noisy[:, ::-1] / 255)
    print(f"noise {seed}: mean {mean:.1f}; l0Smooth {found:.1f}, lambda 0.002 {finer:.1f}")
    print(f"  as floats {floats:.1f}, mirrored {mirrored:.1f}")
    print(f"  as published {truth.mean():.1f}, mirrored {turned.mean():.1f}")
    still(f"noise {seed}: as published, the mean stays", abs(truth.mean() - mean) < 0.1 > abs(turned.mean() - mean))
    flat = max(truth[:, 2:28].std(), truth[:, 32:58].std())
    still(f"noise {seed}: as published, both sides are flat", flat < noise.std() / 2)
    still(f"noise {seed}: bytes lose over 100 levels", mean - found > 100)
    still(f"noise {seed}: with lambda 0.002 they lose over 10", mean - finer > 10)
    still(f"noise {seed}: floats have a negative mean", floats < -10)
    still(f"noise {seed}: mirrored floats have a mean of about white or more", mirrored > 240)

sys.exit(bool(changed))
EOF
