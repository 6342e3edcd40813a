#!/usr/bin/env bash
# OpenCV: phaseCorrelate of 224 x 224 pixels finds a motion of (0.5, 0.5) between a picture and itself.
#
# The function enlarges the pictures to sizes that suit the Fourier transform, and takes the peak's place from the
# centre of what results. The centre is taken to be at half the size, and the zero of the shifted spectrum is at the
# whole pixel below: where the enlarged size is odd, every motion is 0.5 too large. 224 becomes 225, 121 to 125 become
# 125, so that the motion from a to b is 5.5 and that from b to a is -4.5 where 5 and -5 are true. With even sizes (256,
# 240, 299 that becomes 300) both are right; a window, float32 or float64 change nothing, and the response is near 1.
#
# Who is bitten: stabilization, registration and drift correction of crops of 224, 225, 135, 125 or 75 pixels: summed
# over 100 still frames the drift is 50 pixels. Instead: crop or pad to sizes for which `getOptimalDFTSize` is even.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026; 4.14.0.94 does the same.
#
# Run: bash findings/opencv_phase_correlation_of_odd_sizes_is_half_a_pixel_off.sh
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


def textures(height, width, across, down):
    """Return a texture, and the same after a cyclic motion to the right and down."""
    texture = gaussian_filter(np.random.default_rng(0).random((height, width)), 1.5, mode="wrap")
    return texture, np.roll(texture, (down, across), (0, 1))


print("OpenCV", cv2.__version__)
for height, width in ((224, 224), (225, 225), (75, 240), (125, 121), (256, 256), (240, 320), (299, 299), (480, 640)):
    good = [cv2.getOptimalDFTSize(size) for size in (width, height)]
    off = np.array([0.5 * (size % 2) for size in good])
    still_picture, _ = textures(height, width, 0, 0)
    window = cv2.createHanningWindow((width, height), cv2.CV_64F)
    single = still_picture.astype(np.float32)
    for name, found in (
        ("float64", cv2.phaseCorrelate(still_picture, still_picture)),
        ("float32", cv2.phaseCorrelate(single, single)),
        ("a window", cv2.phaseCorrelate(still_picture, still_picture, window)),
    ):
        claim = f"{width} x {height} as {good}, {name}: {off} from itself to itself"
        still(claim, np.allclose(found[0], off, atol=1e-3) and found[1] > 0.5)
    if good == [width, height]:  # else the enlarged picture is not cyclic, and the peak is less exact
        one, other = textures(height, width, 5, 3)
        forth, back = cv2.phaseCorrelate(one, other)[0], cv2.phaseCorrelate(other, one)[0]
        print(f"{width} x {height}: there {np.round(forth, 3)}, back {np.round(back, 3)}")
        right = np.allclose(forth, off + [5, 3], atol=0.02) and np.allclose(back, off - [5, 3], atol=0.02)
        still(f"{width} x {height}: {off} more than (5, 3) and than (-5, -3)", right)

sys.exit(bool(changed))
EOF
