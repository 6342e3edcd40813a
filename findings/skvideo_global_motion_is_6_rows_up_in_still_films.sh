#!/usr/bin/env bash
# scikit-video: `globalEdgeMotion` of a frame and itself is (-6, 0), and no motion to the side is ever found.
#
# `globalEdgeMotion` is to return the motion that brings the edges of the second frame onto those of the first, and
# looks at all moves of up to `r` rows and columns. The edge maps that it takes become arrays of (frames, rows, columns,
# channels) first, and are then rolled along the axes 0 and 1 as if these were rows and columns: the first does nothing,
# as there is one frame, and the second moves rows. So the first number is always -r, the first that is tried, the
# second is the motion in rows, and columns stay where they are. A film that moves 3 pixels down has (-6, -3) instead
# of (-3, 0), and one that stands (-6, 0). For one that moves 3 to the right, (0, -3), it is the -6 and whatever row
# fits by chance. The search written anew in NumPy finds all of these. Scene detection by `method="edges"` moves its
# frames by the result: six rows up in a still film.
#
# Who is bitten: stabilization and statistics by global motion, and cuts found by edges. Instead: the second number for
# rows, and for columns that of both transposed.
#
# Versions: scikit-video 1.1.11, numpy 1.23.5 (the newest that it runs with), scipy 1.11.4; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/skvideo_global_motion_is_6_rows_up_in_still_films.sh
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
from skvideo.motion import globalEdgeMotion

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def searched(first, second, reach):
    """Return the (rows, columns) within the reach by which the second edge map fits the first one best."""
    moves = [(rows, columns) for rows in range(-reach, reach + 1) for columns in range(-reach, reach + 1)]
    return min(moves, key=lambda move: np.mean(np.roll(second, move, (0, 1)) != first))


texture = ndimage.gaussian_filter(np.random.default_rng(0).random((120, 140)), 3)
edges = (texture > texture.mean()) ^ ndimage.binary_erosion(texture > texture.mean())  # outlines of spots
print("scikit-video", version("scikit-video"), "numpy", np.__version__)
for down, right in ((0, 0), (3, 0), (0, 3), (2, -4), (-5, 1)):
    first, second = (edges[20 - down * k :, 20 - right * k :][:64, :80] for k in range(2))
    name = f"down {down}, right {right}"
    truth = searched(first, second, 6)
    found = {reach: tuple(globalEdgeMotion(first, second, r=reach)) for reach in (6, 8)}
    print(f"{name}: {found[6]}, with r=8 {found[8]}; by NumPy {truth}")
    still(f"{name}: by NumPy {-down}, {-right}", truth == (-down, -right))
    still(f"{name}: the first number is -r", found[6][0] == -6 and found[8][0] == -8)
    if right == 0:
        still(f"{name}: the second one is that of the rows", found[6][1] == found[8][1] == -down)
    turned = globalEdgeMotion(first.T, second.T, r=6)
    if down == 0:
        still(f"{name}: transposed, the second one is that of the columns", turned[1] == -right)

sys.exit(bool(changed))
EOF
