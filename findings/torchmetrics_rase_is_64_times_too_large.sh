#!/usr/bin/env bash
# torchmetrics: the relative average spectral error is too large by the number of pixels in a window: 64 by default.
#
# RASE is 100 / M * sqrt(mean over the channels of RMSE^2), with M the mean of the reference: 15 for an error of 15 %.
# torchmetrics takes M from a filter that gives the mean of each window, and divides it once more by the number of
# pixels in the window: pictures that differ by 10 % everywhere score 640 rather than 10, and 2560 with
# `window_size=16`, although the window should not matter there at all. sewar 0.4.10 gives 10. The example in
# torchmetrics' documentation (5326 for random pictures) has the factor in it, too.
#
# Who is bitten: pansharpening and super-resolution tables that mix numbers of two libraries; whoever changes the
# window.
#
# Versions: torchmetrics 1.9.0, torch 2.13.0, sewar 0.4.10, scipy 1.17.1, pillow 13.0.0, numpy 2.4.6; seen on Linux
# x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torchmetrics_rase_is_64_times_too_large.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torchmetrics==1.9.0 torch==2.13.0 sewar==0.4.10 scipy==1.17.1 pillow==13.0.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import torch
import torchmetrics
from numpy.lib.stride_tricks import sliding_window_view
from sewar.full_ref import rase
from torchmetrics.functional.image import relative_average_spectral_error

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def definition(reference, other, side):
    """Compute the mean over all windows of a picture of shape (rows, columns, channels)."""
    windows, errors = (
        sliding_window_view(one, (side, side), axis=(0, 1)) for one in (reference, (reference - other) ** 2)
    )
    mean = windows.mean(axis=(2, 3, 4))
    return float((100 / mean * np.sqrt(errors.mean(axis=(2, 3, 4)))).mean())


def by_torchmetrics(reference, other, side):
    tensors = (torch.from_numpy(one).permute(2, 0, 1)[None] for one in (other, reference))
    return float(relative_average_spectral_error(*tensors, window_size=side))


print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
rows, columns = np.mgrid[:96, :128] / 20
smooth = np.stack([(0.5 + 0.3 * np.sin(rows + channel) * np.cos(columns)) for channel in range(3)], axis=-1)
noisy = smooth + np.random.default_rng(0).normal(0, 0.05, smooth.shape)
flat = np.full((96, 128, 3), 0.5)
for name, reference, other in (("flat, 10 % brighter", flat, flat * 1.1), ("smooth, with noise", smooth, noisy)):
    for side in (8, 16):
        truth = definition(reference, other, side)
        found = by_torchmetrics(reference, other, side)
        sewar = float(rase(reference, other, side))
        print(f"{name}, window {side}: definition {truth:.2f}, sewar {sewar:.2f}, torchmetrics {found:.1f}")
        still(f"{name}, window {side}: sewar is the definition, within 3 %", abs(sewar / truth - 1) < 0.03)
        still(f"{name}, window {side}: torchmetrics is {side * side} times it", abs(found / truth / side**2 - 1) < 0.03)
still("flat, 10 % brighter: 10 by hand", abs(definition(flat, flat * 1.1, 8) - 10) < 1e-9)

sys.exit(bool(changed))
EOF
