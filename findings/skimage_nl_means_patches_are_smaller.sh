#!/usr/bin/env bash
# scikit-image: fast non-local means compares patches of 2 x 2 pixels for patch_size=3, and blurs all for patch_size=1.
#
# `denoise_nl_means` weighs pixels by how like the patches around them are. In its fast mode, which is the default, the
# patches of an odd size s have one row and one column less: from -(s // 2) + 1 to s // 2, beside the pixel rather than
# around it, while the sum of their differences is still divided by s squared. So says a plain implementation of the
# definition: with patches cut like that, it agrees within 0.002 (the exponential is an approximation), and with patches
# as documented ("size of patches used for denoising") it is up to 0.08 to 0.13 away, of white 1. A mirrored picture
# gives another result, by up to 0.14. `patch_size=1` leaves nothing to compare: every pixel is as good as every other,
# and an edge from 0.2 to 0.8 becomes a slope of seven pixels for `patch_distance=3`, as of a box filter, in both modes.
#
# Who is bitten: small patches for fine detail, comparisons with OpenCV or with own code, and flipped copies of frames,
# which are denoised to other pictures than the frames.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/skimage_nl_means_patches_are_smaller.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
import warnings

import numpy as np
import skimage
from scipy.ndimage import gaussian_filter, uniform_filter
from skimage.restoration import denoise_nl_means

changed = []
DISTANCE, STRENGTH, INSIDE = 3, 0.1, (slice(8, -8), slice(8, -8))


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def definition(picture, first, last, size):
    """Denoise with patches of the pixels first..last around each, and differences divided by size squared."""
    total, weights = np.zeros_like(picture), np.zeros_like(picture)
    for place in np.ndindex(2 * DISTANCE + 1, 2 * DISTANCE + 1):
        other = np.roll(picture, (place[0] - DISTANCE, place[1] - DISTANCE), (0, 1))
        squares = (picture - other) ** 2
        offsets = range(first, last + 1)
        apart = sum(np.roll(squares, (-row, -column), (0, 1)) for row in offsets for column in offsets)
        exponent = apart / (size * STRENGTH) ** 2
        weight = np.where(exponent > 5, 0, np.exp(-exponent))  # scikit-image drops what counts less than e^-5
        total, weights = total + weight * other, weights + weight
    return total / weights


def fast(picture, size):
    return denoise_nl_means(picture, patch_size=size, patch_distance=DISTANCE, h=STRENGTH, fast_mode=True)


print("scikit-image", skimage.__version__)
picture = gaussian_filter(np.random.default_rng(0).random((48, 48)), 1)
picture = (picture - picture.min()) / (picture.max() - picture.min())
for size in (3, 5, 7):
    half, found = size // 2, fast(picture, size)
    documented = np.abs(found - definition(picture, -half, half, size))[INSIDE].max()
    cut = np.abs(found - definition(picture, -half + 1, half, size))[INSIDE].max()
    mirrored = np.abs(fast(np.ascontiguousarray(picture[:, ::-1]), size)[:, ::-1] - found)[INSIDE].max()
    print(f"patch_size={size}: from the definition {documented:.3f}, with patches of {size - 1} x {size - 1} {cut:.4f}")
    print(f"  mirrored, denoised and mirrored: up to {mirrored:.3f} apart")
    still(f"patch_size={size}: patches are of {size - 1} x {size - 1} pixels", cut < 0.003)
    still(f"patch_size={size}: patches are not of {size} x {size} pixels", documented > 0.05)
    still(f"patch_size={size}: a mirrored picture gives another result", mirrored > 0.03)

warnings.simplefilter("ignore")  # slow mode divides zero by zero
edge = np.repeat([[0.2] * 16 + [0.8] * 16], 32, axis=0)
blurred = uniform_filter(edge, 2 * DISTANCE + 1)[16, 11:21]
for size in (1, 2, 3):
    for mode in (True, False):
        row = denoise_nl_means(edge, patch_size=size, patch_distance=DISTANCE, h=STRENGTH, fast_mode=mode)[16, 11:21]
        name = f"an edge, patch_size={size}, {'fast' if mode else 'slow'} mode"
        print(f"{name}: {row.round(2)}")
        expected = blurred if size == 1 else edge[16, 11:21]
        still(f"{name}: {'a box filter' if size == 1 else 'kept'}", np.allclose(row, expected, atol=0.01))

sys.exit(bool(changed))
EOF
