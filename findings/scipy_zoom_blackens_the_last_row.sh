#!/usr/bin/env bash
# scipy: `ndimage.zoom` of an even picture of 48 x 64 by 0.5 ends in a row of 0; of 240 x 320, in a column of 0.
#
# The corners of both pictures are meant to meet: output pixel i of m is at i * (n - 1) / (m - 1) of n input pixels. The
# step is rounded to a double first, and for the last i it is multiplied again: 23 * (47 / 23) is 47.00000000000001,
# which is beyond the picture, and there the default mode "constant" gives 0. It is so for 17 of the sizes from 4 to 300
# at 0.5 and for 23 of them at 0.25 (2160 among the larger ones), always for the whole last row or column, at each order
# and in each type; at 2.0 for none of them. Just which sizes follows from the rounding of doubles alone: this script
# says them beforehand by two operations of Python. The documentation says nothing of it; such lines have been reported
# since 2007, for other sizes and factors.
#
# Who is bitten: whoever makes pyramids or thumbnails by it: about one size in 15 has a black line, that pulls PSNR and SSIM
# down and makes an edge that is not there. Instead: mode="nearest".
#
# Versions: scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/scipy_zoom_blackens_the_last_row.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import scipy
from scipy.ndimage import zoom

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def beyond(before, after):
    """Say whether the last place, by doubles, is greater than the last pixel."""
    return (after - 1) * ((before - 1) / (after - 1)) > before - 1


print("scipy", scipy.__version__, "numpy", np.__version__)
print("the last of 24 places in 48 pixels:", 23 * (47 / 23))
for shape, line in (((48, 64), "row"), ((240, 320), "column")):
    for kind in ("uint8", "float32", "float64"):
        for order in (0, 1, 3):
            found = zoom(np.full(shape, 100, kind), 0.5, order=order)
            last, rest = (found[-1], found[:-1]) if line == "row" else (found[:, -1], found[:, :-1])
            name = f"{shape}, {kind}, order {order}"
            still(f"{name}: the last {line} is 0, all others 100", not last.any() and np.abs(rest - 100.0).max() < 1e-3)
    near = zoom(np.full(shape, 100.0), 0.5, order=1, mode="nearest")
    still(f'{shape}, mode="nearest": 100 everywhere', np.abs(near - 100).max() < 1e-9)
for factor, expected in ((0.25, 23), (0.5, 17), (0.75, 4), (1.5, 8), (2.0, 0), (3.0, 14)):
    zeros, said = [], []
    for size in range(4, 301):
        found = zoom(np.ones(size), factor, order=1)
        if found[-1] == 0:
            zeros.append(size)
        if len(found) > 1 and beyond(size, len(found)):
            said.append(size)
    print(f"{factor}: {len(zeros)} of 297 sizes end in 0, the first ones {zeros[:6]}")
    still(f"{factor}: {expected} sizes, and those that doubles say", len(zeros) == expected and zeros == said)
rows, columns = np.mgrid[:48, :64] / 20
picture = 0.6 + 0.3 * np.sin(rows + columns)
plain, near = (zoom(picture, 0.5, order=1, mode=mode) for mode in ("constant", "nearest"))
psnr = -10 * np.log10(np.mean((plain - near) ** 2))
print(f"a smooth picture, without and with the line: {psnr:.1f} dB apart")
still("under 20 dB", psnr < 20)

sys.exit(bool(changed))
EOF
