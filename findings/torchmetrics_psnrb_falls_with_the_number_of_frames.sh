#!/usr/bin/env bash
# torchmetrics: PSNR-B of one blocky frame is 32.7 dB, of eight copies of it 24.5, and of 64 copies 15.5.
#
# PSNR-B is the PSNR with a blocking effect added to the mean squared error: how much greater the steps across the
# borders of 8 x 8 blocks are than all others. torchmetrics divides the error by the number of all samples, but sums the
# steps of all frames and divides by the number of steps in one. So the blocking effect is multiplied by the number of
# frames, whether they come in one batch or in many updates, through the class or the function. Copies of one frame
# ought to score as that frame does; they lose up to 3 dB with each doubling. Frames without blocks keep their score.
# The definition, computed in NumPy, agrees with torchmetrics for one frame within 0.001 dB.
#
# Who is bitten: whoever scores decoded or predicted clips by it: the longer the test set, the worse the number, and no
# two sets of different length can be compared. Instead: the mean of the scores of single frames.
#
# Versions: torchmetrics 1.9.0, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/torchmetrics_psnrb_falls_with_the_number_of_frames.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import numpy as np
import torch
import torchmetrics
from torchmetrics.functional.image import peak_signal_noise_ratio_with_blocked_effect as function
from torchmetrics.image import PeakSignalNoiseRatioWithBlockedEffect as Metric

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def defined(picture, truth, block=8):
    """Return the PSNR-B in dB of one frame (rows, columns) of 0..1, by its definition."""
    border, other = [], []
    for one in (picture, picture.T):
        steps = np.diff(one, axis=1) ** 2
        at = np.arange(steps.shape[1]) % block == block - 1
        border.append(steps[:, at].sum())
        other.append(steps[:, ~at].sum())
    rows, columns = picture.shape
    across = rows * (columns / block) - 1 + columns * (rows / block) - 1
    inside = rows * (columns - 1) + columns * (rows - 1) - across
    more = sum(border) / across - sum(other) / inside
    effect = more * np.log2(block) / np.log2(min(rows, columns)) if more > 0 else 0
    return 10 * np.log10(1 / (np.mean((picture - truth) ** 2) + effect))


def frame(tensor):
    return torch.tensor(tensor, dtype=torch.float32)[None, None]


print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
rows, columns = np.mgrid[:64, :96] / 12
truth = 0.5 + 0.3 * np.sin(rows) * np.cos(columns)
means = truth.reshape(8, 8, 12, 8).mean((1, 3)).repeat(8, 0).repeat(8, 1)
blocky = 0.75 * truth + 0.25 * means
noisy = truth + 0.03 * np.random.default_rng(0).standard_normal(truth.shape)
scores = {}
for name, picture in (("blocky", blocky), ("noisy", noisy)):
    alone = defined(picture, truth)
    print(f"{name}, one frame by the definition: {alone:.3f} dB")
    for count in (1, 2, 8, 64):
        given, wanted = frame(picture).repeat(count, 1, 1, 1), frame(truth).repeat(count, 1, 1, 1)
        metric = Metric(data_range=1.0)
        for index in range(count):
            metric.update(given[index : index + 1], wanted[index : index + 1])
        found = [float(function(given, wanted, data_range=1.0)), float(metric.compute())]
        scores[name, count] = found[0]
        print(f"{name}, {count} copies: {found[0]:.3f} dB in a batch, {found[1]:.3f} dB in as many updates")
        still(f"{name}, {count} copies: alike in a batch and in updates", abs(found[0] - found[1]) < 1e-3)
        if name == "noisy" or count == 1:
            still(f"{name}, {count} copies: as defined for one frame", abs(found[0] - alone) < 1e-3)
error = np.mean((blocky - truth) ** 2)
effect = 10 ** (-defined(blocky, truth) / 10) - error
for count in (2, 8, 64):
    by_sum = -10 * np.log10(error + count * effect)
    still(f"{count} copies: the blocking effect times {count}", abs(scores["blocky", count] - by_sum) < 0.01)
lost = scores["blocky", 1] - scores["blocky", 64]
print(f"64 copies score {lost:.1f} dB less than one")
still("64 copies score over 10 dB less than one", lost > 10)

sys.exit(bool(changed))
EOF
