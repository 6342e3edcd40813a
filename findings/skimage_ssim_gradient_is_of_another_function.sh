#!/usr/bin/env bash
# scikit-image: the gradient that structural_similarity returns is not that of the SSIM that it returns.
#
# `gradient=True` shall "also return the gradient with respect to im2". The index is the mean over the picture without a
# border of half a window; the gradient is divided by the number of all pixels, and has the border in it, too. In the
# middle of a picture of 48x40 the difference quotients of the index are 1.34 times as large as the gradient (1.68 with
# Gaussian weights), in one of 16x16 2.56 times, by exactly the ratio of the two areas; in the corner the gradient is 40
# times too large instead. With `channel_axis` it is not divided by the number of channels, by which the index is: 3
# times too large again, for colour. With `use_sample_covariance`, the default, a factor is missing within it, too.
#
# Who is bitten: whoever takes a step along it, or tests an own SSIM loss against it. Its direction is wrong, too, since
# the factors are not the same everywhere.
#
# Versions: scikit-image 0.26.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/skimage_ssim_gradient_is_of_another_function.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check scikit-image==0.26.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import skimage
from skimage.metrics import structural_similarity

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def quotient(one, other, place, options):
    """Return the derivative of the index by one pixel of the second picture, by central differences."""
    step, found = 1e-5, []
    for sign in (1, -1):
        moved = other.copy()
        moved[place] += sign * step
        found.append(structural_similarity(one, moved, data_range=1, **options))
    return (found[0] - found[1]) / (2 * step)


print("scikit-image", skimage.__version__)
generator = np.random.default_rng(0)
population, weighted = {"use_sample_covariance": False}, {"gaussian_weights": True, "use_sample_covariance": False}
channels = {"channel_axis": 2, "use_sample_covariance": False}
cases = (
    ("48x40", (40, 48), (20, 20), population, 40 * 48 / (34 * 42)),
    ("16x16", (16, 16), (8, 8), population, 16 * 16 / (10 * 10)),
    ("48x40, Gaussian weights", (40, 48), (20, 20), weighted, 40 * 48 / (30 * 38)),
    ("48x40, colour", (40, 48, 3), (20, 20, 1), channels, 40 * 48 / (34 * 42) / 3),
    ("48x40, corner", (40, 48), (0, 0), population, None),
    ("16x16, default covariance", (16, 16), (8, 8), {}, None),
)
for name, shape, place, options, expected in cases:
    one = generator.random(shape)
    other = np.clip(one + generator.normal(0, 0.1, shape), 0, 1)
    index, gradient = structural_similarity(one, other, data_range=1, gradient=True, **options)
    true = quotient(one, other, place, options)
    print(f"{name}: difference quotient {true:.3e}, gradient {gradient[place]:.3e}: {true / gradient[place]:.3f} times")
    if expected is None:
        still(f"{name}: off by over 20 %", abs(true / gradient[place] - 1) > 0.2)
    else:
        still(f"{name}: the factor is {expected:.3f}", abs(true / gradient[place] / expected - 1) < 0.02)
    if "corner" in name:
        still(f"{name}: the gradient is over 10 times too large", abs(gradient[place] / true) > 10)
one = generator.random((16, 16))
other = np.clip(one + generator.normal(0, 0.1, one.shape), 0, 1)
gradient = structural_similarity(one, other, data_range=1, gradient=True)[1]
true = np.array([[quotient(one, other, (row, column), {}) for column in range(16)] for row in range(16)])
cosine = float((true * gradient).sum() / np.linalg.norm(true) / np.linalg.norm(gradient))
print(f"16x16, all pixels: the cosine between the gradient and the difference quotients is {cosine:.3f}")
still("16x16: the direction is wrong, with a cosine below 0.9", cosine < 0.9)

sys.exit(bool(changed))
EOF
