#!/usr/bin/env bash
# scikit-image: geodesic contours of a frame of bytes find nothing: `inverse_gaussian_gradient` is 1 on its edges.
#
# It prepares a picture for `morphological_geodesic_active_contour`: near 0 at edges and 1 in even areas, which stops
# the contour at edges. The slopes are computed in the type of the picture (SciPy's filter, with the picture's type for
# its result), where bytes cut off the fraction and a slope of -1 level is 255: on the left edge of a disc it is 1
# instead of 0.02, with a little noise it is 0.03 to 1 anywhere. The contour that finds a disc of 64 to 190 with an
# overlap (IoU) of 0.98 by the floats of the same frame stays at its start or vanishes by its bytes. Upside down, the
# result is another, by up to 0.97; for floats it is the same. 16 bits are wrong in places too. The documentation asks
# for an image of no certain type, and scikit-image's other filters convert to float first. The gradient of a Gaussian
# blur, computed here, agrees with the result for floats.
#
# Who is bitten: whoever segments frames as they are read, uint8. Instead: `picture.astype(float)` before.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/skimage_geodesic_contours_of_bytes_find_nothing.sh
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
from skimage.segmentation import inverse_gaussian_gradient, morphological_geodesic_active_contour

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def slope(picture, sigma):
    """Return the magnitude of the gradient of a Gaussian blur, by central differences."""
    return np.hypot(*np.gradient(gaussian_filter(picture.astype(float), sigma, mode="nearest")))


def overlap(edges):
    """Return the IoU of the disc and of what a contour that shrinks from the border encloses."""
    start = np.zeros(disc.shape, np.int8)
    start[4:-4, 4:-4] = 1
    inside = morphological_geodesic_active_contour(edges, 80, start, balloon=-1) > 0
    return (inside & disc).sum() / (inside | disc).sum()


print("scikit-image", skimage.__version__)
rows, columns = np.indices((96, 128))
disc = np.hypot(rows - 48, columns - 64) < 25
random = np.random.default_rng(0)
for noise in (2, 5):
    frame = np.where(disc, 190, 64) + random.normal(0, noise, disc.shape)
    for kind, gain in (("uint8", 1), ("uint16", 257))[: 2 if noise == 2 else 1]:
        for sigma in (1.5, 3.0, 5.0):
            picture = (frame * gain).round().astype(kind)
            found, real = (inverse_gaussian_gradient(one, sigma=sigma) for one in (picture, picture.astype(float)))
            name = f"{kind}, noise of {noise} levels, sigma {sigma}"
            true = slope(picture, sigma)
            off = np.abs((real**-2 - 1) / 100 - true)[1:-1, 1:-1].max() / true.max()
            still(f"{name}: of floats it is made of the slope within 10 %", off < 0.1)
            apart = np.abs(found - real)
            print(f"{name}: up to {apart.max():.2f} off, on average {apart.mean():.2f}")
            still(f"{name}: over 0.9 off", apart.max() > 0.9)
            upside = np.abs(inverse_gaussian_gradient(picture[::-1], sigma=sigma)[::-1] - found).max()
            still(f"{name}: upside down over 0.9 apart", upside > 0.9)
            turned = inverse_gaussian_gradient(picture[::-1].astype(float), sigma=sigma)[::-1]
            still(f"{name}: of floats upside down the same", np.allclose(turned, real))
            if kind == "uint8":
                shares = overlap(found), overlap(real)
                print(f"{name}: the contour overlaps the disc by {shares[0]:.2f}, by floats {shares[1]:.2f}")
                still(f"{name}: bytes below 0.3, floats over 0.95", shares[0] < 0.3 and shares[1] > 0.95)
found, real = (inverse_gaussian_gradient(one, sigma=3.0) for one in (frame.round().astype(np.uint8), frame))
print(f"at (48, 39), on the left edge: {found[48, 39]:.2f}, of floats {real[48, 39]:.2f}")
still("on the left edge it is 1 instead of 0.02", found[48, 39] == 1 and real[48, 39] < 0.03)

sys.exit(bool(changed))
EOF
