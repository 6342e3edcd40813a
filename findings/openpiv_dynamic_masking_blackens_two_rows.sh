#!/usr/bin/env bash
# OpenPIV: `dynamic_masking` by edges leaves the object where it is, and blackens rows 0 and 255 instead.
#
# It is to return the picture "with the object masked out as a completely black region", and the mask. The mask is
# right, and it is not used as one: it is made of bytes, 0 and 255, and so names rows of the picture instead of
# pixels. Row 0 is always blackened, row 255 if anything at all is masked, and the object, a disc of 28 pixels' radius
# in the test, keeps all of its pixels. A picture of less than 256 rows is refused by an IndexError. With method
# "intensity" the mask is of booleans, and the object is black. Besides, a blurred picture is taken from the bytes
# before, and what would be below 0 wraps: around the disc the ground gets brighter by what is taken off. Neither is
# said in the documentation.
#
# Who is bitten: whoever measures flow around a thing in the picture: the thing is correlated with the particles.
# Instead: `picture[mask > 0] = 0` by the mask that it returns, on a copy of the picture.
#
# Versions: OpenPIV 0.26.1, numpy 2.4.6, scipy 1.17.1, scikit-image 0.26.0, imageio 2.38.1, matplotlib 3.11.2; seen on
# Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/openpiv_dynamic_masking_blackens_two_rows.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    OpenPIV==0.26.1 numpy==2.4.6 scipy==1.17.1 scikit-image==0.26.0 imageio==2.38.1 matplotlib==3.11.2
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
from openpiv.preprocess import dynamic_masking
from scipy.ndimage import gaussian_filter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def scene(rows, columns, middle):
    """Particles on a dark ground, and a bright disc of a radius of 28 pixels; with where the disc is."""
    random = np.random.default_rng(0)
    spots = (random.random((rows, columns)) > 0.98) * 1.0
    picture = 20 + 600 * gaussian_filter(spots, 1)
    y, x = np.indices((rows, columns))
    disc = (y - middle[0]) ** 2 + (x - middle[1]) ** 2 <= 28**2
    picture[disc] = 220
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8), disc


print("OpenPIV", version("OpenPIV"), "numpy", np.__version__, "scikit-image", version("scikit-image"))
for rows, columns, middle in ((300, 320, (120, 160)), (480, 400, (350, 90))):
    picture, disc = scene(rows, columns, middle)
    kept = picture.copy()
    masked, mask = dynamic_masking(picture, method="edges")
    again, _ = dynamic_masking(picture, method="edges")
    name = f"{rows} x {columns}"
    found = mask > 0
    black = np.flatnonzero((masked == 0).all(1)).tolist()
    share = float((masked[disc] == 0).mean())
    print(f"{name}: the mask has {found[disc].mean():.0%} of the disc; {share:.0%} of it are black, and rows {black}")
    still(f"{name}: the mask has values {np.unique(mask).tolist()}", np.unique(mask).tolist() == [0, 255])
    still(f"{name}: the mask covers the disc", found[disc].mean() > 0.95 and found.mean() < 0.3)
    still(f"{name}: the disc is hardly black", share < 0.05)
    still(f"{name}: rows 0 and 255 are black, and no others", black == [0, 255])
    still(f"{name}: the picture given is not changed", np.array_equal(picture, kept) and np.array_equal(again, masked))
    brighter = float((masked > picture).mean())
    print(f"{name}: {brighter:.0%} of the pixels are brighter than before something was taken off")
    still(f"{name}: what is below 0 wraps", brighter > 0.01)
    other, plain = dynamic_masking(picture, method="intensity")
    still(f'{name}: by "intensity" the disc is black', (other[disc] == 0).mean() > 0.95 and plain.dtype == bool)

picture, disc = scene(200, 320, (100, 160))
try:
    dynamic_masking(picture, method="edges")
    refused = "nothing"
except IndexError as error:
    refused = str(error)
print("200 rows:", refused)
still("200 rows: there is no row 255", "255" in refused and "200" in refused)

sys.exit(bool(changed))
EOF
