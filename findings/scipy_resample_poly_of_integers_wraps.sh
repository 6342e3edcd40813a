#!/usr/bin/env bash
# SciPy: `resample_poly` of loud 16-bit sound with `padtype="minimum"` or "maximum" is over 70000 off.
#
# With these the least or the greatest value is taken away before and added again after, so that the ends do not fade to
# 0. The difference is computed in the type of the signal: of int16 from -30000 to 30000 it would be 60000, and wraps to
# -5536. Of bytes and 16-bit gray all is below the maximum and wraps: a row of 100 that steps to 200 becomes 356. The
# result is float64, so nothing shows that it went wrong. "mean", "median", "line", "edge", "reflect" and "constant" of
# the same integers are right, "minimum" of unsigned ones too, and so is each of floats. The definition, computed here
# by convolving the signal with its minimum or maximum taken away as a float, agrees with SciPy's result for floats.
#
# Who is bitten: sound as `wavfile.read` gives it, and rows or columns of frames and depth maps: wrong only where the
# span is over half of the range, so quiet tests pass. Instead: `resample_poly(signal.astype(float), ...)`.
#
# Versions: scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/scipy_resample_poly_of_integers_wraps.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import scipy
from scipy.signal import firwin, resample_poly

changed = []
LEAST_AND_GREATEST = {"minimum": np.min, "maximum": np.max}


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def resampled(signal, up, down, level):
    """Return the definition: zeros in between, a low pass, each `down`th sample, around `level`."""
    half = 10 * max(up, down)
    taps = up * firwin(2 * half + 1, 1 / max(up, down), window=("kaiser", 5.0))
    spread = np.zeros(signal.size * up)
    spread[::up] = signal.astype(float) - level
    count = -(-signal.size * up // down)
    return np.convolve(spread, taps)[half::down][:count] + level


print("scipy", scipy.__version__)
time = np.arange(600)
wave = np.sin(time / 9) * (0.6 + 0.4 * np.sin(time / 100))
signals = {
    "loud int16": (30000 * wave).round().astype(np.int16),
    "quiet int16": (15000 * wave).round().astype(np.int16),
    "uint8": (128 + 120 * wave).round().astype(np.uint8),
    "uint16": (32768 + 32000 * wave).round().astype(np.uint16),
}
WRONG = {("loud int16", "minimum"), ("loud int16", "maximum"), ("uint8", "maximum"), ("uint16", "maximum")}
for name, signal in signals.items():
    for up, down in ((1, 2), (3, 2), (160, 147)):
        for padtype in ("minimum", "maximum", "mean", "median", "line", "edge", "reflect", "constant"):
            found = resample_poly(signal, up, down, padtype=padtype)
            real = resample_poly(signal.astype(float), up, down, padtype=padtype)
            title, span = f"{name}, {up} / {down}, {padtype}", float(np.ptp(signal.astype(float)))
            if padtype in LEAST_AND_GREATEST:
                true = resampled(signal, up, down, float(LEAST_AND_GREATEST[padtype](signal)))
                still(f"{title}: of floats it is the definition", np.allclose(real, true, atol=1e-6 * span))
            off = np.abs(found - real).max()
            if off > 1e-6 * span:
                print(f"{title}: up to {off:.0f} off, that is {off / span:.2f} of the span, {found.dtype}")
            if (name, padtype) in WRONG:
                still(f"{title}: over 0.9 of the span off", off > 0.9 * span)
            else:
                still(f"{title}: right", off <= 1e-6 * span)
row = np.repeat(np.array([100, 200], np.uint8), 40)
found = resample_poly(row, 3, 2, padtype="maximum")
print(f"a row of 100 and 200: {found[30]:.0f} and {found[90]:.0f}")
still("a row of 100 and 200 becomes 356 and 200", round(found[30]) == 356 and round(found[90]) == 200)

sys.exit(bool(changed))
EOF
