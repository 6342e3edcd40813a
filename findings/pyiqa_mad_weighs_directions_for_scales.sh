#!/usr/bin/env bash
# pyiqa: MAD gives its weights of scales to directions: mirrored, slanted waves have 32 instead of 47.
#
# The appearance half of MAD (LO) compares the bands of log-Gabor filters of five scales and four directions. In the
# authors' code, `EO{s,o}`, the differences of scale s have the weights 0.5, 0.75, 1, 5, 6, fine to coarse, over 13.25,
# and all directions the same. pyiqa's `gaborconvolve` returns [direction][scale], but its `lo_index`
# (pyiqa/archs/mad_arch.py) still takes the weight of the first place: the direction. Upright waves count 0.5, falling
# ones 0.75, lying ones 1, rising ones 5, at all scales, and the weight 6 is never used. So fine slanted waves on a
# smooth ground have a LO of 4.4 and mirrored 2.0, by scales 0.96 and 0.94; noise (6.8 for 2.7) comes out far worse than
# long waves (2.0 for 4.6) instead of better; MAD 114 and 41 instead of 64 and 66. The LO written down here with the
# weights of directions is pyiqa's to 0.1 %.
#
# Who is bitten: whoever ranks predictions by it, or mirrors pictures to have more: fine damage counts too much, coarse
# too little, and its direction decides. There is no option; `appearance` below gives the LO by scales.
#
# Versions: pyiqa 0.1.16, torch 2.13.0, torchvision 0.28.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30
# November 2026.
#
# Run: bash findings/pyiqa_mad_weighs_directions_for_scales.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 torchvision==0.28.0 numpy==2.4.6 \
    scipy==1.17.1 opencv-python-headless==5.0.0.93 pillow==13.0.0 huggingface_hub==2.4.0 requests tqdm pyyaml
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps pyiqa==0.1.16
./env/bin/python -W ignore - <<'EOF'
import logging
import sys

import numpy as np
import torch

# where torchvision's wheel is for CUDA and torch is not, two operators that it describes are not there
operators = torch.library.Library("torchvision", "FRAGMENT")
try:
    import torchvision
except RuntimeError:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision

logging.disable(logging.CRITICAL)
import pyiqa  # noqa: E402
from pyiqa.archs import mad_arch  # noqa: E402
from pyiqa.matlab_utils import math_util  # noqa: E402

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


WEIGHTS = np.array([0.5, 0.75, 1, 5, 6]) / 13.25


def batch(plane):
    """Return a gray picture of 0..1 (height, width) as float32 (1, 3, height, width)."""
    return torch.as_tensor(np.ascontiguousarray(plane), dtype=torch.float32).repeat(1, 3, 1, 1)


def bands(plane):
    """Return the lengths of pyiqa's log-Gabor bands of a gray picture, as lists [direction][scale]."""
    return [[math_util.abs(band) for band in each] for each in mad_arch.gaborconvolve(255 * batch(plane)[:, :1])]


def appearance(first, second, over):
    """Return the index of appearance (LO) with the weights given to directions (0) or to scales (1)."""
    total = 0
    for place in np.ndindex(4, 5):
        one, other = (mad_arch.ical_stat(each[place[0]][place[1]]) for each in (first, second))
        deviation, skewness, kurtosis = (abs(x - y) for x, y in zip(one, other, strict=True))
        total = total + WEIGHTS[place[over]] * (deviation + 2 * skewness + kurtosis)
    return float(total.pow(2).mean().sqrt())


print("pyiqa", pyiqa.__version__, "torch", torch.__version__, "torchvision", torchvision.__version__)
metric = pyiqa.create_metric("mad", device="cpu")
down, right = np.mgrid[:128, :128].astype(float)
for name, place, at in (("upright", right, 0), ("lying", down, 2)):
    for period, finest in ((3, 0), (9, 1), (27, 2)):
        waves = bands(0.5 + 0.06 * np.sin(2 * np.pi * place / period))
        strong = [[float(band.mean()) for band in each] for each in waves]
        direction, scale = np.unravel_index(np.argmax(strong), (4, 5))
        print(f"{name} waves of {period} pixels: strongest in [{direction}][{scale}] of the bands")
        right_place = (direction, scale) == (at, finest)
        still(f"{name}, {period}: the direction is first, then the scale, fine first", right_place)
random = torch.Generator().manual_seed(0)
ground = torch.nn.functional.interpolate(torch.rand(1, 1, 16, 16, generator=random), (128, 128), mode="bicubic")
ground = ground[0, 0].clamp(0.2, 0.8).double().numpy()
rising = ground + 0.1 * np.sin(right + down)
worse = {
    "slanted waves": (ground, rising),
    "the same, mirrored": (np.fliplr(ground), np.fliplr(rising)),
    "noise": (ground, (ground + 0.1 * torch.randn(128, 128, generator=random).double().numpy()).clip(0, 1)),
    "long waves": (ground, ground + 0.1 * np.sin(right / 10)),
}
found = {}
for name, (first, second) in worse.items():
    pair = [255 * batch(each)[:, :1] for each in (first, second)]
    parts = [bands(each) for each in (first, second)]
    seen, by_direction, by_scale = float(mad_arch.lo_index(*pair)), appearance(*parts, 0), appearance(*parts, 1)
    total = float(metric(batch(second), batch(first)))
    share = 1 / (1 + np.exp(-2.55 / 3.35) * float(mad_arch.hi_index(*pair)) ** (1 / (np.log(10) * 3.35)))
    true_total = total * (by_scale / seen) ** (1 - share)
    found[name] = seen, by_scale, total, true_total
    print(f"{name}: LO {seen:.3f}, by directions {by_direction:.3f}, by scales {by_scale:.3f}", flush=True)
    print(f"{name}: MAD {total:.1f}, with LO by scales {true_total:.1f}", flush=True)
    still(f"{name}: LO is the one by directions", abs(by_direction / seen - 1) < 1e-3)
one, mirrored, noise, long = (found[name] for name in worse)
still("mirrored, LO is less than half of it", one[0] > 2 * mirrored[0])
still("mirrored, LO by scales is the same to 5 %", abs(mirrored[1] / one[1] - 1) < 0.05)
still("mirrored, MAD is a quarter less and more", mirrored[2] < 0.75 * one[2])
still("mirrored, MAD with LO by scales is the same to 8 %", abs(mirrored[3] / one[3] - 1) < 0.08)
still("by LO noise is over 2.5 times as bad as long waves", noise[0] > 2.5 * long[0])
still("by scales it is better than they are", noise[1] < long[1] and noise[3] < long[3])
still("LO: noise over 2.5 times as bad as it is by scales", noise[0] > 2.5 * noise[1])
still("LO: long waves less than half as bad as they are by scales", long[0] < long[1] / 2)

sys.exit(bool(changed))
EOF
