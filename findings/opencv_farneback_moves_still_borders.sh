#!/usr/bin/env bash
# OpenCV: the Farneback flow between a frame and itself is up to a pixel at the borders, and with Gaussian windows more.
#
# Of two equal frames nothing moves, and the first guess, 0, is right. But after one iteration without a pyramid the
# last rows and columns move, and nothing else: it seems that a pixel counts as lying within the second frame only if
# its right and lower neighbours do. What comes of that is spread by the window and the iterations to the other borders,
# while the middle stays below 0.0001. Of a texture of 240 x 320 and windows of 15, 9 and 5 pixels the largest flow is
# 0.25, 0.6 and 1.3 pixels, and with OPTFLOW_FARNEBACK_GAUSSIAN 0.8, 2.0 and over 10. The frames turned by 180 degrees
# have the same last row and column wrong, and so another flow.
#
# Who is bitten: motion detectors and scene statistics that take the largest flow, endpoint errors over whole frames,
# and warps by such flows. Instead: enlarge the frames by a mirrored border before, or leave out half a window.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/opencv_farneback_moves_still_borders.sh
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


texture = gaussian_filter(np.random.default_rng(0).random((240, 320)), 2.0)
texture = np.round(255 * (texture - texture.min()) / (texture.max() - texture.min())).astype(np.uint8)


def lengths(frame, window, flags, levels=3, iterations=3):
    """Return how far the Farneback flow from a frame to itself goes, in pixels."""
    flow = cv2.calcOpticalFlowFarneback(frame, frame, None, 0.5, levels, window, iterations, 5, 1.2, flags)
    return np.hypot(flow[..., 0], flow[..., 1])


print("OpenCV", cv2.__version__)
gaussian = cv2.OPTFLOW_FARNEBACK_GAUSSIAN
for window, flags, low, high in (
    (15, 0, 0.2, 0.3),
    (9, 0, 0.5, 0.7),
    (5, 0, 1.1, 1.5),
    (15, gaussian, 0.6, 0.9),
    (9, gaussian, 1.7, 2.3),
    (5, gaussian, 10, 100),
):
    found = lengths(texture, window, flags)
    name = f"a window of {window}{', Gaussian' if flags else ''}"
    middle = float(found[40:-40, 40:-40].max())
    count = int((found > 0.05).sum())
    print(f"{name}: {found.max():.3f} pixels at most, {count} above 0.05, in the middle {middle:.6f}")
    still(f"{name}: {low} to {high} pixels at most", low < found.max() < high)
    still(f"{name}: nothing in the middle", middle < 1e-4)

first = lengths(texture, 5, 0, levels=0, iterations=1)  # no pyramid, and no spreading from one iteration to the next
print(f"one iteration: {first[:-8, :-8].max():.6f} but in the last eight rows and columns, {first.max():.3f} there")
still("one iteration: it comes from the last rows and columns", first[:-8, :-8].max() < 1e-4 and first.max() > 0.1)
half_turn = np.ascontiguousarray(texture[::-1, ::-1])
apart = np.abs(lengths(half_turn, 9, 0)[::-1, ::-1] - lengths(texture, 9, 0))
print(f"turned by 180 degrees: {apart.max():.3f} pixels apart")
still("turned by 180 degrees: another flow", apart.max() > 0.2)
mirrored = cv2.copyMakeBorder(texture, 32, 32, 32, 32, cv2.BORDER_REFLECT_101)
inside = lengths(mirrored, 9, 0)[32:-32, 32:-32].max()
print(f"with a mirrored border of 32 pixels, which is cut off again: {inside:.6f}")
still("with a mirrored border: nothing", inside < 1e-3)

sys.exit(bool(changed))
EOF
