#!/usr/bin/env bash
# scikit-video: motion by "DS" (the default) or "ARPS" is (columns, rows), by the other five methods (rows, columns).
#
# `blockMotion` finds for each block the offset of its like in the other frame, by one of seven ways of searching. A
# clip that moves by 2 rows and 3 columns has (-2, -3) by "ES", "3SS" and "N3SS" and (-3, -2) by "DS" and "ARPS": these
# two store [x - j, y - i], the others [y - i, x - j]. The documentation does not say which it is. `blockComp`, which
# applies the motion, takes (rows, columns): by the motion of "ES" the first frame moves to the second exactly; by that
# of "DS" it comes out 11 to 27 levels off. With the last axis reversed that of "DS" and "ARPS" is right too. Only
# along a diagonal it makes no difference.
#
# Who is bitten: motion compensation and frames predicted by the default method, statistics of horizontal and vertical
# motion, and comparisons of fast searches with the exhaustive one. Instead: `motion[..., ::-1]` for "DS" and "ARPS".
#
# Versions: scikit-video 1.1.11, numpy 1.23.5 (the newest that it runs with), scipy 1.11.4; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/skvideo_diamond_search_swaps_rows_and_columns.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scikit-video==1.1.11 numpy==1.23.5 scipy==1.11.4
./env/bin/python - <<'EOF'
import sys
import warnings
from importlib.metadata import version

import numpy as np
from scipy import ndimage

warnings.filterwarnings("ignore")
from skvideo.motion import blockComp, blockMotion

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def moving(rows, columns):
    """Return two frames of 64 x 80 whose content moves down by `rows` and to the right by `columns`."""
    texture = ndimage.gaussian_filter(np.random.default_rng(0).random((120, 140)), 2)
    texture = (texture - texture.min()) / np.ptp(texture) * 255
    frames = [texture[20 - rows * k :, 20 - columns * k :][:64, :80] for k in range(2)]
    return np.stack(frames)[..., None]


def off_inside(frames, motion):
    """Return how far the first frame, moved by the motion, is from the second, 16 pixels from the border."""
    predicted = blockComp(np.stack([frames[0], frames[0]]), motion, mbSize=8)[1]
    return np.abs(predicted - frames[1])[16:-16, 16:-16].mean()


print("scikit-video", version("scikit-video"), "numpy", np.__version__)
for rows, columns in ((2, 0), (0, 2), (2, 3), (-1, 2), (2, 2)):
    frames = moving(rows, columns)
    for method in ("ES", "3SS", "N3SS", "DS", "ARPS"):
        motion = blockMotion(frames, method=method, mbSize=8, p=4)
        most = np.median(motion[0, 2:-2, 2:-2].reshape(-1, 2), axis=0)
        as_is = off_inside(frames, motion)
        turned = off_inside(frames, motion[..., ::-1])
        none = np.abs(frames[0] - frames[1])[16:-16, 16:-16].mean()
        name = f"down {rows}, right {columns}, {method}"
        print(f"{name}: {most}; left of {none:.1f} levels: {as_is:.1f}, with the axes swapped {turned:.1f}")
        swapped = method in ("DS", "ARPS")
        expected = (-columns, -rows) if swapped else (-rows, -columns)
        still(f"{name}: {expected}", tuple(most) == expected)
        if rows != columns:
            best, worst = (turned, as_is) if swapped else (as_is, turned)
            still(f"{name}: {'swapped' if swapped else 'as it is'} it fits", best < 0.2 * none and worst > 0.35 * none)
frames = moving(2, 3)
motion = blockMotion(frames, mbSize=8, p=4)
still("the default is DS", np.array_equal(motion, blockMotion(frames, method="DS", mbSize=8, p=4)))

sys.exit(bool(changed))
EOF
