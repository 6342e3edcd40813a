#!/usr/bin/env bash
# SPORCO: of bytes, `rgb2gray` is black all over, BSNR is 32 dB too low, and the high-pass of a Tikhonov filter wraps.
#
# Pictures are bytes as they come from files, and `psnr`, `snr`, `mse`, `gmsd` and `local_contrast_normalise` of the
# same package take them rightly. `rgb2gray` makes its weights, 0.299, 0.587 and 0.114, of the type of the picture:
# three zeros for any type of integers. `bsnr` takes the difference before it makes floats of it, so that -1 is 255: a
# noise of 3 levels has -9.1 dB instead of 23.2. `tikhonov_filter` gives a low-pass and what is left; that has both
# signs, and is put back into bytes: its mean is 116 instead of 0. `grad` wraps in the same way. Times 1.0, all are
# right; none of their descriptions speaks of a type.
#
# Who is bitten: whoever prepares pictures for sparse coding by it; without a warning, a dictionary is learned of
# nothing. Instead: `picture.astype(float)` first.
#
# Versions: sporco 0.2.2.post1, numpy 1.26.4, scipy 1.17.1, matplotlib 3.11.2; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/sporco_gray_of_bytes_is_black.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    sporco==0.2.2.post1 numpy==1.26.4 scipy==1.17.1 matplotlib==3.11.2
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
from scipy.ndimage import gaussian_filter
from sporco import metric, signal

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("sporco", version("sporco"), "numpy", np.__version__, "scipy", version("scipy"))
random = np.random.default_rng(0)
picture = random.integers(50, 200, (64, 96, 3))
right = picture @ (0.299, 0.587, 0.114)
for kind in (np.uint8, np.uint16, np.int32, np.float32, np.float64):
    gray = signal.rgb2gray(picture.astype(kind))
    print(f"rgb2gray of {np.dtype(kind)}: {gray.min():.1f} to {gray.max():.1f}, the mean is {right.mean():.1f}")
    if np.issubdtype(kind, np.integer):
        still(f"{np.dtype(kind)}: black", not gray.any())
    else:
        still(f"{np.dtype(kind)}: right", np.allclose(gray, right, atol=1e-3))

noisy = np.clip(np.rint(picture + random.normal(0, 3, picture.shape)), 0, 255)
of_bytes = metric.bsnr(picture.astype(np.uint8), noisy.astype(np.uint8))
of_floats = metric.bsnr(picture.astype(float), noisy)
defined = 10 * np.log10(picture.var() / (noisy - picture).var())
plain = [metric.snr(picture.astype(kind), noisy.astype(kind)) for kind in (np.uint8, float)]
print(f"BSNR of bytes {of_bytes:.2f}, of floats {of_floats:.2f}, by definition {defined:.2f}; SNR {plain[0]:.2f}")
still("BSNR of bytes is over 30 dB too low", of_bytes < defined - 30)
still("BSNR of floats is as defined", np.isclose(of_floats, defined))
still("SNR is the same of both", np.isclose(*plain))

blurred = gaussian_filter(random.normal(size=(64, 64)), 3)
grain = np.clip(128 + 300 * blurred + random.normal(0, 3, (64, 64)), 0, 255).astype(np.uint8)
low, high = signal.tikhonov_filter(grain, 5.0)
float_low, float_high = signal.tikhonov_filter(grain.astype(float), 5.0)
print(f"what is left of the low-pass: mean {high.mean():.1f} of bytes, {float_high.mean():.4f} of floats")
still("of bytes it wraps", high.mean() > 100 and (high > 200).mean() > 0.3)
still("of floats it has both signs", abs(float_high.mean()) < 0.01 and float_high.min() < -20)
still("the low-pass is the same but for the part after the comma", np.abs(low - float_low).max() < 1)
slope, float_slope = signal.grad(grain, 0), signal.grad(grain.astype(float), 0)
print(f"slopes: {slope.min()} to {slope.max()} of bytes, {float_slope.min():.0f} to {float_slope.max():.0f} of floats")
still("slopes of bytes are never negative", slope.min() == 0 and slope.max() == 255 and float_slope.min() < -10)

sys.exit(bool(changed))
EOF
