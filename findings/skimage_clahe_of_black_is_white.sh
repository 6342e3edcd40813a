#!/usr/bin/env bash
# scikit-image: `equalize_adapthist` of a black frame is all white, and makes one level of contrast black and white.
#
# Contrast limited equalization limits by how much a small difference is enlarged; `clip_limit` says that higher values
# give more contrast. scikit-image stretches the picture to the full range before it and the result to 0..1 after it,
# whatever `clip_limit` is. An even picture of 64 x 64, black, gray or white, of bytes or floats, becomes 1.0
# everywhere, and a square of 101 on 100 becomes 1 on 0, with a limit of 0.001 as well as 0.01 and 0.5. In a film the
# same gray wall is black or white by what else is in the frame. OpenCV's CLAHE makes an even 100 into 108 and black
# into 8, and has 4 levels between the square and its ground.
#
# Who is bitten: fades, black frames and slides in a film that is equalized frame by frame: black becomes white for one
# frame, and noise of one level fills the range. Instead: `cv2.createCLAHE`, or equalize by the range of the whole
# film.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/skimage_clahe_of_black_is_white.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scikit-image==0.26.0 scipy==1.17.1 opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np
import skimage
from skimage.exposure import equalize_adapthist

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("scikit-image", skimage.__version__, "OpenCV", cv2.__version__)
opencv = cv2.createCLAHE(clipLimit=1.0, tileGridSize=(8, 8))
for level in (0, 16, 100, 255):
    even = np.full((64, 64), level, np.uint8)
    for name, picture in (("bytes", even), ("floats", even / 255)):
        found = np.unique(equalize_adapthist(picture))
        print(f"an even {level} of {name}: {found.tolist()}")
        still(f"an even {level} of {name}: 1 everywhere", found.tolist() == [1.0])
    other = np.unique(opencv.apply(even)).tolist()
    print(f"an even {level} by OpenCV: {other}")
    still(f"an even {level} by OpenCV: one level, within 10", len(other) == 1 and abs(other[0] - level) <= 10)
square = np.full((64, 64), 100, np.uint8)
square[20:44, 20:44] = 101
for limit in (0.001, 0.01, 0.5):
    found = equalize_adapthist(square, clip_limit=limit)
    print(f"101 on 100, limit {limit}: from {found.min():.2f} to {found.max():.2f}")
    still(f"101 on 100, limit {limit}: from 0 to 1", found.min() == 0 and found.max() == 1)
other = opencv.apply(square)
print(f"101 on 100 by OpenCV: from {other.min()} to {other.max()}")
still("101 on 100 by OpenCV: at most 10 levels", int(other.max()) - int(other.min()) <= 10)

sys.exit(bool(changed))
EOF
