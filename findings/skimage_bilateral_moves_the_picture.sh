#!/usr/bin/env bash
# scikit-image: denoise_bilateral moves what it smooths by some pixels, and smooths over all edges of 16-bit pictures.
#
# The spatial weights of a bilateral filter are a Gaussian around the pixel. In `denoise_bilateral` they are not where
# they belong: with all differences of colour allowed (a large `sigma_color`), what is left should be a Gaussian blur,
# and it is one whose greatest weight lies at the rim of the window. A spot goes two pixels up and one to the right with
# a window of 5 and `sigma_spatial=0.7`, and a mirrored picture gives another result. The other fault is of whole
# numbers: uint16 pictures are turned into floats of 0..1, but the table of weights of colours spans 0..65535, so that
# every difference counts as none. An edge from 0.2 to 0.8 stays as it is in float and uint8, and is a slope of five
# pixels in uint16. The documentation calls the filter "edge-preserving" and names no types.
#
# Who is bitten: bilateral denoising before flow or metrics: frames and their denoised ones no longer lie upon another.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/skimage_bilateral_moves_the_picture.sh
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

import numpy as np
import skimage
from scipy.ndimage import gaussian_filter
from skimage.restoration import denoise_bilateral

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def weights(size, sigma):
    """Return what a pixel gives to those around it, as a window of this size, and the Gaussian of that size."""
    spot = np.full((31, 31), 0.5)
    spot[15, 15] = 1
    seen = denoise_bilateral(spot, win_size=size, sigma_color=1000, sigma_spatial=sigma, mode="edge")
    around = slice(15 - size // 2, 16 + size // 2)
    along = np.exp(-(np.arange(-(size // 2), size // 2 + 1) ** 2) / (2 * sigma**2))
    return (seen[around, around] - 0.5) / 0.5, np.outer(along, along) / along.sum() ** 2


print("scikit-image", skimage.__version__)
for size, sigma in ((3, 0.7), (5, 0.7), (5, 1), (7, 1), (9, 2)):
    found, truth = weights(size, sigma)
    place = tuple(int(one) - size // 2 for one in np.unravel_index(found.argmax(), found.shape))
    most = f"{found.max():.3f} at {place}, of a Gaussian {truth.max():.3f} in the middle"
    print(f"window {size}, sigma {sigma}: greatest weight {most}")
    print(f"  the middle row: {found[size // 2].round(3)}, of a Gaussian {truth[size // 2].round(3)}")
    still(f"window {size}, sigma {sigma}: the sum is 1", abs(found.sum() - 1) < 1e-3)
    still(f"window {size}, sigma {sigma}: the greatest weight is not in the middle", place != (0, 0))

picture = gaussian_filter(np.random.default_rng(0).random((64, 64)), 2)
picture = (picture - picture.min()) / (picture.max() - picture.min())
options = {"win_size": 5, "sigma_color": 0.1, "sigma_spatial": 0.7, "mode": "edge"}
found, inside = denoise_bilateral(picture, **options), (slice(8, -8), slice(8, -8))
errors = {
    (down, right): np.abs(found - np.roll(picture, (down, right), (0, 1)))[inside].mean()
    for down in range(-3, 4)
    for right in range(-3, 4)
}
best = min(errors, key=errors.get)
print(f"a smooth texture is most like itself moved by {best}: {errors[best]:.4f} apart, unmoved {errors[0, 0]:.4f}")
still("a smooth texture is most like itself moved", best != (0, 0))
mirrored = denoise_bilateral(np.ascontiguousarray(picture[:, ::-1]), **options)[:, ::-1]
print(f"mirrored, denoised and mirrored: up to {np.abs(mirrored - found)[inside].max():.3f} apart")
still("mirrored, it is another by over 0.02", np.abs(mirrored - found)[inside].max() > 0.02)

edge = np.repeat([[0.2] * 16 + [0.8] * 16], 32, axis=0)
for kind, white in (("float64", 1), ("uint8", 255), ("uint16", 65535)):
    given = (white * edge).round().astype(kind) if white > 1 else edge
    row = denoise_bilateral(given, win_size=5, sigma_color=0.1, sigma_spatial=2, mode="edge")[16, 12:20]
    print(f"an edge of {kind}: {row.round(2)}")
    kept = np.abs(row - edge[16, 12:20]).max() < 0.01
    still(f"an edge of {kind} is {'smoothed over' if kind == 'uint16' else 'kept'}", kept != (kind == "uint16"))

sys.exit(bool(changed))
EOF
