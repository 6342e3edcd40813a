#!/usr/bin/env bash
# mahotas: `dilate` of an even gray of 100 is 101, after ten times 110, and `close` of white is 254.
#
# A flat dilation takes the greatest value around each pixel and adds nothing. mahotas takes True of a structuring
# element, of the default one too, for a height of 1: all pixels of gray pictures get one level brighter with each
# `dilate` and one darker with each `erode`, at 8 and 16 bits. `open` and `close` take it back, except where it is cut
# off: closing makes white 254, though a closing is never darker than its picture. In pictures of signed integers False
# is a height of 0, so that the default cross is a square. scipy's `grey_dilation` and the maximum, computed here, agree
# with each other. Masks are dilated rightly.
#
# Who is bitten: whoever cleans frames by it: brightness moves with each pass, and `frame == 255` after a closing finds
# nothing. Instead: scipy.ndimage.
#
# Versions: mahotas 1.4.19, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/mahotas_dilation_adds_a_level.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check mahotas==1.4.19 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import mahotas
import numpy as np
from scipy import ndimage

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def greatest(picture, element):
    """Return the greatest value around each pixel where the element is True."""
    border = element.shape[0] // 2
    padded = np.pad(picture, border, mode="edge")
    rows, columns = picture.shape
    return np.max([padded[i : i + rows, j : j + columns] for i, j in np.argwhere(element)], axis=0)


print("mahotas", version("mahotas"), "numpy", np.__version__)
square = np.ones((3, 3), bool)
cross = ndimage.generate_binary_structure(2, 1)
random = np.random.default_rng(0)
for kind, top in (("uint8", 256), ("uint16", 65536)):
    noise = random.integers(2, top - 2, (32, 48)).astype(kind)
    for name, element in (("square", square), ("cross", cross), ("default", None)):
        shape = cross if element is None else element
        given = () if element is None else (element,)
        true = greatest(noise, shape)
        by_scipy = ndimage.grey_dilation(noise, footprint=shape)
        still(f"{kind}, {name}: scipy is the maximum", np.array_equal(by_scipy, true))
        least = ndimage.grey_erosion(noise, footprint=shape)
        up = mahotas.dilate(noise, *given).astype(int) - true
        down = mahotas.erode(noise, *given).astype(int) - least
        inside = np.s_[1:-1, 1:-1]
        print(f"{kind}, {name}: dilate is {np.unique(up[inside])} off, erode {np.unique(down[inside])}")
        still(f"{kind}, {name}: dilate is 1 too bright", bool((up[inside] == 1).all()))
        still(f"{kind}, {name}: erode is 1 too dark", bool((down[inside] == -1).all()))
signed = random.integers(2, 1000, (32, 48)).astype(np.int32)
corners = np.maximum(greatest(signed, cross) + 1, greatest(signed, square))
found = mahotas.dilate(signed)
print(f"int32, default: {(found != greatest(signed, cross) + 1).mean():.0%} of all come from corners")
same = np.array_equal(found[1:-1, 1:-1], corners[1:-1, 1:-1])
still("int32, default: a cross of height 1 and corners of height 0", same)
for name, given in (("square", (square,)), ("default", ())):
    gray = np.full((16, 16), 100, np.uint8)
    for _ in range(10):
        gray = mahotas.dilate(gray, *given)
    print(f"{name}: an even 100 dilated ten times is {np.unique(gray)}")
    still(f"{name}: an even 100 dilated ten times is 110", bool((gray == 110).all()))
    white = np.full((16, 16), 255, np.uint8)
    closed = mahotas.close(white, *given)
    print(f"{name}: white closed is {np.unique(closed)}")
    still(f"{name}: white closed is 254", bool((closed == 254).all()))
still("scipy: white closed is 255", bool((ndimage.grey_closing(white, 3) == 255).all()))
mask = random.random((32, 48)) > 0.9
still("a mask is dilated rightly", np.array_equal(mahotas.dilate(mask, square), ndimage.binary_dilation(mask, square)))

sys.exit(bool(changed))
EOF
