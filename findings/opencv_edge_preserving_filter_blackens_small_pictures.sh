#!/usr/bin/env bash
# OpenCV: `edgePreservingFilter` with NORMCONV_FILTER and `stylization` make titles, ramps and even pictures below 92
# pixels black.
#
# The filter is an average of pixels along lines, normalized by how many they are (Gastal and Oliveira 2011), so that
# an even picture has to stay as it is, and no pixel can leave the range of the picture. It looks for the places
# `radius` before and behind each pixel; the first radius is 1.512 times `sigma_s` (3 * 4 / sqrt(63)), 90.7 pixels for
# the default of 60. If a row or a column is shorter than that, and without edges that lengthen it, no place is found,
# and the picture becomes 0 all over: an even 100 is black at 91 x 128 and at 128 x 91 and 100 at 92 x 92; for
# `sigma_s` of 10 and 30 it is the same below 17 and 47 pixels. A ramp and a title of 64 x 80 are black all over;
# enlarged four times, the title is right. Noise in all rows and columns makes small pictures right, too.
# RECURS_FILTER, the other way, is right in each case.
#
# Who is bitten: whoever smooths patches, crops of faces, thumbnails or small clips by it, for training or for
# cartoons; `stylization`, which has the same `sigma_s`, is black in the same cases. Instead: RECURS_FILTER, or a
# smaller `sigma_s`.
#
# Versions: opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/opencv_edge_preserving_filter_blackens_small_pictures.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import math
import sys

import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def normalized(picture, sigma=60):
    return cv2.edgePreservingFilter(picture, flags=cv2.NORMCONV_FILTER, sigma_s=sigma, sigma_r=0.4)


def even(rows, columns):
    return np.full((rows, columns, 3), 100, np.uint8)


def is_even(picture):
    return bool((picture == 100).all())


print("OpenCV", cv2.__version__)
for sigma, least in ((10, 17), (30, 47), (60, 92)):
    radius = 3 * sigma * 4 / math.sqrt(63)
    print(f"sigma_s {sigma}: first radius {radius:.1f}, black below {least} pixels")
    still(f"sigma_s {sigma}: {least} is the radius and one more, rounded up", least == math.ceil(radius + 1))
    for rows, columns, right in ((least - 1, 128, False), (128, least - 1, False), (least, least, True)):
        found = normalized(even(rows, columns), sigma)
        if right:
            still(f"sigma_s {sigma}: an even 100 of {rows} x {columns} stays", is_even(found))
        else:
            still(f"sigma_s {sigma}: an even 100 of {rows} x {columns} is black", not found.any())
    other = cv2.edgePreservingFilter(even(least - 1, 128), flags=cv2.RECURS_FILTER, sigma_s=sigma, sigma_r=0.4)
    still(f"sigma_s {sigma}: RECURS_FILTER leaves it", is_even(other))

title = np.full((64, 80, 3), 40, np.uint8)
cv2.putText(title, "END", (10, 40), cv2.FONT_HERSHEY_SIMPLEX, 1, (230, 230, 230), 2)
ramp = np.repeat(np.tile(np.arange(80, 160, dtype=np.uint8), (64, 1))[..., None], 3, axis=2)
for name, picture in (("a title", title), ("a ramp", ramp)):
    found, drawn = normalized(picture), cv2.stylization(picture)
    print(f"{name}: {picture.min()} to {picture.max()} becomes {found.min()} to {found.max()}")
    still(f"{name}: black all over", not found.any())
    still(f"{name}: black by stylization as well", not drawn.any())
    large = cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    found = normalized(large)
    print(f"{name}, four times as large: mean {found.mean():.1f} of {large.mean():.1f}")
    still(f"{name}, four times as large: mean within 5 levels", abs(found.mean() - large.mean()) < 5)
noise = np.random.default_rng(0).integers(0, 256, (64, 80, 3)).astype(np.uint8)
still("noise of 64 x 80: mean within 5 levels", abs(normalized(noise).mean() - noise.mean()) < 5)

sys.exit(bool(changed))
EOF
