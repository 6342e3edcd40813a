#!/usr/bin/env bash
# OpenCV 5: cubic warps of float64 cut the samples to whole numbers beside the border; a picture of 0..1 is black there.
#
# Where the 4 x 4 pixels of INTER_CUBIC reach beyond the picture, `remap`, `warpAffine` and `warpPerspective` of OpenCV
# 5.0.0 drop the fraction of each sample of an array of doubles before weighing it: an even picture of 0.5, moved by
# (0.3, 0.2) with replicated borders, has a frame of zeros, two pixels wide at the left and top; one of 1.5 has a frame
# of 1.0. All borders but BORDER_TRANSPARENT were tried and do so, for 1 to 4 channels; the border's value is truncated
# too. Farther inside doubles are exact, and float32 is exact everywhere, as are linear and Lanczos warps of doubles.
# OpenCV 4.14 has none of this. Pictures of 0..255 hide it: there it is less than one level.
#
# Who is bitten: whoever warps frames of 0..1, flow fields or depth as doubles, numpy's default: a frame is warped with
# a black rim, a small flow is zero along the borders, and scores fall for no visible reason.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/opencv_cubic_warps_truncate_doubles_at_borders.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


HEIGHT, WIDTH = 24, 32
AFFINE = np.array([[1, 0, 0.3], [0, 1, 0.2]])
COLUMNS, ROWS = (grid.astype(np.float32) for grid in np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT)))
BORDERS = {"replicate": cv2.BORDER_REPLICATE, "reflect": cv2.BORDER_REFLECT_101, "wrap": cv2.BORDER_WRAP}


def warped(name, picture, method, border, value=0.0):
    """Move the picture by (0.3, 0.2) by this function."""
    options = {"borderMode": border, "borderValue": (value,) * 4}
    if name == "remap":
        return cv2.remap(picture, COLUMNS - np.float32(0.3), ROWS - np.float32(0.2), method, **options)
    if name == "warpAffine":
        return cv2.warpAffine(picture, AFFINE, (WIDTH, HEIGHT), flags=method, **options)
    return cv2.warpPerspective(picture, np.vstack([AFFINE, [0, 0, 1]]), (WIDTH, HEIGHT), flags=method, **options)


def even(level, kind, channels=1):
    return np.full((HEIGHT, WIDTH, channels), level, kind)


print("OpenCV", cv2.__version__)
inside = np.zeros((HEIGHT, WIDTH), bool)
inside[2:-1, 2:-1] = True
for name in ("remap", "warpAffine", "warpPerspective"):
    for border, code in BORDERS.items():
        for channels in (1, 2, 3, 4):
            found = warped(name, even(0.5, np.float64, channels), cv2.INTER_CUBIC, code).reshape(HEIGHT, WIDTH, -1)
            whole = np.allclose(found[~inside], 0, atol=1e-6) and np.allclose(found[inside], 0.5, atol=1e-6)
            still(f"{name}, {border}, {channels} channels of 0.5: 0.5 inside and 0 around it", whole)
    row = warped(name, even(0.5, np.float64), cv2.INTER_CUBIC, cv2.BORDER_REPLICATE)[10]
    print(f"{name}: a row of 0.5 begins and ends {row[:3].round(3)} ... {row[-3:].round(3)}")
    for level, cut in ((0.99, 0), (1.5, 1), (-0.7, 0), (200.75, 200)):
        corner = warped(name, even(level, np.float64), cv2.INTER_CUBIC, cv2.BORDER_REPLICATE)[0, 0]
        still(f"{name}: {level} is {cut} in the corner", abs(corner - cut) < 1e-4)
    corner = warped(name, even(0.5, np.float64), cv2.INTER_CUBIC, cv2.BORDER_CONSTANT, 0.5)[0, 0]
    still(f"{name}: a constant border of 0.5 around 0.5 gives 0 in the corner", abs(corner) < 1e-6)
    for method, kind, title in (
        (cv2.INTER_CUBIC, np.float32, "float32, cubic"),
        (cv2.INTER_LINEAR, np.float64, "float64, linear"),
        (cv2.INTER_LANCZOS4, np.float64, "float64, Lanczos"),
    ):
        found = warped(name, even(0.5, kind), method, cv2.BORDER_REPLICATE)
        still(f"{name}, {title}: 0.5 everywhere", np.allclose(found, 0.5, atol=1e-6))

picture = np.random.default_rng(0).random((HEIGHT, WIDTH))
double, single = (
    warped("warpAffine", picture.astype(kind), cv2.INTER_CUBIC, cv2.BORDER_REPLICATE) for kind in (np.float64, "f4")
)
error = np.abs(double - single)
within, rim = error[inside].max(), error[~inside].max()
print(f"noise of 0..1, doubles and floats: {within:.1e} apart inside, {rim:.2f} at the rim")
still("noise: doubles and floats differ by over 0.5 at the rim only", rim > 0.5 and within < 1e-5)

sys.exit(bool(changed))
EOF
