#!/usr/bin/env bash
# BM3D: `bm3d_rgb` of a gray film, whose three channels are equal, is NaN all over.
#
# Old films, X-rays and anything that OpenCV's VideoCapture reads in gray come with three equal channels. `bm3d_rgb`
# mixes the channels to a brightness and two differences, and stretches each to 0..1 by its own least and largest
# value. Both differences are 0 everywhere, so that they are divided by 0, and with them all that is mixed back. There
# is a RuntimeWarning by NumPy, no error. That is so for the default, `colorspace="opp"`; with "YCbCr" the weights do
# not quite sum to 0, and rounding errors of 1e-17 are stretched to 0..1 and denoised. A part that is gray does no
# harm: one pixel with a little colour, and there are numbers. `bm3d` of one of the channels is right.
#
# Who is bitten: whoever denoises clips among which some are gray, or fade to gray. Instead: `bm3d(picture[..., 0],
# ...)` where the channels are equal.
#
# Versions: bm3d 4.0.3 (free for noncommercial use), bm4d 4.2.5, numpy 2.4.6, scipy 1.17.1; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/bm3d_of_gray_film_in_rgb_is_nan.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check bm3d==4.0.3 bm4d==4.2.5 numpy==2.4.6 scipy==1.17.1
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
from bm3d import bm3d, bm3d_rgb
from scipy.ndimage import gaussian_filter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("bm3d", version("bm3d"), "bm4d", version("bm4d"), "numpy", np.__version__)
random = np.random.default_rng(0)
clean = np.clip(0.5 + 6 * gaussian_filter(random.normal(size=(48, 64)), 4), 0, 1)
noisy = clean + random.normal(0, 0.05, clean.shape)
alone = bm3d(noisy, 0.05)
print(f"one channel: off by {np.std(noisy - clean):.3f} before, {np.std(alone - clean):.3f} after")
still("one channel is denoised", np.std(alone - clean) < 0.025)

levels = np.rint(np.clip(noisy, 0, 1) * 255)
films = {
    "0 to 1": (np.repeat(noisy[..., None], 3, 2), 0.05),
    "0 to 255": (np.repeat(levels[..., None], 3, 2), 12.75),
    "bytes": (np.repeat(levels[..., None], 3, 2).astype(np.uint8), 12.75),
}
for name, (film, sigma) in films.items():
    share = float(np.isnan(bm3d_rgb(film, sigma)).mean())
    print(f"gray in three channels, {name}: {share:.0%} NaN")
    still(f"{name}: NaN all over", share == 1)
    tinted = film.astype(float)
    tinted[0, 0, 0] += sigma / 5
    still(f"{name}: with one pixel in colour there are numbers", np.isfinite(bm3d_rgb(tinted, sigma)).all())
    still(f"{name}: by YCbCr there are numbers", np.isfinite(bm3d_rgb(film, sigma, colorspace="YCbCr")).all())
three = clean[..., None] + random.normal(0, 0.05, (*clean.shape, 3))
found = np.std(bm3d_rgb(three, 0.05) - clean[..., None])
print(f"noise in colour: off by 0.050 before, {found:.3f} after")
still("noise in colour is denoised", found < 0.025)

sys.exit(bool(changed))
EOF
