#!/usr/bin/env bash
# SimpleITK: `BinomialBlur` blurs the first row and column otherwise than the last: a white bar at the left keeps half
# of its brightness, one at the right three quarters.
#
# Each repetition is a mean with the next pixel, and then one with the pixel before; the first pixel has none before it
# and the last one none after it (itkBinomialBlurImageFilter.hxx). At the end the pixel is repeated, as mirroring would
# do, at the beginning it is not, and what the first passes did to it stays. So a picture and its mirror image give
# different results: a bar of 16 in column 0 becomes 8, 4 and one in the last column 4, 12; the sum of all pixels is no
# longer that of the picture, 12 or 20 instead of 16 in columns 0 and 1. In rows it is the same, with 20 repetitions
# too. Inside, all is as SciPy's 1, 2, 1, and so is the end by SciPy's "reflect". `DiscreteGaussian` of the same
# pictures is mirrored rightly.
#
# Who is bitten: whoever blurs frames or tiles by it: seams at one side, and flips for training change the result.
# Instead: `DiscreteGaussian`, or pad, blur and crop.
#
# Versions: SimpleITK 2.5.7, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/simpleitk_binomial_blur_treats_first_and_last_rows_differently.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check SimpleITK==2.5.7 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import SimpleITK as sitk
from scipy.ndimage import correlate1d

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def run(filter, picture, *options):
    return sitk.GetArrayFromImage(filter(sitk.GetImageFromArray(np.ascontiguousarray(picture)), *options))


def binomial(picture, times):
    """Blur rows and columns by 1, 2, 1, mirrored at each border so that the border pixel comes twice."""
    for _ in range(times):
        for axis in (0, 1):
            picture = correlate1d(picture, [0.25, 0.5, 0.25], axis, mode="reflect")
    return picture


print("SimpleITK", sitk.Version.VersionString())
for column, expected in ((0, [8, 4, 0]), (1, [8, 8, 4]), (7, [0, 8, 4]), (8, [0, 4, 12])):
    bar = np.zeros((9, 9))
    bar[:, column] = 16
    for name, found in (("columns", run(sitk.BinomialBlur, bar, 1)), ("rows", run(sitk.BinomialBlur, bar.T, 1).T)):
        row = found[4]
        near = row[:3] if column < 4 else [row[5], *row[7:]]
        print(f"{name}: a bar of 16 in {column} becomes {row}, the sum is {row.sum():.0f}")
        still(f"{name}, {column}: as above", np.allclose(near, expected))
        right = np.allclose(row, binomial(bar, 1)[4])
        still(f"{name}, {column}: SciPy's at the end alone", right == (column > 4))
        still(f"{name}, {column}: the sum is kept at the end alone", np.isclose(row.sum(), 16) == (column > 4))
picture = np.random.default_rng(0).uniform(0, 255, (48, 64))
for times in (1, 3, 20):
    found, true = run(sitk.BinomialBlur, picture, times), binomial(picture, times)
    off = np.abs(found - true)
    for axis, name in ((0, "rows"), (1, "columns")):
        mirrored = np.flip(run(sitk.BinomialBlur, np.flip(picture, axis), times), axis)
        apart = np.abs(mirrored - found).max()
        print(f"{times} times, {name}: mirrored before and after {apart:.1f} levels apart")
        still(f"{times} times, {name}: over 5 levels apart", apart > 5)
        gauss = np.flip(run(sitk.DiscreteGaussian, np.flip(picture, axis)), axis)
        same = np.allclose(gauss, run(sitk.DiscreteGaussian, picture))
        still(f"{times} times, {name}: DiscreteGaussian is not", same)
    inner = off[times:, times:].max()
    print(f"{times} times: {off.max():.1f} levels from SciPy's, beyond {times} rows and columns {inner:.1g}")
    still(f"{times} times: beyond the first rows and columns SciPy's", inner < 1e-3)
    still(f"{times} times: over 5 levels off in those", off.max() > 5)

sys.exit(bool(changed))
EOF
