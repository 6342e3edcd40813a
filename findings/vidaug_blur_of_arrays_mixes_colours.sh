#!/usr/bin/env bash
# vidaug: `GaussianBlur` of a clip of arrays blurs across the colours too: at sigma 2 nine tenths of them are gone.
#
# Frames may be NumPy arrays or Pillow pictures. For arrays the filter runs along all three axes, of which the last one
# holds red, green and blue: an even red of 200, 0, 0 becomes 128, 59, 12 at sigma 1, and 77, 66, 55 at sigma 2, and a
# channel of any other meaning, as flow or depth, is mixed likewise. Which neighbour a colour gets depends on the order
# of the channels: red gets more green than blue. The same frames as Pillow pictures keep their colour, and no blur
# ought to change an even picture. The docstring, "blur images using gaussian kernels", makes no difference between
# them. SciPy's filter along rows and columns alone is the reference: of noise, 20 levels between the colours of a pixel
# are left at sigma 2, and less than 2 by vidaug.
#
# Who is bitten: whoever augments clips with it: what is meant to be slightly out of focus is nearly gray, and only on
# the path with arrays. Instead: Pillow pictures, or `scipy.ndimage.gaussian_filter` with `sigma=(s, s, 0)`.
#
# Versions: vidaug 1.5, scipy 1.17.1, scikit-image 0.26.0, opencv-python-headless 5.0.0.93, pillow 13.0.0, numpy 2.4.6;
# seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/vidaug_blur_of_arrays_mixes_colours.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    vidaug==1.5 scipy==1.17.1 scikit-image==0.26.0 opencv-python-headless==5.0.0.93 pillow==13.0.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
from PIL import Image, ImageFilter  # noqa: F401 (vidaug uses the filters without importing them)
from scipy.ndimage import gaussian_filter
from vidaug import augmentors

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def spread(colour):
    """How far apart the colours of a frame are, in the mean."""
    return float(np.ptp(colour.astype(float), axis=-1).mean())


print("vidaug", version("vidaug"), "scipy", version("scipy"), "pillow", version("pillow"), "numpy", np.__version__)
red = np.zeros((32, 48, 3), np.uint8)
red[..., 0] = 200
noise = np.random.default_rng(0).integers(0, 256, (32, 48, 3)).astype(np.uint8)
expected = {1: (128, 59, 12), 2: (77, 66, 55)}
for sigma, share in ((1, 0.5), (2, 0.1)):
    blur = augmentors.GaussianBlur(sigma)
    arrays = blur([red, red])
    pictures = [np.asarray(frame) for frame in blur([Image.fromarray(red)] * 2)]
    print(f"red by sigma {sigma}: {arrays[0][16, 24].tolist()} of arrays, {pictures[0][16, 24].tolist()} of pictures")
    even = all((frame == expected[sigma]).all() for frame in arrays)
    still(f"sigma {sigma}: arrays are an even {expected[sigma]}", even)
    still(f"sigma {sigma}: pictures stay red", all(np.array_equal(frame, red) for frame in pictures))
    right, found = gaussian_filter(noise, (sigma, sigma, 0)), blur([noise])[0]
    print(f"noise by sigma {sigma}: colours {spread(found):.1f} apart, along two axes {spread(right):.1f}")
    still(f"sigma {sigma}: noise is filtered along three axes", np.array_equal(found, gaussian_filter(noise, sigma)))
    still(f"sigma {sigma}: less than {share} of the colour is left", spread(found) < share * spread(right))
    plain = gaussian_filter(red, (sigma, sigma, 0))
    still(f"sigma {sigma}: SciPy along two axes keeps red", np.array_equal(plain, red))

sys.exit(bool(changed))
EOF
