#!/usr/bin/env bash
# mahotas: `convolve` and `convolve1d` correlate: an impulse by the kernel 0, 1, 2 becomes 2, 1, 0, not 0, 1, 2.
#
# A convolution turns its kernel round, so that an impulse becomes the kernel; a correlation does not. The manual of
# both functions says "Convolution of `f` and `weights`" and no more. What they give is SciPy's `correlate` and
# `correlate1d` to the last digit, with every border mode and with kernels of odd and even sizes, and not SciPy's
# `convolve`, `convolve1d` or NumPy's `convolve`. Symmetric kernels do not show it.
#
# Who is bitten: derivatives have the wrong sign, kernels of motion blur point the other way, and an order of two
# kernels that were joined by a true convolution is no longer right. Instead: give the kernel turned round,
# `weights[::-1, ::-1]` (for odd sizes), which is exact inside and at all borders.
#
# Versions: mahotas 1.4.19, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/mahotas_convolve_is_a_correlation.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check mahotas==1.4.19 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import mahotas
import numpy as np
import scipy
from scipy import ndimage

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def apart(one, other):
    return float(np.abs(one - other).max())


print("mahotas", mahotas.__version__, "scipy", scipy.__version__, "numpy", np.__version__)
impulse, kernel = np.eye(1, 9, 4)[0], np.array([0.0, 1.0, 2.0])
found = mahotas.convolve1d(impulse, kernel, 0)
print("an impulse by 0, 1, 2:", found[3:6], "NumPy:", np.convolve(impulse, kernel, "same")[3:6])
still("convolve1d: 2, 1, 0", found[3:6].tolist() == [2, 1, 0])
still("convolve: 2, 1, 0", mahotas.convolve(impulse[None], kernel[None])[0, 3:6].tolist() == [2, 1, 0])
still("NumPy: 0, 1, 2", np.convolve(impulse, kernel, "same")[3:6].tolist() == [0, 1, 2])
ramp = np.arange(9.0)
slope = mahotas.convolve1d(ramp, np.array([0.5, 0, -0.5]), 0)[1:-1]
still("the slope of a rising ramp is -1", apart(slope, -1) < 1e-12)
still("by NumPy it is 1", apart(np.convolve(ramp, [0.5, 0, -0.5], "valid"), 1) < 1e-12)

picture, weights = np.random.default_rng(0).random((20, 25)), np.random.default_rng(1).random((4, 5))
for mode in ("reflect", "nearest", "wrap", "mirror", "constant"):
    for rows, columns in ((3, 5), (4, 4), (4, 5)):
        part = weights[:rows, :columns]
        found = mahotas.convolve(picture, part, mode=mode)
        correlated = apart(found, ndimage.correlate(picture, part, mode=mode))
        convolved = apart(found, ndimage.convolve(picture, part, mode=mode))
        print(f"{mode}, {rows} x {columns}: {correlated:.0e} from a correlation, {convolved:.2f} from a convolution")
        still("    it is the correlation", correlated < 1e-12 and convolved > 0.5)
        if rows == 3:
            turned = mahotas.convolve(picture, part[::-1, ::-1].copy(), mode=mode)
            still("    turned round it is right", apart(turned, ndimage.convolve(picture, part, mode=mode)) < 1e-12)
    found = mahotas.convolve1d(picture, weights[0], 1, mode=mode)
    still("    convolve1d too", apart(found, ndimage.correlate1d(picture, weights[0], 1, mode=mode)) < 1e-12)

sys.exit(bool(changed))
EOF
