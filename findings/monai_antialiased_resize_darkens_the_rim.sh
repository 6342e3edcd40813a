#!/usr/bin/env bash
# MONAI: `Resize(..., anti_aliasing=True)` darkens the rim: shrunk to a quarter, an even white has 0.73 in the corners.
#
# Before shrinking it smooths by a Gaussian, and its documentation says "See also skimage.transform.resize". But beyond
# the border it takes 0 where scikit-image mirrors the picture: a white of 48 x 64 shrunk to 12 x 16 has 0.85 in the
# first row and 0.73 in the corner, and all other pictures are darkened likewise. Without `anti_aliasing`, and inside,
# white stays 1. `GaussianSmooth` (and `RandGaussianSmooth`) do the same, 0.36 in a corner with sigma 2, and
# `GaussianSharpen` the opposite: there a white of 1 becomes 4. The approximations "erf", "sampled" and "scalespace"
# agree in it. SciPy's Gaussian with mode="constant" gives MONAI's result, with mode="mirror" white.
#
# Who is bitten: training on shrunk or smoothed frames of a bright ground, and tiles, which get a dark frame that whole
# pictures have not. Instead: pad by `BorderPad(..., mode="reflect")` before and crop after it, or resize by torch.
#
# Versions: monai 1.6.1, torch 2.13.0, scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python
# 3.11, 29 November 2026.
#
# Run: bash findings/monai_antialiased_resize_darkens_the_rim.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    monai==1.6.1 torch==2.13.0 scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import monai
import numpy as np
import skimage
import torch
from monai.transforms import BorderPad, CenterSpatialCrop, GaussianSharpen, GaussianSmooth, Resize
from scipy import ndimage
from skimage.transform import resize

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def done(transform, picture):
    return np.asarray(transform(torch.tensor(picture[None])))[0]


print("monai", monai.__version__, "torch", torch.__version__, "scikit-image", skimage.__version__)
white = np.ones((48, 64), np.float32)
words = " ".join(Resize.__doc__.split())
still("the documentation names scikit-image", "See also ``skimage.transform.resize``" in words)
for size, corner in (((24, 32), 0.85), ((16, 21), 0.79), ((12, 16), 0.73)):
    for mode in ("area", "bilinear", "nearest"):
        found = done(Resize(size, mode=mode, anti_aliasing=True), white)
        edge, middle = found[0, size[1] // 2], found[size[0] // 2, size[1] // 2]
        print(f"to {size}, {mode}: corner {found[0, 0]:.2f}, first row {edge:.2f}, middle {middle:.3f}")
        still(f"to {size}, {mode}: the rim is darker, the middle is white", edge < 0.97 and middle > 0.999)
        if mode == "area":
            still(f"to {size}, {mode}: {corner} in the corner", abs(found[0, 0] - corner) < 0.01)
        plain = done(Resize(size, mode=mode), white)
        still(f"to {size}, {mode}: white without anti_aliasing", np.allclose(plain, 1, atol=1e-5))
    by_skimage = resize(white, size, anti_aliasing=True)
    still(f"to {size}: white by scikit-image", np.allclose(by_skimage, 1, atol=1e-5))
    factor = white.shape[0] // size[0]
    padded = done(BorderPad(4 * factor, mode="reflect"), white)
    larger = done(Resize([side + 8 for side in size], anti_aliasing=True), padded)
    mended = done(CenterSpatialCrop(size), larger[None][0])
    still(f"to {size}: padded before, white", np.allclose(mended, 1, atol=2e-3))
random = np.random.default_rng(0)
picture = ndimage.gaussian_filter(random.random((48, 64)), 2).astype(np.float32)
picture = (picture - picture.min()) / np.ptp(picture)
for sigma in (1.0, 2.0):
    for approximation in ("erf", "sampled", "scalespace"):
        for title, given in (("white", white), ("a picture", picture)):
            found = done(GaussianSmooth(sigma, approx=approximation), given)
            zeros, mirrored = (ndimage.gaussian_filter(given, sigma, mode=mode) for mode in ("constant", "mirror"))
            near, far = np.abs(found - zeros).max(), np.abs(found - mirrored).max()
            name = f"{title}, sigma {sigma}, {approximation}"
            print(f"{name}: {near:.3f} off SciPy with zeros, {far:.3f} mirrored, corner {found[0, 0]:.2f}")
            still(f"{name}: as with zeros", near < 0.05 and far > 3 * near)
found = done(GaussianSharpen(), white)
print(f"white sharpened: corner {found[0, 0]:.1f}, first row {found[0, 32]:.1f}, middle {found[24, 32]:.3f}")
still("white sharpened: over 2 at the rim, 1 inside", found[0].min() > 2 and abs(found[24, 32] - 1) < 0.05)

sys.exit(bool(changed))
EOF
