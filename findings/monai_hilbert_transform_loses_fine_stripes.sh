#!/usr/bin/env bash
# MONAI: the analytic signal of stripes one pixel wide is 0, so that `DetectEnvelope` of them is 0 instead of 1.
#
# The real part of an analytic signal is the signal itself. For an even number of samples the highest frequency is its
# own negative one and has to be kept once; MONAI takes it for negative and drops it. So the real part is the signal
# less its finest stripes: of noise with 64 samples it is 0.1 off on average, and the envelope up to 0.4 off. With an
# odd number, also by `n`, and for slow signals, MONAI agrees with scipy's `hilbert` within 1e-5. scipy and a sum of
# waves, computed here, agree.
#
# Who is bitten: whoever detects envelopes of scan lines, audio or motion over an even number of frames: all that
# changes from sample to sample is missing. Instead: scipy.signal.hilbert, or an odd `n`.
#
# Versions: monai 1.6.1, torch 2.13.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/monai_hilbert_transform_loses_fine_stripes.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps monai==1.6.1
./env/bin/python -W ignore - <<'EOF'
import sys

import monai
import numpy as np
import torch
from monai.networks.layers import HilbertTransform
from monai.transforms import DetectEnvelope
from scipy.signal import hilbert

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def analytic(rows, length=None):
    """Return MONAI's analytic signal along the columns of rows."""
    return HilbertTransform(axis=3, n=length)(torch.tensor(rows, dtype=torch.float32)[None, None])[0, 0].numpy()


def envelope(rows):
    return np.asarray(DetectEnvelope(axis=2)(torch.tensor(rows, dtype=torch.float32)[None])[0])


def by_sums(rows):
    """Return the analytic signal by a sum of waves: 0 and the highest of an even number once, all others twice."""
    size = rows.shape[1]
    place = np.arange(size)
    found = np.zeros(rows.shape, complex)
    for frequency in range(size // 2 + 1):
        wave = np.exp(2j * np.pi * frequency * place / size)
        once = frequency == 0 or 2 * frequency == size
        found += (1 if once else 2) * (rows @ wave.conj() / size)[:, None] * wave
    return found


print("monai", monai.__version__, "torch", torch.__version__)
random = np.random.default_rng(0)
for size in (16, 17, 64, 65, 256):
    noise = random.standard_normal((200, size))
    true = hilbert(noise, axis=1)
    still(f"{size}: scipy is the sum over frequencies", np.abs(true - by_sums(noise)).max() < 1e-9)
    still(f"{size}: the real part by scipy is the signal", np.abs(true.real - noise).max() < 1e-9)
    found = analytic(noise)
    off, outer = np.abs(found.real - noise), np.abs(envelope(noise) - np.abs(true))
    print(f"noise of {size} samples: real part {off.mean():.4f} off on average, envelope {outer.max():.4f} off at most")
    if size % 2:
        still(f"{size}: as scipy", np.abs(found - true).max() < 1e-5 and outer.max() < 1e-5)
        continue
    finest = (noise * (-1) ** np.arange(size)).mean(1, keepdims=True) * (-1) ** np.arange(size)
    still(f"{size}: scipy's less the finest stripes", np.abs(found - (true - finest)).max() < 1e-5)
    still(f"{size}: the real part is over {0.5 / np.sqrt(size):.2f} off on average", off.mean() > 0.5 / np.sqrt(size))
    still(f"{size}: the envelope is over 0.05 off at most", outer.max() > 0.05)
    stripes = np.tile((-1.0) ** np.arange(size), (3, 1))
    still(f"{size}: the envelope of stripes is 0", np.abs(envelope(stripes)).max() < 1e-5)
    still(f"{size}: by scipy it is 1", np.abs(np.abs(hilbert(stripes, axis=1)) - 1).max() < 1e-9)
    slow = np.tile(np.cos(2 * np.pi * 3 * np.arange(size) / size), (3, 1))
    still(f"{size}: the envelope of three waves is 1", np.abs(envelope(slow) - 1).max() < 1e-5)
    longer = hilbert(noise, size + 1, axis=1)
    still(f"{size}: with n odd as scipy", np.abs(analytic(noise, size + 1) - longer).max() < 1e-5)

sys.exit(bool(changed))
EOF
