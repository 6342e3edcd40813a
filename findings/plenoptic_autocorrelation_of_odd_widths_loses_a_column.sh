#!/usr/bin/env bash
# plenoptic: `autocorrelation` of an odd width has a column less, and another picture's values.
#
# The autocorrelation of 16 x 16 is 16 x 16, of 15 x 16 it is 15 x 16, and of 16 x 15 it is 16 x 14. It is the
# transform back of the power spectrum, of which only half of the columns are kept, and half a spectrum of 8 columns
# belongs to a width of 14 as well as of 15: the width is not handed on, so the even one is taken. So it is not the
# right one without a column: distances are stretched from 15 pixels to 14. In noise 15 pixels wide values are off by
# a tenth of the variance, and a wave of 2.5 pixels, which ought to be back after 30 of 65 pixels, has 0.19 there
# instead of 0.5. Neither an error nor a warning is given. Heights may be odd. Sums by hand and SciPy agree with it
# for even widths, and with each other for odd ones.
#
# Who is bitten: whoever compares textures or grain by it, in frames or crops of an odd width. Instead: a width that
# is even, or `torch.fft.ifft2` of the full power spectrum.
#
# Versions: plenoptic 2.1.1, torch 2.13.0, numpy 2.4.6, scipy 1.17.1; seen on Linux x86_64 with Python 3.11, 30
# November 2026.
#
# Run: bash findings/plenoptic_autocorrelation_of_odd_widths_loses_a_column.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    plenoptic==2.1.1 torch==2.13.0 numpy==2.4.6 scipy==1.17.1
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import plenoptic
import torch
from scipy.ndimage import correlate

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_plenoptic(picture):
    return plenoptic.process.autocorrelation(torch.tensor(picture)[None, None])[0, 0].numpy()


def by_hand(picture):
    """The mean product of a picture and itself, moved around by each number of pixels."""
    rows, columns = picture.shape
    moves = [(row - rows // 2, column - columns // 2) for row in range(rows) for column in range(columns)]
    return np.reshape([(picture * np.roll(picture, move, (0, 1))).mean() for move in moves], picture.shape)


def by_scipy(picture):
    """The same, as a filter by the picture itself of the picture wrapped around."""
    rows, columns = picture.shape
    whole = correlate(np.tile(picture, (3, 3)), picture, mode="wrap") / picture.size
    return whole[rows : 2 * rows, columns : 2 * columns]


print("plenoptic", version("plenoptic"), "torch", torch.__version__, "numpy", np.__version__)
random = np.random.default_rng(0)
for rows, columns in ((16, 16), (15, 16), (64, 48), (16, 15), (15, 15), (48, 63)):
    noise = random.normal(size=(rows, columns))
    noise -= noise.mean()
    found, right = by_plenoptic(noise), by_hand(noise)
    name = f"{rows} x {columns}"
    print(f"{name}: {found.shape}, peak {found.max() / noise.var():.3f} of the variance")
    still(f"{name}: SciPy agrees with the sums by hand", np.allclose(by_scipy(noise), right))
    if columns % 2 == 0:
        still(f"{name}: plenoptic agrees with them", found.shape == right.shape and np.allclose(found, right))
        continue
    still(f"{name}: a column is missing", found.shape == (rows, columns - 1))
    nearest = min(np.abs(found - right[:, first : first + columns - 1]).max() for first in (0, 1)) / noise.var()
    print(f"{name}: off by up to {nearest:.2f} of the variance, whichever column is left out")
    still(f"{name}: it is not the right one without a column", nearest > 0.03)
    half = np.fft.irfft2(np.abs(np.fft.rfft2(noise)) ** 2, (rows, columns - 1)) / noise.size
    still(f"{name}: it is that of the spectrum taken for a narrower one", np.allclose(found, np.fft.fftshift(half)))
for columns in (60, 65):
    wave = np.tile(np.cos(2 * np.pi * np.arange(columns) / 2.5), (16, 1))
    line = by_plenoptic(wave)[8, columns // 2 :]
    right = by_hand(wave)[8, columns // 2 :]
    print(f"a wave of 2.5 pixels, {columns} wide: after 0, 10, 20 pixels {np.round(line[:21:10], 2).tolist()}")
    still(f"{columns} wide, by hand: it comes back every 5 pixels", np.allclose(right[::5], 0.5))
    if columns == 60:
        still("60 wide: it comes back every 5 pixels", np.allclose(line[::5], 0.5))
    else:
        print(f"65 wide: after 30 pixels {line[30]:.2f}")
        still("65 wide: it is not back after 20 and 30 pixels", line[20] < 0.4 and line[30] < 0.25)

sys.exit(bool(changed))
EOF
