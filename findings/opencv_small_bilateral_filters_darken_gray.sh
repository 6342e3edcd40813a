#!/usr/bin/env bash
# OpenCV: the bilateral filter of 3 or 5 pixels makes 8-bit gray pictures half a level darker each time.
#
# Results should be rounded to the nearest level, and are so for d = 6 and more, for three channels and beside the left
# and right border. For one channel and d of 3 to 5 the rest is cut off: a textured picture loses 0.49 levels on average
# with each pass, and 10 levels with twenty. An even picture of 200 becomes 199 where the sum of the weights falls just
# below (96 % of the pixels for d = 5, sigmas of 25 and 3), and has a border of 200 at the left and the right.
#
# Who is bitten: whoever smooths gray frames, depth maps or masks (255 becomes 254 there) again and again, and compares
# with a filter of other software or of colour. Instead: float32, or the picture as three equal channels.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026, with and without AVX2; 4.14.0.94 does the same.
#
# Run: bash findings/opencv_small_bilateral_filters_darken_gray.sh
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


def by_definition(picture, radius, sigma_color, sigma_space):
    """Return the bilateral filter over a disc of this radius in float64, without rounding, mirrored at the borders."""
    values = picture.astype(float)
    height, width = values.shape
    padded = np.pad(values, radius, "reflect")
    total, weights = np.zeros((2, height, width))
    for down in range(-radius, radius + 1):
        for across in range(-radius, radius + 1):
            if down**2 + across**2 > radius**2:
                continue
            other = padded[radius + down :][:height, radius + across :][:, :width]
            apart = (down**2 + across**2) / sigma_space**2 + (other - values) ** 2 / sigma_color**2
            weight = np.exp(-apart / 2)
            total += weight * other
            weights += weight
    return total / weights


print("OpenCV", cv2.__version__)
noisy = np.random.default_rng(0).integers(60, 200, (256, 256)).astype(np.uint8)
for size, radius in ((3, 1), (4, 2), (5, 2), (7, 3), (9, 4)):
    truth = by_definition(noisy, radius, 25, 2)
    gray = cv2.bilateralFilter(noisy, size, 25, 2) - truth
    # three channels count the sum of their differences, so that the same sigma means a third of it here
    color = cv2.bilateralFilter(np.dstack([noisy] * 3), size, 75, 2)[..., 1] - truth
    inner = gray[:, 4:-4]
    print(f"d = {size}: gray {inner.mean():+.3f} ({inner.min():.2f} to {inner.max():.2f}), colour {color.mean():+.3f}")
    still(f"d = {size}: colour is rounded", bool(np.abs(color).max() < 0.52) and abs(color.mean()) < 0.01)
    if size <= 5:
        still(f"d = {size}: gray is cut off", bool(inner.min() < -0.95) and bool(inner.max() < 0.02))
        still(f"d = {size}: by 0.5 levels on average", abs(inner.mean() + 0.5) < 0.01)
    else:
        still(f"d = {size}: gray is rounded", bool(np.abs(gray).max() < 0.52) and abs(gray.mean()) < 0.01)

smooth = noisy
for _ in range(20):
    smooth = cv2.bilateralFilter(smooth, 5, 25, 2)
lost = noisy.mean() - smooth.mean()
print(f"twenty passes: the mean falls by {lost:.1f}")
still("twenty passes: 9 to 11 levels are lost", 9 < lost < 11)

for level in (200, 255):
    even = np.full((60, 100), level, np.uint8)
    found = cv2.bilateralFilter(even, 5, 25, 3)
    print(f"an even {level}: {np.unique(found)}, {(found < level).mean():.0%} of the pixels are darker")
    still(f"an even {level}: {level - 1}, but in two columns at each side", (found[:, 2:-2] == level - 1).mean() > 0.99)
    color = cv2.bilateralFilter(np.dstack([even] * 3), 5, 25, 3)
    still(f"an even {level}: {level} in three channels", (color == level).all())

sys.exit(bool(changed))
EOF
