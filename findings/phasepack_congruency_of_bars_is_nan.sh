#!/usr/bin/env bash
# phasepack: the phase congruency of bars, straight edges, ramps and even frames is NaN in every pixel.
#
# `phasecong` adds up the responses of filters in six directions. Of a picture that does not change along its rows or
# its columns the filters of at least one direction find nothing at all, an amplitude of exactly 0. The energy of each
# direction is divided by its amplitude, here without the small number that the function itself keeps "to prevent /0"
# and adds in its other divisions: 0 / 0 is NaN in this direction, and the moments over all directions, edges and
# corners, are NaN with it, in all pixels. Orientation is a number. So it is for sizes of factors 2 and 3, as 64 x 64,
# 96 x 128 or 256 x 256; with others, as 60 x 80, the Fourier transform is not as exact, and what it leaves of the 0
# makes NaN of black frames alone. With noise of a millionth of a level the edge is found where it is, and
# `phasecongmono`, `phasesym` and `phasesymmono` end in numbers for the clean pictures.
#
# Who is bitten: whoever measures sharpness or edges, or computes FSIM, by it, of test charts, titles, colour bars,
# fades or black frames: one of them makes the mean of a film NaN. Instead: `phasecongmono`, or noise far below one
# level.
#
# Versions: phasepack 1.5, numpy 2.4.6, scipy 1.17.1; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/phasepack_congruency_of_bars_is_nan.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check phasepack==1.5 numpy==2.4.6 scipy==1.17.1
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import phasepack

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("phasepack", version("phasepack"), "numpy", np.__version__, "scipy", version("scipy"))
random = np.random.default_rng(0)
for rows, columns in ((64, 64), (96, 128), (60, 80)):
    y, x = np.mgrid[:rows, :columns].astype(float)
    edge = columns // 2
    pictures = {
        "an edge": 100.0 * (x >= edge),
        "a lying edge": 100.0 * (y >= rows // 2),
        "a bar": 100.0 * (abs(x - edge) <= 1),
        "stripes": 100.0 * (x // 4 % 2),
        "a ramp": x,
        "an even gray": np.full((rows, columns), 100.0),
        "black": np.zeros((rows, columns)),
    }
    for name, picture in pictures.items():
        title = f"{name}, {rows} x {columns}"
        most, least, orientation = phasepack.phasecong(picture)[:3]
        empty = float(np.isnan(most).mean()), float(np.isnan(least).mean())
        print(f"{title}: {empty[0]:.0%} of the edges and {empty[1]:.0%} of the corners are NaN")
        numbers = rows == 60 and name != "black"
        still(f"{title}: {'no NaN' if numbers else 'all NaN'}", empty == ((0, 0) if numbers else (1, 1)))
        still(f"{title}: orientation is a number", np.isfinite(orientation).all())
        others = [made(picture)[0] for made in (phasepack.phasecongmono, phasepack.phasesym, phasepack.phasesymmono)]
        still(f"{title}: the other three functions give numbers", all(np.isfinite(other).all() for other in others))
        noisy = phasepack.phasecong(picture + random.normal(0, 1e-6, picture.shape))[0]
        still(f"{title}: with noise of a millionth of a level, numbers", np.isfinite(noisy).all())
        if name == "an edge":
            row, mono = noisy[rows // 2], others[0][rows // 2]
            near, far = slice(edge - 1, edge + 1), [*range(8, edge - 4), *range(edge + 4, columns - 8)]
            print(f"{title}: with noise {row[near].min():.2f} at the edge, up to {row[far].max():.2f} elsewhere")
            still(f"{title}: with noise it is found", row[near].min() > 0.25 and row[far].max() < 0.1)
            still(f"{title}: `phasecongmono` finds it", mono[near].min() > 0.25 and mono[far].max() < 0.1)
    disc = 100.0 * (np.hypot(y - rows / 2, x - columns / 2) < 12)
    still(f"a disc, {rows} x {columns}: numbers", np.isfinite(phasepack.phasecong(disc)[0]).all())
sys.exit(bool(changed))
EOF
