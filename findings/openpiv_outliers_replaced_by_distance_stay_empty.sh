#!/usr/bin/env bash
# OpenPIV: `replace_outliers` with `method="distance"` replaces nothing; with larger kernels its weights are whole.
#
# "The weight of each element depends on its distance", as 1 - (d / d_max)^2, says the documentation of `replace_nans`.
# The kernel is an array of whole numbers, though, and what is put into it is the integer part of the largest distance
# less d. At the kernel size of 1, which is what `replace_outliers` takes if none is named, this is 0 but for the hole
# itself: every outlier becomes NaN and stays so, whatever `max_iter` is, and nothing is reported. At 2 the weights are
# 1 for all of 3 x 3 and 0 further out: it is "localmean" of size 1. At 3 they are 3, 2 and 1. NumPy, from the
# documented formula, is the reference, with d_max taken both for that of the square and for that of the circle.
# "localmean" and "disk" fill every hole.
#
# Who is bitten: whoever cleans a measured flow by it: it has as many holes as it had outliers, and its mean is NaN.
# Instead: "localmean" or "disk".
#
# Versions: OpenPIV 0.26.1, numpy 2.4.6, scipy 1.17.1, scikit-image 0.26.0, imageio 2.38.1, matplotlib 3.11.2; seen on
# Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/openpiv_outliers_replaced_by_distance_stay_empty.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    OpenPIV==0.26.1 numpy==2.4.6 scipy==1.17.1 scikit-image==0.26.0 imageio==2.38.1 matplotlib==3.11.2
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
from openpiv.filters import replace_outliers
from openpiv.lib import replace_nans

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def mean_around(field, row, column, size, weight):
    """The mean around a hole in a field, by the weight of each distance within the circle or beyond it."""
    rows, columns = np.indices(field.shape)
    near = np.maximum(abs(rows - row), abs(columns - column)) <= size
    distance = np.hypot(rows - row, columns - column)
    weights = np.where(near & ~np.isnan(field), weight(distance), 0)
    return float((weights * np.nan_to_num(field)).sum() / weights.sum())


print("OpenPIV", version("OpenPIV"), "numpy", np.__version__)
rows, columns = np.mgrid[0:24, 0:32].astype(float)
true_u, true_v = 4 * np.sin(rows / 4), 4 * np.cos(columns / 5)
bad = np.random.default_rng(0).random(true_u.shape) < 0.1
u, v = np.where(bad, 30.0, true_u), np.where(bad, -30.0, true_v)
for method in ("localmean", "disk", "distance"):
    for size in (1, 2):
        filled, _ = replace_outliers(u, v, bad, method=method, kernel_size=size, max_iter=20)
        holes = int(np.isnan(filled.data).sum())
        error = float(np.nanmax(np.abs(filled.data - true_u)))
        print(f"{method}, size {size}: {holes} of {bad.sum()} outliers are NaN, the others at most {error:.2f} off")
        empty = method == "distance" and size == 1
        expected = int(bad.sum()) if empty else 0
        still(f"{method}, size {size}: {'all are NaN' if empty else 'none is NaN'}", holes == expected)
default, _ = replace_outliers(u, v, bad, method="distance")
still("without a size they are NaN too", np.array_equal(np.isnan(default.data), bad) and np.isnan(default.mean()))

noise = np.random.default_rng(1).normal(0, 4, true_u.shape)
for size in (2, 3):
    for row, column in ((0, 5), (12, 16), (23, 0)):
        field = noise.copy()
        field[row, column] = np.nan
        found = float(replace_nans(field, 1, 0, size, "distance")[row, column])
        farthest = np.sqrt(2) * size
        wanted = [
            mean_around(field, row, column, size, lambda far: np.where(far <= size, 1 - (far / most) ** 2, 0))
            for most in (farthest, size)
        ]
        whole = mean_around(field, row, column, size, lambda far: np.where(far <= size, np.floor(farthest - far), 0))
        print(f"hole at {row, column}, size {size}: {found:.3f}; as documented {wanted[0]:.3f} or {wanted[1]:.3f}")
        still(f"{row, column}, {size}: it is the mean by whole weights", np.isclose(found, whole))
        still(f"{row, column}, {size}: it is not as documented", all(abs(found - one) > 0.02 for one in wanted))
        if size == 2:
            plain = float(replace_nans(field, 1, 0, 1, "localmean")[row, column])
            still(f"{row, column}, 2: it is the local mean of size 1", np.isclose(found, plain))

sys.exit(bool(changed))
EOF
