#!/usr/bin/env bash
# dask-image: two affine warps of one array that differ in order, mode or cval alone become one when computed together.
#
# `affine_transform` and `rotate` name their result after image, matrix and offset; `order`, `mode` and `cval` are not
# part of the name. Dask takes what has one name for one thing. So `linear - nearest` is 0 everywhere, and
# `dask.compute(nearest, linear)` returns the same picture twice; which of them is a question of the order in which they
# are named. Each computed alone is SciPy's, and so is each with another matrix beside it.
#
# Who is bitten: comparisons of interpolations, a picture (order 1) and its labels (order 0) from one array, a mask of
# what lies beyond the border (cval 0 and 1), and results that are kept on a cluster by name. Instead: compute one after
# the other, or give each its own copy of the array (`image + 0` will do).
#
# Versions: dask-image 2026.5.0, dask 2026.8.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/dask_image_warps_of_one_array_are_one.sh
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
from dask_image.ndinterp import affine_transform, rotate
from scipy import ndimage

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("dask-image", version("dask-image"), "dask", dask.__version__)
picture = np.random.default_rng(0).random((40, 36))
image = da.from_array(picture, chunks=(20, 18))
matrix, offset = np.array([[0.9, 0.2], [-0.1, 1.1]]), (2.5, -3.0)
pairs = {
    "order 0 and 1": ({"order": 0}, {"order": 1}),
    "mode constant and nearest": ({"mode": "constant"}, {"mode": "nearest"}),
    "cval 0 and 1": ({"cval": 0.0}, {"cval": 1.0}),
}
for name, pair in pairs.items():
    lazy = [affine_transform(image, matrix, offset, **options) for options in pair]
    right = [ndimage.affine_transform(picture, matrix, offset, **{"order": 1, **options}) for options in pair]
    alone = [np.asarray(one) for one in lazy]
    still(f"{name}: each alone is SciPy's", all(np.allclose(a, b) for a, b in zip(alone, right, strict=True)))
    found = (lazy[0] - lazy[1]).compute()
    wanted = np.abs(right[0] - right[1]).max()
    print(f"{name}: they differ by up to {wanted:.2f}; their difference by Dask is at most {np.abs(found).max():.2f}")
    still(f"{name}: the difference is 0, right is over 0.4", not found.any() and wanted > 0.4)
    together = dask.compute(*lazy)
    still(f"{name}: computed together they are equal", np.array_equal(*together))
    still(f"{name}: they have one name", lazy[0].name == lazy[1].name)
    copies = [affine_transform(image + 0, matrix, offset, **pair[0]), lazy[1]]
    both = dask.compute(*copies)
    still(f"{name}: right with a copy", all(np.allclose(a, b) for a, b in zip(both, right, strict=True)))
turned = [rotate(image, 20, reshape=False, order=order) for order in (0, 1)]
right = [ndimage.rotate(picture, 20, reshape=False, order=order) for order in (0, 1)]
alone = [np.asarray(one) for one in turned]
still("rotate: each alone is SciPy's", all(np.allclose(a, b) for a, b in zip(alone, right, strict=True)))
still("rotate: computed together, order 0 and 1 are equal", np.array_equal(*dask.compute(*turned)))
others = [affine_transform(image, matrix, moved, order=0) for moved in (offset, (1.0, 2.0))]
right = [ndimage.affine_transform(picture, matrix, moved, order=0) for moved in (offset, (1.0, 2.0))]
both = dask.compute(*others)
still("two offsets: both are right", all(np.allclose(a, b) for a, b in zip(both, right, strict=True)))

sys.exit(bool(changed))
EOF
