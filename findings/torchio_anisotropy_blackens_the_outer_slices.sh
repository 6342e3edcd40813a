#!/usr/bin/env bash
# TorchIO: `RandomAnisotropy` of a white clip of 20 or 32 slices by 3 ends in a black slice at both sides.
#
# The transform thins out an axis and brings it back to its first size. 20 slices by 3 become 6, whose outer ones are
# two and a half slices from the ends of the clip; coming back, slices beyond half a thinned slice are outside, and are
# filled with 0. It does so at both ends or at one, for 25 of 63 pairs of sizes and factors here; of 24 by 5, four
# slices are black. Which ones they are follows from the sizes alone, as this script computes beforehand. `Resample` and
# `Resize` fill none. The documentation says that the images look as if they had been acquired with anisotropic voxels,
# and speaks of no filling. Ordinary interpolation repeats the outermost sample: `numpy.interp` at the same places gives
# white everywhere.
#
# Who is bitten: whoever augments volumes or clips (channel, time, rows, columns) by it: first and last frames go black
# more often than not, and intensities that are normalized afterwards are shifted. Instead: pad before and crop
# afterwards.
#
# Versions: torchio 1.2.1, torch 2.13.0, SimpleITK 2.5.7, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/torchio_anisotropy_blackens_the_outer_slices.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torchio==1.2.1 torch==2.13.0 simpleitk==2.5.7 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import torch
import torchio as tio

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def thinned(clip, factor, axis=0):
    """Thin out an axis of a clip (1, slices, rows, columns) by a factor and bring it back."""
    return tio.RandomAnisotropy(axes=axis, downsampling=(factor, factor))(clip)


def places(size, factor):
    """Return where the slices are among the thinned ones, which lie around the same middle, and how many those are."""
    count = int(size / factor)
    return (np.arange(size) - (size - 1) / 2) / factor + (count - 1) / 2, count


def black(clip):
    """Return the numbers of the slices that are 0 all over."""
    return torch.nonzero(clip[0].flatten(1).abs().amax(1) == 0).flatten().tolist()


print("torchio", version("torchio"), "torch", torch.__version__, "SimpleITK", version("simpleitk"))
total = 0
for size in (16, 20, 21, 24, 30, 32, 45, 60, 64):
    for factor in (1.5, 1.7, 2, 2.5, 3, 4, 5):
        white = torch.ones(1, size, 8, 6)
        found = black(thinned(white, factor))
        at, count = places(size, factor)
        expected = np.flatnonzero((at < -0.5 - 1e-4) | (at >= count - 0.5 - 1e-4)).tolist()
        ordinary = np.interp(at, np.arange(count), np.ones(count))
        total += bool(found)
        if found:
            print(f"{size} slices by {factor}: {found} are black")
        still(f"{size} by {factor}: black are those beyond the thinned ones", found == expected)
        still(f"{size} by {factor}: white by numpy.interp", bool((ordinary == 1).all()))
        for other in (tio.Resample((factor, 1, 1)), tio.Resize((int(size / factor), 8, 6))):
            image = other(tio.ScalarImage(tensor=white))
            still(f"{size} by {factor}: {type(other).__name__} leaves none black", not black(image.data))
print(f"{total} of 63 pairs end in black slices")
still("25 of 63 pairs", total == 25)
still("20 slices by 3: the first and the last", black(thinned(torch.ones(1, 20, 8, 6), 3)) == [0, 19])
still("24 slices by 5: two at each side", black(thinned(torch.ones(1, 24, 8, 6), 5)) == [0, 1, 22, 23])
columns = thinned(torch.ones(1, 8, 6, 20), 3, axis=2)
still("20 columns by 3: the same of columns", not columns[..., [0, 19]].any() and bool((columns[..., 1:19] == 1).all()))
torch.manual_seed(0)
default = tio.RandomAnisotropy(axes=0)
hit = sum(bool(black(default(torch.ones(1, 32, 8, 6)))) for _ in range(200))
print(f"32 slices by the factors that are drawn if none is given: black ones in {hit} of 200 tries")
still("in 100 to 160 of 200 tries", 100 <= hit <= 160)

sys.exit(bool(changed))
EOF
