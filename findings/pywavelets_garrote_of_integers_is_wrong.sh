#!/usr/bin/env bash
# PyWavelets: the garrote threshold of bytes is 0 nearly everywhere, and that of 16- and 32-bit integers up to millions.
#
# The garrote is x (1 - t^2 / x^2), and 0 for |x| <= t. `pywt.threshold(data, t, "garrote")` squares integers in their
# own type, where they wrap: bytes with a threshold of 50 are all 0 (200 ought to stay 187.5). For int16 the square may
# become small or negative, and 8000 with a threshold of 5000 is 6983446 instead of 4875. The result is float64, so
# nothing shows it, and no warning is given. "soft", "hard", "greater" and "less" of the same integers are right, and
# the garrote of floats is the definition, computed here by NumPy.
#
# Who is bitten: whoever thresholds coefficients of an integer transform, or frame differences, straight from integers.
# Instead: `data.astype(float)`.
#
# Versions: PyWavelets 1.9.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/pywavelets_garrote_of_integers_is_wrong.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check PyWavelets==1.9.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
import warnings
from importlib.metadata import version

import numpy as np
import pywt

changed = []
warnings.simplefilter("error")


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def garrote(data, value):
    """Return the definition."""
    data = data.astype(float)
    safe = np.where(data == 0, 1, data)
    return np.where(np.abs(data) > value, data * (1 - (value / safe) ** 2), 0)


print("PyWavelets", version("PyWavelets"), "numpy", np.__version__)
WIDE = np.arange(-199, 200, 2)
INTEGERS = {"uint8": (np.arange(1, 256), 50), "uint16": (np.arange(1, 200) * 300, 15000)}
INTEGERS |= {"int16": (WIDE * 150, 7500), "int32": (WIDE * 10_000, 500_000)}
for kind, (values, threshold) in INTEGERS.items():
    data, real, true = values.astype(kind), values.astype(float), garrote(values, threshold)
    still(f"{kind}: the garrote of floats is right", np.allclose(pywt.threshold(real, threshold, "garrote"), true))
    for given in (threshold, float(threshold)):
        found = pywt.threshold(data, given, "garrote")
        wrong = ~np.isclose(found, true)[np.abs(values) > threshold]
        print(f"{kind}, threshold {given}: {wrong.mean():.0%} of what is above it is wrong,", end=" ")
        print(f"up to {np.abs(found - true).max():.0f} off, {found.dtype}")
        still(f"{kind}, threshold {given}: over 90 % of what is above it is wrong", wrong.mean() > 0.9)
        still(f"{kind}, threshold {given}: the result is float64", found.dtype == np.float64)
        for mode in ("soft", "hard", "greater", "less"):
            same = np.allclose(pywt.threshold(data, given, mode), pywt.threshold(real, given, mode))
            still(f"{kind}, threshold {given}: {mode} is right", same)
found = pywt.threshold(np.arange(1, 256, dtype=np.uint8), 50, "garrote")
print(f"255 with a threshold of 50: {found[-1]}, true is {garrote(np.array([255]), 50)[0]:.1f}")
still("bytes with a threshold of 50: all are 0", not found.any())
found = pywt.threshold(np.array([8000, 10000], np.int16), 5000, "garrote")
print("8000 and 10000 of int16, threshold 5000:", found.round())
still("8000 is 6983446", round(found[0]) == 6983446)

sys.exit(bool(changed))
EOF
