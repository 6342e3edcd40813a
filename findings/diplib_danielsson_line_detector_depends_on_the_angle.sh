#!/usr/bin/env bash
# DIPlib: `DanielssonLineDetector` finds the same line with 11.1 if it is level and with 7.9 if it is upright;
# transposing the picture changes it everywhere.
#
# The detector is built of second derivatives so that its answer does not depend on the direction of a line. A soft
# level line has 11.11, one at 45 degrees 10.26 and an upright one 7.86, that is the level one by the square root of 2.
# The eigenvalues of the Hessian matrix of the same lines, which it is made from, by SciPy's derivatives, are -9.60 for
# each angle, and `FrangiVesselness` and `MatchedFiltersLineDetector2D` of the same lines are the same level and
# upright. It is so for white and black lines, for thin and broad ones and noise: there a third of all pixels change
# visibly with the transposed picture, while mirroring changes none.
#
# Who is bitten: whoever thresholds it, as for wires, poles or vessels: upright ones are lost first, and turned pictures
# give other lines. Instead: `FrangiVesselness`, or the mean with the result of the transposed picture.
#
# Versions: diplib 3.6.1, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/diplib_danielsson_line_detector_depends_on_the_angle.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check diplib==3.6.1 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import diplib as dip
import numpy as np
from scipy.ndimage import gaussian_filter

changed = []
SIZE = 61


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def run(filter, picture, *options):
    return np.asarray(filter(dip.Image(np.ascontiguousarray(picture)), *options))


def line(degrees, width):
    """Return a soft white line of 100 through the middle; 0 degrees is level, 90 upright."""
    rows, columns = np.indices((SIZE, SIZE)) - SIZE // 2
    angle = np.deg2rad(degrees)
    return 100 * np.exp(-0.5 * ((rows * np.cos(angle) - columns * np.sin(angle)) / width) ** 2)


def curvature(picture):
    """Return the eigenvalue of the greatest magnitude of SciPy's Hessian matrix in the middle."""
    second = [gaussian_filter(picture, 2, order)[SIZE // 2, SIZE // 2] for order in ((2, 0), (1, 1), (0, 2))]
    return np.linalg.eigvalsh([[second[0], second[1]], [second[1], second[2]]])[0]


middle = (SIZE // 2, SIZE // 2)
for width in (1.0, 1.5, 3.0):
    level, upright = line(0, width), line(90, width)
    for polarity, sign in (("white", 1), ("black", -1)):
        lines = [sign * line(degrees, width) for degrees in (0, 45, 90)]
        values = [run(dip.DanielssonLineDetector, one, [2.0], polarity)[middle] for one in lines]
        print(f"width {width}, {polarity}: level {values[0]:.2f}, slanted {values[1]:.2f}, upright {values[2]:.2f}")
        name = f"width {width}, {polarity}"
        still(f"{name}: level is upright by the root of 2", abs(values[0] / values[2] - 2**0.5) < 0.01)
        still(f"{name}: slanted is in between", values[2] < values[1] < values[0])
    bends = [curvature(line(degrees, width)) for degrees in range(0, 180, 15)]
    print(f"    by SciPy the curvature is {min(bends):.2f} to {max(bends):.2f} at twelve angles")
    still(f"width {width}: SciPy's curvature is the same within 2 %", max(bends) / min(bends) > 0.98)
    for filter, options in ((dip.FrangiVesselness, ([2.0],)), (dip.MatchedFiltersLineDetector2D, ())):
        same = np.allclose(run(filter, level, *options).T, run(filter, upright, *options), atol=1e-6)
        still(f"width {width}: {filter.__name__} is the same level and upright", same)

noise = gaussian_filter(np.random.default_rng(0).standard_normal((48, 64)), 1.5) * 200 + 100
found = run(dip.DanielssonLineDetector, noise, [2.0])
turned = run(dip.DanielssonLineDetector, noise.T, [2.0]).T
far = np.abs(turned - found) > 0.05 * found.max()
print(f"noise: up to {found.max():.2f}; transposed, {far.mean():.0%} of all pixels differ by over 5 % of that")
still("noise: transposed, over 20 % of all pixels differ", far.mean() > 0.2)
for axis in (0, 1):
    mirrored = np.flip(run(dip.DanielssonLineDetector, np.flip(noise, axis), [2.0]), axis)
    still(f"noise: mirrored along axis {axis}, none does", np.abs(mirrored - found).max() < 1e-3)

sys.exit(bool(changed))
EOF
