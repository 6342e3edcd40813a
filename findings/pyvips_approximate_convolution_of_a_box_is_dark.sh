#!/usr/bin/env bash
# pyvips: a box blur by approximate convolution makes an even 100 into 20, or into 0, and floats get 0.5 brighter.
#
# `conva`, `convasep` and `conv(..., precision="approximate")` cut the mask into `layers` (5) of even height. Of a mask
# whose numbers are all the same they use one layer of the five: whatever its size, an even 100 becomes 20, with
# layers=20 it becomes 5, and by `convasep` it is 0. A mask that differs in one number is right. Of 16- and 32-bit
# integers the sums do not fit: an even 200 x 257 blurred by `gaussmat(2, 0.1)` is 24 x 257. And half a level, added for
# rounding, is added to floats too: a picture of 0..1 comes out 0.5 brighter. precision="integer" and "float" of the
# same masks and pictures agree with SciPy.
#
# Who is bitten: box blurs and means of large windows, for which approximate convolution is meant, 16-bit pictures, and
# depth or flow as floats. Instead: precision="float", or `gaussblur`.
#
# Versions: pyvips 3.2.0, libvips 8.18.7 (pyvips-binary), scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python
# 3.11, 29 November 2026.
#
# Run: bash findings/pyvips_approximate_convolution_of_a_box_is_dark.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pyvips==3.2.0 pyvips-binary==8.18.7 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import pyvips
from scipy import ndimage

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def mask(rows):
    return pyvips.Image.new_from_array(np.array(rows).tolist(), scale=float(np.sum(rows)))


def inside(image):
    return image.numpy().astype(float)[12:-12, 12:-12]


def image(array):
    return pyvips.Image.new_from_array(np.ascontiguousarray(array))


print("pyvips", pyvips.__version__, "libvips", *(pyvips.version(part) for part in range(3)))
even = np.full((48, 64), 100, np.uint8)
random = np.random.default_rng(0)
picture = random.integers(0, 256, (48, 64)).astype(np.uint8)
for size in (3, 5, 7, 9):
    box = np.ones((size, size), int)
    for layers, level in ((5, 20), (20, 5)):
        found = inside(image(even).conva(mask(box), layers=layers))
        again = inside(image(even).conv(mask(box), precision="approximate", layers=layers))
        print(f"box of {size} x {size}, {layers} layers: an even 100 becomes {found[0, 0]:.0f}")
        still(f"box of {size} x {size}, {layers} layers: {level}", (found == level).all() and (again == level).all())
    separable = inside(image(even).convasep(mask(box[:1])))
    still(f"box of {size} x {size}: by convasep 0", not separable.any())
    for precision in ("integer", "float"):
        exact = inside(image(picture).conv(mask(box), precision=precision))
        true = ndimage.uniform_filter(picture.astype(float), size)[12:-12, 12:-12]
        still(f"box of {size} x {size}, {precision}: right", np.abs(exact - true).max() < 3)
    box[-1, -1] = 2
    other = inside(image(even).conva(mask(box)))
    still(f"box of {size} x {size} with one 2: within 5 of 100", np.abs(other - 100).max() < 5)

gauss = pyvips.Image.gaussmat(2, 0.1, precision="integer")
taps = gauss.numpy() / gauss.get("scale")
for kind, factor in (("uint8", 1), ("uint16", 64), ("uint16", 257), ("int32", 257)):
    given = np.full((48, 64), 200 * factor, kind)
    level = inside(image(given).conva(gauss))[0, 0] / factor
    exact = inside(image(given).conv(gauss, precision="integer"))[0, 0] / factor
    print(f"{kind}, 200 x {factor}, blurred: {level:.1f} x {factor}, by integers {exact:.1f} x {factor}")
    still(f"{kind}, 200 x {factor}: right for bytes alone", (abs(level - 200) < 5) == (kind == "uint8"))
    still(f"{kind}, 200 x {factor}: right by integers", abs(exact - 200) < 3)
small = ndimage.gaussian_filter(random.random((48, 64)), 1).astype(np.float32)
true = ndimage.convolve(small.astype(float), taps)[12:-12, 12:-12]
brighter = inside(image(small).conva(gauss)) - true
print(f"floats of 0..1: {brighter.mean():.3f} brighter, {brighter.min():.3f} at least")
still("floats of 0..1 are 0.4 to 0.6 brighter", brighter.min() > 0.4 and brighter.max() < 0.6)
exact = inside(image(small).conv(gauss, precision="float"))
still("floats of 0..1: right by floats", np.abs(exact - true).max() < 1e-5)

sys.exit(bool(changed))
EOF
