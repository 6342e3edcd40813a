#!/usr/bin/env bash
# OpenPIV: motion in volumes has the wrong sign in x, and the right one in y and z.
#
# What moves by (dx, dy, dz) is given as u = -dx, v = +dy, w = +dz by `extended_search_area_piv3D`, where x counts
# columns and y rows, as in the coordinates that the same module gives. Its docstring speaks of no sign, and the 2-D
# function gives +dx and +dy of the same particles. It cannot be another choice of axes: of a cloud that expands alike
# to all sides, the slopes of u, v and w along their own axes are -0.03, 0.03 and 0.03, so that its divergence is a
# third of what it is with -u, and a turn about z has no curl and is seen as a shear. Known motions of particles, and
# where a phase correlation by NumPy has its peak, are the reference.
#
# Who is bitten: whoever measures motion in volumes, or takes x, y and time of a film for one. Instead: `-u`.
#
# Versions: OpenPIV 0.26.1, numpy 2.4.6, scipy 1.17.1, scikit-image 0.26.0, imageio 2.38.1, matplotlib 3.11.2; seen on
# Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/openpiv_3d_flow_is_reversed_in_x.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    OpenPIV==0.26.1 numpy==2.4.6 scipy==1.17.1 scikit-image==0.26.0 imageio==2.38.1 matplotlib==3.11.2
TQDM_DISABLE=1 ./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
from openpiv.pyprocess import extended_search_area_piv
from openpiv.pyprocess3D import extended_search_area_piv3D, get_coordinates

changed = []
SIZE, WINDOW, OVERLAP = (64, 64, 64), (16, 16, 16), (8, 8, 8)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def volume(particles):
    """Spots 1 pixel wide at (x, y, z), in an array of rows (y), columns (x) and planes (z)."""
    filled = np.zeros(SIZE)
    for x, y, z in particles:
        first = [max(int(place) - 4, 0) for place in (y, x, z)]
        grids = np.ogrid[tuple(slice(start, min(start + 9, size)) for start, size in zip(first, SIZE, strict=True))]
        spot = sum((grid - place) ** 2 for grid, place in zip(grids, (y, x, z), strict=True))
        filled[tuple(slice(start, start + 9) for start in first)] += np.exp(-spot / 2)
    return filled


def motion(moved):
    """The components and places that OpenPIV gives for particles before and after."""
    flow = extended_search_area_piv3D(volume(particles), volume(moved), WINDOW, OVERLAP, search_area_size=WINDOW)
    return flow[:3], get_coordinates(SIZE, WINDOW, WINDOW, OVERLAP)


def by_phase_correlation(moved):
    """Where NumPy sees the second volume, as (dx, dy, dz)."""
    spectra = np.conj(np.fft.fftn(volume(particles))) * np.fft.fftn(volume(moved))
    peak = np.unravel_index(np.argmax(np.fft.ifftn(spectra / np.abs(spectra)).real), SIZE)
    rows, columns, planes = ((place + size // 2) % size - size // 2 for place, size in zip(peak, SIZE, strict=True))
    return int(columns), int(rows), int(planes)


def slope(values, places):
    """How fast values grow along places, away from the border."""
    inside = (slice(1, -1),) * 3
    return float(np.polyfit(places[inside].ravel(), values[inside].ravel(), 1)[0])


print("OpenPIV", version("OpenPIV"), "numpy", np.__version__)
particles = np.random.default_rng(0).uniform(6, 57, (3000, 3))
for moves in ((2, 0, 0), (0, 2, 0), (0, 0, 2), (1, 2, 3)):
    found, _ = motion(particles + moves)
    seen = tuple(round(float(np.median(one[1:-1, 1:-1, 1:-1]))) for one in found)
    print(f"moved by {moves}: OpenPIV {seen}, NumPy {by_phase_correlation(particles + moves)}")
    still(f"{moves}: x is reversed, y and z are right", seen == (-moves[0], moves[1], moves[2]))
    still(f"{moves}: NumPy sees the motion", by_phase_correlation(particles + moves) == moves)
one, other = volume(particles).sum(2), volume(particles + (2, 1, 0)).sum(2)
flat = [round(float(np.median(part))) for part in extended_search_area_piv(one, other, 16, 8, search_area_size=16)[:2]]
print("seen from z and moved by (2, 1), in 2-D:", flat)
still("in 2-D x and y are right", flat == [2, 1])

middle = (np.array(SIZE) - 1) / 2
flow, places = motion(particles + 0.04 * (particles - middle))
slopes = [slope(part, place) for part, place in zip(flow, places, strict=True)]
right = sum(slopes) - 2 * slopes[0]
print("an expansion by 4 %, slopes of u, v, w:", [round(one, 3) for one in slopes])
print(f"divergence {sum(slopes):.3f}, with -u {right:.3f}")
still("u shrinks, v and w expand", slopes[0] < -0.025 and min(slopes[1:]) > 0.025)
still("the divergence is a third of that with -u", abs(sum(slopes) / right - 1 / 3) < 0.05)
around = np.stack((-(particles - middle)[:, 1], (particles - middle)[:, 0], 0 * particles[:, 2]), 1)
(u, v, _), (x, y, _) = motion(particles + 0.06 * around)
turn, shear = slope(v, x) - slope(u, y), slope(v, x) + slope(u, y)
print(f"a turn by 0.06 about z: curl {turn:.3f}, shear {shear:.3f}")
still("it has a shear, and no curl", abs(turn) < 0.01 and shear > 0.09)

sys.exit(bool(changed))
EOF
