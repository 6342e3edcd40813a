#!/usr/bin/env bash
# scikit-image: `richardson_lucy` by a kernel of 2 x 2, 4 x 4 or 6 x 6 makes the picture worse with each iteration.
#
# Each iteration blurs the estimate by the kernel, and the correction by the mirrored kernel. Both are done by
# `convolve(..., "same")`, which for an even size moves by half a pixel, up and left, in both; the second one has to
# move back. So each iteration moves the correction by a pixel: it comes to lie beside what it corrects. A square
# blurred by 4 x 4, without any noise, is 0.53 off at its edges before, and 0.9 after 50 iterations; by 5 x 5 it is
# 0.45 off before and 0.14 after them. The same iteration written here, with the mirrored kernel moved back, has 0.05
# to 0.19 for even sizes, and agrees with scikit-image to 1e-6 for odd ones. The documentation knows no odd or even
# sizes; the blurred pictures are made as in its example.
#
# Who is bitten: whoever undoes the blur of motion or of a lens by a measured kernel cut to an even size. Instead: a
# row and a column of zeros at the kernel, so that it is odd, before blurring and deblurring.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/skimage_richardson_lucy_by_even_kernels_worsens.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import skimage
from scipy.signal import fftconvolve
from skimage.restoration import richardson_lucy

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def deblurred(picture, kernel, iterations):
    """Return Richardson and Lucy's estimate, the second blur being the transpose of the first."""
    estimate, back = np.full(picture.shape, 0.5), kernel[::-1, ::-1]
    before = len(kernel) // 2
    for _ in range(iterations):
        ratio = picture / (fftconvolve(estimate, kernel, "same") + 1e-12)
        whole = fftconvolve(ratio, back, "full")
        estimate = estimate * whole[before : before + len(ratio), before : before + len(ratio)]
    return np.clip(estimate, -1, 1)


def off(found):
    """Return the largest deviation from the square, away from the borders of the picture."""
    return float(np.abs(found - square)[15:-15, 15:-15].max())


print("scikit-image", skimage.__version__)
square = np.full((65, 65), 0.1)
square[28:37, 28:37] = 0.8
for size in (2, 3, 4, 5, 6):
    kernel = np.ones((size, size)) / size**2
    blurred = fftconvolve(np.pad(square, 10, mode="edge"), kernel, "same")[10:-10, 10:-10]
    by_library = {count: richardson_lucy(blurred, kernel, num_iter=count) for count in (10, 50)}
    by_hand = {count: deblurred(blurred, kernel, count) for count in (10, 50)}
    before, ten, fifty = off(blurred), off(by_library[10]), off(by_library[50])
    own = off(by_hand[50])
    print(f"{size} x {size}: {before:.2f} off, {ten:.2f} and {fifty:.2f} after 10 and 50 iterations, by hand {own:.2f}")
    still(f"{size} x {size}: by hand less than 0.7 of the blurred picture's", own < 0.7 * before)
    if size % 2:
        still(f"{size} x {size}: better with each iteration", fifty < ten < before)
        apart = np.abs(by_library[50] - by_hand[50]).max()
        still(f"{size} x {size}: the same as by hand", apart < 1e-6)
    else:
        still(f"{size} x {size}: worse after 50 iterations than before by over 0.1", fifty > before + 0.1)

sys.exit(bool(changed))
EOF
