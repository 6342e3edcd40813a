#!/usr/bin/env bash
# pyvips: `sobel`, `prewitt` and `scharr` of 16-bit pictures and floats give bytes: edges are cut at 255, or become 0.
#
# For bytes there is a fast way; all other formats are computed as floats, by both directions, and then the result is
# made a byte. So of a 16-bit picture in 0..65535 every gradient above 255, that is of 0.4 % of the range, is 255 alike,
# and of floats in 0..1 the greatest edge there can be is 4 of 255, by `prewitt` 3, and an edge of 0.2 is 0. Nothing
# tells but the format of the result; that of `canny` is float or double. The definition by SciPy agrees before it is
# cut.
#
# Who is bitten: edge maps and sharpness of 16-bit film, depth and normalized pictures: all white or all black. Instead:
# `compass` with the Sobel mask on floats (two angles), or two `conv` and the root of the sum of squares.
#
# Versions: pyvips 3.2.0, libvips 8.18.7 (pyvips-binary), scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python
# 3.11, 29 November 2026.
#
# Run: bash findings/pyvips_sobel_of_deep_pictures_is_bytes.sh
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
SMOOTH = {"sobel": (1, 2, 1), "prewitt": (1, 1, 1), "scharr": (3, 10, 3)}


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def magnitude(picture, taps):
    """Return the definition: the length of the gradient."""
    mask = np.outer(taps, (-1, 0, 1))
    parts = [ndimage.correlate(picture.astype(float), kernel, mode="nearest") for kernel in (mask, mask.T)]
    return np.hypot(*parts)


print("pyvips", pyvips.__version__, "libvips", *(pyvips.version(part) for part in range(3)))
random = np.random.default_rng(0)
picture = ndimage.gaussian_filter(random.random((60, 80)), 1)
picture = (picture - picture.min()) / np.ptp(picture)
KINDS = {"uint16": 65535, "int16": 32767, "int32": 10**6, "float32": 1, "float64": 100}
for kind, top in KINDS.items():
    given = (picture * top).round(0 if "int" in kind else 9).astype(kind)
    image = pyvips.Image.new_from_array(given)
    for name, taps in SMOOTH.items():
        result = getattr(image, name)()
        found, true = result.numpy().astype(float), magnitude(given, taps)
        white, black = (found == 255).mean(), (found == 0).mean()
        print(f"{kind} of 0..{top}, {name}: {result.format}, {white:.0%} are 255, {black:.0%} are 0,", end=" ")
        print(f"at most {found.max():.0f}, true is {true.max():.2f}")
        still(f"{kind}, {name}: the result is bytes", result.format == "uchar")
        still(f"{kind}, {name}: the definition, cut", np.abs(found - true.clip(0, 255)).max() <= 1)
        if kind in ("uint16", "int16", "int32"):
            still(f"{kind}, {name}: over 90 % are white", white > 0.9)
    still(f"{kind}: canny is a float", image.canny().format in ("float", "double"))
edge = np.zeros((20, 20), np.float32)
for height, expected in ((1.0, 4), (0.2, 0)):
    edge[:, 10:] = height
    found = pyvips.Image.new_from_array(edge).sobel().max()
    print(f"an edge of {height}: {found}, true is {magnitude(edge, SMOOTH['sobel']).max():.1f}")
    still(f"an edge of {height} is {expected}", found == expected)

sys.exit(bool(changed))
EOF
