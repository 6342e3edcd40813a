#!/usr/bin/env bash
# torchmetrics: the spectral distortion D_lambda of two pictures is 0.68 each alone, and 0 of both in one batch.
#
# D_lambda is a distance of one fused picture and its original: how far the similarity of each two bands (UQI) differs
# between them. torchmetrics first averages the similarities over the batch and takes the absolute difference of the
# means, so that a picture whose bands have become more alike offsets one whose bands have become less so. It is the
# same with D_s, and QNR, which is made of the two, rises to 1, the best value. The more different pictures there are
# the nearer it comes: of 64 noisy pictures D_lambda is a small part of the mean of each alone. The original papers
# define it for a picture, and MSE, SAM and ERGAS of the same batches are the means over their pictures here.
# `SpectralDistortionIndex` and `QualityWithNoReference` collect all batches and do so over the whole data set, however
# it is divided.
#
# Who is bitten: whoever compares methods by it on a data set: one that spoils every picture, half of them each way, is
# as good as one that leaves them. Instead: call the function for each picture and average.
#
# Versions: torchmetrics 1.9.0, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/torchmetrics_spectral_distortion_cancels_in_a_batch.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import torch
import torchmetrics
from torch.nn.functional import avg_pool2d
from torchmetrics.functional import image as F
from torchmetrics.image import QualityWithNoReference, SpectralDistortionIndex

changed = []
torch.manual_seed(0)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def bands(alike, size=64):
    """Return a picture of three bands: a part `alike` of each is the same in all of them."""
    common, own = torch.rand(1, 1, size, size), torch.rand(1, 3, size, size)
    return alike * common + (1 - alike) * own


def uqi(first, second, window=11, sigma=1.5):
    """Return the mean UQI of two bands by its definition, with Gaussian windows that lie within the picture."""
    places = torch.arange(window, dtype=torch.float64) - window // 2
    weights = torch.exp(-(places**2) / (2 * sigma**2))
    kernel = torch.outer(weights, weights)[None, None] / weights.sum() ** 2

    def mean(values):
        return torch.nn.functional.conv2d(values.double()[None, None], kernel)[0, 0]

    middles = mean(first), mean(second)
    spread = mean(first**2) - middles[0] ** 2 + mean(second**2) - middles[1] ** 2
    together = mean(first * second) - middles[0] * middles[1]
    whole = 4 * together * middles[0] * middles[1] / (spread * (middles[0] ** 2 + middles[1] ** 2))
    return float(whole.mean())


def by_definition(found, truth):
    pairs = ((0, 1), (0, 2), (1, 2))
    return sum(abs(uqi(found[0, i], found[0, j]) - uqi(truth[0, i], truth[0, j])) for i, j in pairs) / 3


print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
alike, unlike = bands(0.9), bands(0.4)
d_lambda = F.spectral_distortion_index
first, second = float(d_lambda(alike, unlike)), float(d_lambda(unlike, alike))
found, truth = torch.cat([alike, unlike]), torch.cat([unlike, alike])
both = float(d_lambda(found, truth))
print(f"alone {first:.3f} and {second:.3f} (by definition {by_definition(alike, unlike):.3f}), together {both:.3f}")
still("each alone is over 0.6", min(first, second) > 0.6)
still("each alone is the definition within 0.02", abs(first - by_definition(alike, unlike)) < 0.02)
still("together they are 0", both < 1e-6)
metric = SpectralDistortionIndex()
for pair in ((alike, unlike), (unlike, alike)):
    metric.update(*pair)
still("the metric updated one by one says 0 too", float(metric.compute()) < 1e-6)
for other in (F.spectral_angle_mapper, F.error_relative_global_dimensionless_synthesis):
    alone = [float(other(found[i : i + 1], truth[i : i + 1])) for i in range(2)]
    name = other.__name__
    print(f"{name}: alone {alone[0]:.3f} and {alone[1]:.3f}, together {float(other(found, truth)):.3f}")
    still(f"{name} of both is the mean", abs(float(other(found, truth)) - sum(alone) / 2) < 1e-3)

# a data set: the fused picture of each has bands that are at random more or less alike than those of the original
count = 64
levels = torch.rand(count, 2) * 0.8
fused = torch.cat([bands(float(level)) for level in levels[:, 0]])
original = torch.cat([bands(float(level)) for level in levels[:, 1]])
single = sum(float(d_lambda(fused[i : i + 1], original[i : i + 1])) for i in range(count)) / count
whole = float(d_lambda(fused, original))
print(f"{count} pictures: mean of each alone {single:.3f}, of all together {whole:.3f}")
still("of 64 pictures it is less than a third of the mean", whole < single / 3)

# D_s and QNR: the panchromatic picture is a blurred or a sharp one, the low-resolution ones are made from the same
panchromatic = torch.rand(2, 1, 64, 64).expand(2, 3, 64, 64)
small = avg_pool2d(panchromatic, 2)
good = panchromatic + 0.02 * torch.rand(2, 3, 64, 64)
poor = 0.3 * panchromatic + 0.7 * torch.rand(2, 3, 64, 64)
near = small + 0.02 * torch.rand(2, 3, 32, 32)
far = 0.3 * small + 0.7 * torch.rand(2, 3, 32, 32)
preds, low = torch.cat([good[:1], poor[1:]]), torch.cat([far[:1], near[1:]])
values = {}
for name, score in (("D_s", F.spatial_distortion_index), ("QNR", F.quality_with_no_reference)):
    parts = [[t[i : i + 1] for t in (preds, low, panchromatic, small)] for i in range(2)]
    values[name] = [float(score(*part)) for part in parts], float(score(preds, low, panchromatic, small))
    alone, together = values[name]
    print(f"{name}: alone {alone[0]:.3f} and {alone[1]:.3f}, together {together:.3f}")
still("D_s: alone over 0.5, together below a fifth of it", min(values["D_s"][0]) > 5 * values["D_s"][1] > 0)
still("QNR: alone below 0.4, together over 0.8", max(values["QNR"][0]) < 0.4 and values["QNR"][1] > 0.8)
quality = QualityWithNoReference()
targets = {"ms": low, "pan": panchromatic, "pan_lr": small}
for i in range(2):
    quality.update(preds[i : i + 1], {name: t[i : i + 1] for name, t in targets.items()})
still("the QNR metric says what the function says", abs(float(quality.compute()) - values["QNR"][1]) < 1e-4)

sys.exit(bool(changed))
EOF
