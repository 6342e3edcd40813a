#!/usr/bin/env bash
# pytorch-msssim: MS-SSIM of odd sizes depends on mirroring, and even pictures are twice as far apart.
#
# Between two scales a picture is halved by means of 2 x 2 pixels. An odd width or height is first padded by a zero at
# both ends, and the zeros count: the first row and column of the half are up to three quarters black, and the last
# ones are not, as an odd size and two zeros leave one over. So a strip at the left counts otherwise than the same
# strip at the right: with 161 columns the distance, 1 - MS-SSIM, is 0.0045 for one and 0.0035 for its mirror image.
# The rim is an edge that both pictures share, and that is darker than either: for even pictures, 0.9 and 0.8, whose
# distance is one of brightness at the last scale, 0.00092, it is 0.00185 with 161 x 161 and 0.00157 with 177 x 177. A
# size may become odd at a later scale: 360 x 640 does, halved three times. With sizes that are even at all scales,
# mirrored pictures are as far apart as before, and even ones as defined; the MS-SSIM of plenoptic, which repeats the
# last row instead, has even ones as defined for odd sizes too. The documentation says nothing of odd sizes.
#
# Who is bitten: whoever compares methods on frames of different sizes, or trains by it: for an even picture the
# gradients at the left and upper rim are 70 times those at the right and lower one. Instead: crop to a multiple of
# 16.
#
# Versions: pytorch-msssim 1.0.0, plenoptic 2.1.1, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/pytorch_msssim_odd_sizes_get_a_black_rim.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pytorch-msssim==1.0.0 plenoptic==2.1.1 torch==2.13.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import plenoptic
import torch
from pytorch_msssim import ms_ssim

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def distance(one, other):
    return 1 - float(ms_ssim(one, other, data_range=1.0))


def by_plenoptic(one, other):
    return 1 - float(plenoptic.metric.ms_ssim(one, other))


def smooth(rows, columns):
    """A smooth picture around 0.5."""
    coarse = torch.randn(1, 1, rows // 8 + 3, columns // 8 + 3, dtype=torch.float64)
    return (0.5 + 0.15 * torch.nn.functional.interpolate(coarse, (rows, columns), mode="bicubic")).clamp(0, 1)


print("pytorch-msssim", version("pytorch-msssim"), "plenoptic", version("plenoptic"), "torch", torch.__version__)
torch.manual_seed(0)
bright, dark, least = 0.9, 0.8, 0.01**2
defined = 1 - ((2 * bright * dark + least) / (bright**2 + dark**2 + least)) ** 0.1333
for rows, columns in ((176, 176), (192, 320), (161, 161), (177, 177), (255, 255), (360, 640)):
    odd = rows % 16 > 0 or columns % 16 > 0
    name = f"{rows} x {columns}"
    picture = smooth(rows, columns)
    strip = picture.clone()
    strip[..., :16] = (strip[..., :16] + 0.1).clamp(0, 1)
    left, right = distance(picture, strip), distance(picture.flip(-1), strip.flip(-1))
    upside = distance(picture.mT.contiguous(), strip.mT.contiguous())
    even = [torch.full((1, 1, rows, columns), level, dtype=torch.float64) for level in (bright, dark)]
    found, other = distance(*even), by_plenoptic(*even)
    print(f"{name}: a strip at the left {left:.5f}, at the right {right:.5f}; even ones {found:.5f} for {defined:.5f}")
    still(f"{name}: transposed is the same", np.isclose(upside, left, rtol=1e-6))
    still(f"{name}: plenoptic has even pictures as defined", np.isclose(other, defined, rtol=0.01))
    if not odd:
        still(f"{name}: mirrored is the same", np.isclose(left, right, rtol=1e-9))
        still(f"{name}: even pictures are as defined", np.isclose(found, defined, rtol=1e-3))
    else:
        still(f"{name}: even pictures are farther apart", found > 1.02 * defined)
    if rows == columns and odd:
        still(f"{name}: mirrored is over 5 % off", abs(left / right - 1) > 0.05)
    if rows == 161:
        still("161 x 161: even pictures are twice as far apart", 1.9 < found / defined < 2.1)

for size in (176, 161):
    white = torch.ones(1, 1, size, size, dtype=torch.float64)
    gray = (0.9 * white).requires_grad_()
    ms_ssim(white, gray, data_range=1.0).backward()
    first, last = (float(gray.grad[0, 0, :, part].abs().sum()) for part in (slice(0, 8), slice(-8, None)))
    print(f"{size} x {size}: gradient in the 8 columns at the left {first:.6f}, at the right {last:.6f}")
    if size == 176:
        still("176: the same", np.isclose(first, last, rtol=1e-3))
    else:
        still("161: over 20 times as large at the left", first > 20 * last)

sys.exit(bool(changed))
EOF
