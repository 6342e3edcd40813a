#!/usr/bin/env bash
# scikit-image: sato, frangi and meijering miss lines along the border of a picture, or find them four pixels inside.
#
# These filters take second derivatives (feature.hessian_matrix) as one Gaussian derivative of another, both with the
# `mode` of the caller. Where a picture is mirrored evenly its first derivative is mirrored with the other sign; the
# second pass mirrors it evenly as well, and so takes the second derivative to be nearly 0 there. A line along row 0
# has 7 % of the response that it has if the picture is padded by the same mirroring before; frangi shows its ridge at
# row 3, and at row 5 for a line at row 1. A texture transposed gives another result at its borders than the result
# transposed. "nearest", "mirror" and "constant" are wrong too, "wrap" is right, and the middle always.
#
# Who is bitten: whoever looks for vessels, wires or cracks in tiles or crops: seams appear along their borders.
# Instead: np.pad(picture, 8 * sigma, "symmetric"), filter, and cut the border off again.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/skimage_ridges_vanish_at_the_border.sh
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
from scipy.ndimage import gaussian_filter
from skimage.feature import hessian_matrix
from skimage.filters import frangi, meijering, sato

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


PADDED = {"reflect": "symmetric", "mirror": "reflect", "nearest": "edge", "constant": "constant", "wrap": "wrap"}


def line(row):
    """Return a picture with a soft bright line along one row."""
    picture = np.zeros((60, 80))
    picture[row] = 1
    return gaussian_filter(picture, 1)


def ridges(function, picture, pad):
    """Return the response to bright lines of width 2, of a picture that is mirrored by so many pixels before."""
    given = np.pad(picture, pad, mode="symmetric")
    return function(given, sigmas=[2], black_ridges=False, mode="reflect")[pad : pad + 60, pad : pad + 80]


print("scikit-image", skimage.__version__)
for row in (0, 1, 2, 4, 10, 30):
    found, padded = (ridges(sato, line(row), pad)[row, 40] for pad in (0, 40))
    places = [int(ridges(frangi, line(row), pad)[:, 40].argmax()) for pad in (0, 40)]
    print(f"line at row {row}: sato {found:.3f}, padded {padded:.3f}; frangi at row {places[0]}, padded {places[1]}")
    if row < 2:
        share = (0.07, 0.61)[row]
        still(f"row {row}: {share:.0%} of the padded one", abs(found / padded - share) < 0.02)
        still(f"row {row}: frangi is at row {3 + 2 * row}, padded at 0", places == [3 + 2 * row, 0])
    elif row >= 10:
        still(f"row {row}: the same within 1 %", abs(found / padded - 1) < 0.01 and places == [row, row])
texture = gaussian_filter(np.random.default_rng(0).random((60, 80)), 1.5)
for function in (sato, frangi, meijering):
    upright, turned = (function(one, sigmas=[3]) for one in (texture, texture.T))
    apart = np.abs(upright - turned.T) / upright.max()
    print(f"{function.__name__} of a texture transposed: up to {apart.max():.1%} of the largest off")
    still("over 10 %", apart.max() > 0.1)
    if function is sato:
        still("in the middle none", apart[24:-24, 24:-24].max() < 1e-4)
for mode, padding in PADDED.items():
    one = hessian_matrix(texture, sigma=2, mode=mode, use_gaussian_derivatives=True)
    two = hessian_matrix(np.pad(texture, 40, mode=padding), sigma=2, mode=mode, use_gaussian_derivatives=True)
    apart = np.abs(one[0] - two[0][40:-40, 40:-40])
    off = float(apart.max() / np.abs(two[0][40:-40, 40:-40]).max())
    print(f"hessian_matrix, {mode}: vertical second derivative up to {off:.1%} off at the border")
    still(f"{mode}: {'right' if mode == 'wrap' else 'over 20 %'}", off < 1e-3 if mode == "wrap" else off > 0.2)
    still(f"{mode}: in the middle right", apart[24:-24, 24:-24].max() < 1e-6)
true = gaussian_filter(texture, 2, order=(2, 0), mode="reflect", truncate=8)
mirrored = np.pad(texture, 40, mode="symmetric")
padded = hessian_matrix(mirrored, sigma=2, mode="reflect", use_gaussian_derivatives=True)[0]
still("padded, it is that of scipy within 2 %", np.abs(true - padded[40:-40, 40:-40]).max() < 0.02 * np.abs(true).max())

sys.exit(bool(changed))
EOF
