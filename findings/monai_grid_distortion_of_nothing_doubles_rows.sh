#!/usr/bin/env bash
# MONAI: a `GridDistortion` with steps of 1 doubles a row and a column at each border of a cell and stretches the cells.
#
# Steps of 1 ought to change nothing. Each cell of 16 rows is filled with 16 places from its first row to the first row
# of the next cell, both included; the next cell begins with that row again. So the places go by 16/15 rows, the last
# row of every cell is the first of the next, and rows just before a border come from a row further down. With 4 x 4
# cells of a 64 x 64 picture, 3 rows and 3 columns are doubled and places are up to one pixel off; noise is changed by
# up to 0.9. `RandGridDistortion` with a limit of 0 does the same. scipy's `map_coordinates` at the places that a grid
# without distortion has returns the picture, and at the places described here what MONAI returns.
#
# Who is bitten: whoever trains with it: straight lines get steps at the cell borders, and labels and flows are off by a
# pixel also where the distortion is next to nothing.
#
# Versions: monai 1.6.1, torch 2.13.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/monai_grid_distortion_of_nothing_doubles_rows.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps monai==1.6.1
./env/bin/python -W ignore - <<'EOF'
import sys

import monai
import numpy as np
import torch
from monai.transforms import GridDistortion, RandGridDistortion
from scipy.ndimage import map_coordinates

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def unmoved(picture, cells, mode="bilinear"):
    """Send a picture (rows, columns) through a distortion by steps of 1."""
    steps = [(1.0,) * (cells + 1)] * 2
    given = torch.tensor(picture, dtype=torch.float32)[None]
    return np.asarray(GridDistortion(cells, steps, mode=mode, padding_mode="border")(given)[0], dtype=float)


def places(size, cells):
    """Return the places as described above; what is left beyond the last cell goes on to the end."""
    cell = size // cells
    found = np.concatenate([np.linspace(index * cell, (index + 1) * cell, cell) for index in range(cells)])
    return np.minimum(found, size - 1)


print("monai", monai.__version__, "torch", torch.__version__)
random = np.random.default_rng(0)
for size in (30, 64, 100):
    for cells in (2, 5, 10) if size != 64 else (2, 4, 8):
        noise = random.random((size, size))
        rows = np.tile(np.arange(size, dtype=float)[:, None], (1, size))
        true = map_coordinates(noise, np.mgrid[:size, :size], order=1, mode="nearest")
        still(f"{size}, {cells} cells: scipy returns the picture", np.array_equal(true, noise))
        moved = unmoved(rows, cells)[:, size // 2]
        doubled = int((np.diff(moved) < 1e-4).sum())
        off = np.abs(moved - np.arange(size)).max()
        found = unmoved(noise, cells)
        print(f"{size} x {size}, {cells} cells: {doubled} rows doubled, places {off:.2f} pixel off at most,")
        print(f"    noise changed by {np.abs(found - noise).max():.2f} at most")
        still(f"{size}, {cells} cells: a row is doubled at each border within", doubled == cells - 1)
        still(f"{size}, {cells} cells: one pixel off", abs(off - 1) < 1e-4)
        still(f"{size}, {cells} cells: noise is changed by over 0.7", np.abs(found - noise).max() > 0.7)
        at = places(size, cells)
        expected = map_coordinates(noise, np.meshgrid(at, at, indexing="ij"), order=1, mode="nearest")
        still(f"{size}, {cells} cells: as scipy with the places above", np.abs(found - expected).max() < 1e-3)
        nearest = unmoved(noise, cells, "nearest")
        still(f"{size}, {cells} cells: another picture in nearest mode too", not np.array_equal(nearest, noise))
        given = torch.tensor(noise, dtype=torch.float32)[None]
        by_chance = np.asarray(RandGridDistortion(cells, prob=1.0, distort_limit=(0.0, 0.0))(given)[0], dtype=float)
        still(f"{size}, {cells} cells: RandGridDistortion by 0 does the same", np.abs(by_chance - found).max() < 1e-5)
line = np.eye(64)
found = unmoved(line, 4)
print(f"a diagonal line of 1: {found.diagonal().min():.2f} to {found.diagonal().max():.2f}")
still("each value of a diagonal line is between 0.5 and 1, not all are 1", 0.49 < found.diagonal().min() < 0.6)

sys.exit(bool(changed))
EOF
