#!/usr/bin/env bash
# pyrtools: `blur` of an even 100 is 25, with two levels 6.25, and `upBlur` of it is 50.
#
# `blur` filters and keeps every second pixel, then puts zeros between and filters again. Putting in zeros leaves a
# quarter of the mean, which the second filter has to make up for by a sum of 4 (2 along each axis); it has a sum of 1.
# Each level thus divides by 4, with any filter, also one given as an array: 0.25, 0.0625, 0.0156. "All scaled so L-1
# norm is 1.0", says the documentation; of `upBlur` it says so too, but there the sum is 1.41, and each level divides by
# 2. `blurDn` and the Laplacian pyramid of the package keep 100. SciPy with a filter of sum 2 along each axis is the
# reference: of noise, away from the border, `blur` is a quarter of it.
#
# Who is bitten: whoever subtracts a blurred frame from the frame, compares blurred with sharp ones, or enlarges: most
# of what is seen is the lost brightness. Instead: times 4 (and 2 for `upBlur`) for each level.
#
# Versions: pyrtools 1.1.1, numpy 2.4.6, scipy 1.17.1, matplotlib 3.11.2; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/pyrtools_blur_darkens_to_a_quarter.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pyrtools==1.1.1 numpy==2.4.6 scipy==1.17.1 matplotlib==3.11.2
MPLCONFIGDIR=$folder ./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import pyrtools
from scipy.ndimage import correlate1d

changed = []
BINOMIAL = np.array([1.0, 4, 6, 4, 1]) / 16


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def filtered(picture, taps):
    for axis in (0, 1):
        picture = correlate1d(picture, taps, axis, mode="mirror")
    return picture


def halved_and_doubled(picture):
    """Every second pixel of a filtered picture, with zeros between, filtered by taps that make up for the zeros."""
    spread = np.zeros_like(picture)
    spread[::2, ::2] = filtered(picture, BINOMIAL)[::2, ::2]
    return filtered(spread, 2 * BINOMIAL)


print("pyrtools", version("pyrtools"), "numpy", np.__version__)
even = np.full((64, 96), 100.0)
for level in (1, 2, 3):
    blurred, enlarged = pyrtools.blur(even, level), pyrtools.upBlur(even, level)
    shrunk = pyrtools.blurDn(even, level)
    print(f"level {level}: blur {blurred.mean():.3f}, upBlur {enlarged.mean():.3f}, blurDn {shrunk.mean():.3f}")
    still(f"level {level}: blur divides by {4**level}", np.allclose(blurred, 100 / 4**level))
    still(f"level {level}: upBlur divides by {2**level}", np.allclose(enlarged, 100 / 2**level))
    still(f"level {level}: blurDn keeps 100", np.allclose(shrunk, 100))
square = np.outer(BINOMIAL, BINOMIAL)
for name, taps in (("haar", "haar"), ("qmf9", "qmf9"), ("5 taps", BINOMIAL), ("5 x 5 taps", square)):
    mean = float(pyrtools.blur(even, 1, taps).mean())
    print(f"{name}: {mean:.2f}")
    still(f"{name}: a quarter, within 1 %", abs(mean - 25) < 0.25)

noise = np.random.default_rng(0).uniform(0, 255, (64, 96))
inside = (slice(6, -6),) * 2
found, right = pyrtools.blur(noise), halved_and_doubled(noise)
off = float(np.abs(4 * found - right)[inside].max())
print(f"noise with a mean of {noise.mean():.1f}: blurred {found.mean():.1f}, by SciPy {right.mean():.1f}")
print(f"four times the blurred one is {off:.0e} off")
still("blurred noise is a quarter of SciPy's", off < 1e-9 and abs(right.mean() - noise.mean()) < 1)
detail = noise - found
print(f"the mean of what is finer than the blur: {detail.mean():.1f}, by SciPy {(noise - right).mean():.1f}")
still("three quarters of the brightness are taken for detail", abs(detail.mean() - 0.75 * noise.mean()) < 1)
pyramid = pyrtools.pyramids.LaplacianPyramid(even)
finest, back = np.abs(pyramid.pyr_coeffs[(0, 0)]).max(), pyramid.recon_pyr()
still("the Laplacian pyramid sees no detail in 100, and gives 100 back", finest < 1e-9 and np.allclose(back, 100))

sys.exit(bool(changed))
EOF
