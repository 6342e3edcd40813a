#!/usr/bin/env bash
# torchmetrics: by UQI a half even picture is 0.59 like itself; by SAM one black pixel makes the whole batch NaN.
#
# UQI and SCC are 1 for two equal pictures. Both divide by the variance within a window, 0 where a picture is even.
# What Wang and Bovik define there (1 for equal windows) is left out: torchmetrics adds a tiny number to the divisor of
# UQI and sets SCC to 0, so that an even window counts as one without any likeness. A picture whose right half is even
# has a UQI of 0.59 and an SCC of 0.58 with itself, an even gray about 0; rounding makes -0.14 of a gray of 0.3. A bad
# prediction of a textured picture scores more than a perfect one of an even sky. SAM divides by the length of a pixel's
# colour: one black pixel in either picture makes the mean of the batch NaN, also of two equal batches. SSIM, which has
# constants for this, is right.
#
# Who is bitten: whoever measures films with bars, titles, skies, cartoons or masks, such as Moving MNIST.
# Instead: SSIM; for UQI and SCC leave out windows that are even in both; for SAM `reduction="none"` and nanmean.
#
# Versions: torchmetrics 1.9.0, torch 2.13.0, torchvision 0.28.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/torchmetrics_equal_even_pictures_are_unlike.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torchmetrics==1.9.0 torch==2.13.0 torchvision==0.28.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

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

import torchmetrics
from torch.nn.functional import avg_pool2d
from torchmetrics.functional.image import (
    spatial_correlation_coefficient,
    spectral_angle_mapper,
    structural_similarity_index_measure,
    universal_image_quality_index,
)

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_definition(one, other, size=8):
    """Return UQI as defined: the mean over windows, where two even windows are alike as far as their means are."""
    one, other = one.double(), other.double()
    mean = avg_pool2d(one, size, 1), avg_pool2d(other, size, 1)
    spread = sum(avg_pool2d(each**2, size, 1) - middle**2 for each, middle in zip((one, other), mean, strict=True))
    together = avg_pool2d(one * other, size, 1) - mean[0] * mean[1]
    level = 2 * mean[0] * mean[1] / (mean[0] ** 2 + mean[1] ** 2)
    return float(torch.where(spread < 1e-12, level, level * 2 * together / spread).mean())


print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__, "torchvision", torchvision.__version__)
torch.manual_seed(0)
texture = torch.rand(2, 3, 64, 64).clamp(min=0.01)
worse = (texture + 0.15 * torch.randn_like(texture)).clamp(0.01, 1)
half = texture.clone()
half[..., 32:] = 0.5
pictures = {"texture": texture, "half even": half, "even": torch.full_like(texture, 0.5)}
for name, picture in pictures.items():
    likeness = float(universal_image_quality_index(picture, picture))
    correlation = float(spatial_correlation_coefficient(picture, picture))
    structure = float(structural_similarity_index_measure(picture, picture, data_range=1.0))
    true = by_definition(picture, picture)
    print(f"{name}, with itself: UQI {likeness:.3f} (defined: {true:.3f}), SCC {correlation:.3f}, SSIM {structure:.3f}")
    share = {"texture": 1, "half even": 0.585, "even": 0}[name]
    still(f"{name}: UQI and SCC are about {share}", max(abs(likeness - share), abs(correlation - share)) < 0.03)
    still(f"{name}: SSIM and UQI by definition are 1", abs(structure - 1) < 1e-3 and abs(true - 1) < 1e-6)
dark = torch.full_like(texture, 0.3)
print(f"an even 0.3 with itself: UQI {float(universal_image_quality_index(dark, dark)):.3f}")
noisy = float(universal_image_quality_index(worse, texture))
print(f"the texture with much noise: UQI {noisy:.3f} (defined: {by_definition(worse, texture):.3f})")
still("more than that of the half even picture with itself", noisy > 0.7)
spotted = texture.clone()
spotted[0, :, 3, 3] = 0
angle = float(spectral_angle_mapper(worse, texture))
with_black = spectral_angle_mapper(worse, spotted), spectral_angle_mapper(spotted, spotted)
print(f"SAM {angle:.3f}, with one black pixel of 8192 {float(with_black[0])}, of two equal {float(with_black[1])}")
still("SAM is NaN with one black pixel", 0 < angle < 0.5 and all(bool(each.isnan()) for each in with_black))
each = spectral_angle_mapper(worse, spotted, reduction="none")
still("one pixel of 8192 is NaN; nanmean is right", int(each.isnan().sum()) == 1 and abs(each.nanmean() - angle) < 1e-3)

sys.exit(bool(changed))
EOF
