#!/usr/bin/env bash
# dask-image: filters of mode "wrap" take the pixels beyond the border from the same chunk, not from the other side.
#
# By the manual, which is SciPy's, "the image is extended by wrapping around to the opposite edge". The filters run on
# each chunk with its neighbours around it, and the mode is applied to that piece: at the left border the pixels beyond
# it come from the right end of the first piece. So the result depends on the chunks, and no warning says so. Of a
# ramp of 0 to 63 in chunks of 16 columns, a mean of 3 begins with (16 + 0 + 1) / 3 instead of (63 + 0 + 1) / 3.
# Gaussian, uniform, median, rank, extreme, Sobel, Prewitt and Laplace filters are alike; `convolve` and `correlate`,
# and all with "reflect", "mirror", "nearest" and "constant", are SciPy's. In one chunk all is right.
#
# Who is bitten: panoramas, textures that tile, angles and periodic fields (weather, flows, simulations), which are the
# reason to ask for "wrap": they get a seam along all borders, another for other chunks. Instead: rechunk(-1) before, or
# `map_overlap` of SciPy's filter with boundary="periodic".
#
# Versions: dask-image 2026.5.0, dask 2026.8.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/dask_image_wraps_each_chunk.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    dask-image==2026.5.0 dask==2026.8.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import dask
import dask.array as da
import numpy as np
from dask_image import ndfilters
from scipy import ndimage

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("dask-image", version("dask-image"), "dask", dask.__version__)
ramp = np.tile(np.arange(64.0), (48, 1))
right = ndimage.uniform_filter(ramp, 3, mode="wrap")
for columns in (64, 32, 16):
    found = np.asarray(ndfilters.uniform_filter(da.from_array(ramp, chunks=(48, columns)), 3, mode="wrap"))
    print(f"mean of a ramp in chunks of {columns}: begins with {found[20, 0]:.2f}, right {right[20, 0]:.2f}")
    if columns == 64:
        still("one chunk: right", np.allclose(found, right))
        continue
    # One more column of the next chunk is around each, and the last of those is what is taken for the border.
    still(f"chunks of {columns}: {columns} for 63", np.isclose(found[20, 0], (columns + 0 + 1) / 3))
    still(f"chunks of {columns}: right inside", np.allclose(found[:, 1:-1], right[:, 1:-1]))

noise = np.random.default_rng(0).random((48, 64))
image = da.from_array(noise, chunks=(16, 16))
filters = {
    "gaussian_filter": (1,),
    "uniform_filter": (3,),
    "median_filter": (3,),
    "maximum_filter": (3,),
    "minimum_filter": (3,),
    "rank_filter": (2, 3),
    "percentile_filter": (30, 3),
    "sobel": (),
    "prewitt": (),
    "laplace": (),
}
for name, options in filters.items():
    for mode in ("reflect", "mirror", "nearest", "constant", "wrap"):
        found = np.asarray(getattr(ndfilters, name)(image, *options, mode=mode))
        off = np.abs(found - getattr(ndimage, name)(noise, *options, mode=mode))
        if mode == "wrap":
            print(f"{name}, wrap: {off.max():.2f} off in noise of 0..1, {(off > 1e-6).mean():.0%} of all pixels")
            still(f"{name}: wrap is off", off.max() > 0.1)
        else:
            still(f"{name}: {mode} is SciPy's", off.max() < 1e-9)
    found = np.asarray(getattr(ndfilters, name)(image.rechunk(-1), *options, mode="wrap"))
    still(f"{name}: in one chunk it is right", np.allclose(found, getattr(ndimage, name)(noise, *options, mode="wrap")))
weights = np.random.default_rng(1).random((3, 3))
for name in ("convolve", "correlate"):
    found = np.asarray(getattr(ndfilters, name)(image, weights, mode="wrap"))
    still(f"{name}: wrap is right", np.allclose(found, getattr(ndimage, name)(noise, weights, mode="wrap")))

sys.exit(bool(changed))
EOF
