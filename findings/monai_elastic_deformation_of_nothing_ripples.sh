#!/usr/bin/env bash
# MONAI: `Rand2DElastic` by a magnitude of 0 moves pixels by up to 5 % of the spacing, and odd sizes by half a pixel
# too.
#
# The deformation is drawn on a coarse grid of coordinates, which is enlarged to the size of the picture by bicubic
# interpolation. PyTorch's bicubic kernel (a = -0.75) does not reproduce a straight line, so that evenly growing
# coordinates come out with ripples: 0.38 pixel for a spacing of 8, 0.77 for 16, 1.54 for 32, without any deformation
# and on top of each. In pictures with an odd number of rows or columns the enlarged grid has one more than the picture
# and is cut at one side: all places are half a pixel further. Noise of 0..1 is changed by up to 0.9, a constant by
# nothing. The ripples are here computed from the kernel alone. SciPy's `map_coordinates` by the map of nothing returns
# the picture.
#
# Who is bitten: whoever augments with small magnitudes: the warp is mostly this ripple, and always the same one, which
# a network learns; flows and key points of the deformation that was asked for do not fit the picture.
#
# Versions: monai 1.6.1, torch 2.13.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/monai_elastic_deformation_of_nothing_ripples.sh
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
from monai.transforms import Rand2DElastic
from scipy.ndimage import map_coordinates

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def unmoved(picture, spacing, mode="bilinear"):
    """Send a picture (rows, columns) through an elastic deformation of magnitude 0."""
    transform = Rand2DElastic((spacing, spacing), (0, 0), prob=1.0, mode=mode, padding_mode="border")
    return np.asarray(transform(torch.tensor(picture, dtype=torch.float32)[None])[0], dtype=float)


def cubic(distance, a=-0.75):
    """Return the weight of a sample at this distance in Keys' kernel."""
    near = (a + 2) * distance**3 - (a + 3) * distance**2 + 1
    far = a * distance**3 - 5 * a * distance**2 + 8 * a * distance - 4 * a
    return np.where(distance <= 1, near, far)


def ripple(spacing):
    """Return by how many pixels the kernel misses a line of slope 1 between samples that are `spacing` apart."""
    between = (np.arange(spacing) + 0.5) / spacing
    samples = np.arange(-1, 3)
    return ((cubic(np.abs(between[:, None] - samples)) * samples).sum(1) - between) * spacing


print("monai", monai.__version__, "torch", torch.__version__)
random = np.random.default_rng(0)
for rows, columns in ((96, 128), (97, 127)):
    line = np.tile(np.arange(columns, dtype=float), (rows, 1))
    noise = random.random((rows, columns))
    true = map_coordinates(noise, np.mgrid[:rows, :columns], order=1, mode="nearest")
    still(f"{rows} x {columns}: SciPy returns the picture", np.array_equal(true, noise))
    further = 0.5 if columns % 2 else 0.0
    for spacing, expected in ((8, 0.38), (16, 0.77), (32, 1.54)):
        moved = (unmoved(line, spacing) - line)[rows // 2, 8:-8]
        found = unmoved(noise, spacing)
        name = f"{rows} x {columns}, spacing {spacing}"
        off = np.abs(found - noise).max()
        print(f"{name}: moved by {moved.min():.2f} to {moved.max():.2f} pixels, noise changed by up to {off:.2f}")
        still(f"{name}: moved by {further} -{expected} to +{expected}", np.abs(moved.max() - further - expected) < 0.02)
        still(f"{name}: the same to the other side", np.abs(moved.min() - further + expected) < 0.02)
        still(f"{name}: as the kernel says", abs(np.abs(ripple(spacing)).max() - (moved.max() - further)) < 0.02)
        still(f"{name}: noise is changed by over 0.3", off > 0.3)
        flat = unmoved(np.full((rows, columns), 0.6), spacing)
        still(f"{name}: an even picture stays", np.abs(flat - 0.6).max() < 1e-5)
small = Rand2DElastic((32, 32), (0.5, 0.5), prob=1.0, padding_mode="border")
small.set_random_state(0)
line = np.tile(np.arange(128, dtype=float), (96, 1))
moved = np.asarray(small(torch.tensor(line, dtype=torch.float32)[None])[0], dtype=float) - line
print(f"spacing 32, magnitude 0.5: moved by up to {np.abs(moved[8:-8, 8:-8]).max():.2f} pixels")
still("spacing 32, magnitude 0.5: up to over 1.5 pixels", np.abs(moved[8:-8, 8:-8]).max() > 1.5)

sys.exit(bool(changed))
EOF
