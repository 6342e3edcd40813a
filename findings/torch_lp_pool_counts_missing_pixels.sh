#!/usr/bin/env bash
# PyTorch: with `ceil_mode=True`, `lp_pool` counts the last, cut window as a full one: the sum of two ones is 4.
#
# The result is the p-th root of the sum of x^p over a window; "at p = 1, one gets Sum Pooling". torch takes the mean of
# each window and multiplies it by the size of a full one. In ceil mode the last window may reach beyond the picture;
# its mean is that of what lies inside, and the product is no sum any more. Six ones pooled by 4 with p = 1 give 4 and
# 4 instead of 4 and 2; a norm (p = 2) over 4 x 4 of 6 x 6 ones is 4 everywhere instead of 4, 2.83, 2.83 and 2. It is
# the same in one, two and three dimensions, as function and as module, and the gradients are as wrong. Without ceil
# mode, and for an infinite p, all is right.
#
# Who is bitten: energies, norms and counts over tiles (L2 pooling of perceptual metrics, sums under a mask) of pictures
# whose size is no multiple of the tile: the last row and column look up to as many times too strong as the window is
# cut. Instead: zeros padded to a multiple, and no ceil mode.
#
# Versions: torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/torch_lp_pool_counts_missing_pixels.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import itertools
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_definition(x, p, size, stride):
    """The p-th root of the sum of x^p over each window; the last one of an axis may reach beyond the picture."""
    axes = x.shape[2:]
    counts = [-(-(n - size) // stride) + 1 for n in axes]
    found = np.zeros((*x.shape[:2], *counts))
    for place in itertools.product(*map(range, counts)):
        window = x[(..., *(slice(i * stride, i * stride + size) for i in place))]
        found[(..., *place)] = (window**p).sum(axis=tuple(range(2, x.ndim))) ** (1 / p)
    return found


print("torch", torch.__version__)
pools = {1: (F.lp_pool1d, nn.LPPool1d), 2: (F.lp_pool2d, nn.LPPool2d), 3: (F.lp_pool3d, nn.LPPool3d)}
for (dimensions, (function, module)), p in itertools.product(pools.items(), (1.0, 2.0)):
    name = f"lp_pool{dimensions}d, p={p:.0f}"
    ones = torch.ones(1, 1, *(6,) * dimensions, dtype=torch.float64, requires_grad=True)
    found, right = function(ones, p, 4, 4, ceil_mode=True), by_definition(np.ones(ones.shape), p, 4, 4)
    print(f"{name}: ones give {found.min():.3f} to {found.max():.3f}, right {right.min():.3f} to {right.max():.3f}")
    full = 4 ** (dimensions / p)
    still(f"{name}: every window of ones is {full:.2f}", np.allclose(found.detach(), full))
    last = 2 ** (dimensions / p)
    still(f"{name}: by definition the last one is {last:.2f}", np.isclose(right.flat[-1], last))
    still(f"{name}: so is the module", torch.equal(module(p, 4, 4, ceil_mode=True)(ones), found))
    if p == 1:
        found.sum().backward()
        slopes = ones.grad
        print(f"    slopes of the sum of all, 1 by definition: {slopes.min():.2f} to {slopes.max():.2f}")
        still(f"{name}: slopes are up to {2**dimensions} instead of 1", bool(slopes.max() == 2**dimensions))
    noise = torch.rand(2, 3, *(12, 8, 6)[:dimensions], dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found, right = function(noise, p, 3, 2, ceil_mode=True).numpy(), by_definition(noise.numpy(), p, 3, 2)
    inner = (..., *(slice(0, (n - 3) // 2 + 1) for n in noise.shape[2:]))
    print(f"    noise: {np.abs(found / right - 1).max():.3f} of the value off at most")
    still(f"{name}: noise: full windows are right", np.allclose(found[inner], right[inner]))
    still(f"{name}: noise: cut ones are not", np.abs(found / right - 1).max() > 0.2)
    plain = function(noise, p, 3, 2).numpy()
    still(f"{name}: without ceil mode it is right", np.allclose(plain, right[inner]))
    whole = function(nn.functional.pad(noise, (0, 5) * dimensions), p, 3, 2).numpy()
    whole = whole[(..., *(slice(0, n) for n in right.shape[2:]))]
    still(f"{name}: padded by zeros before it is right", np.allclose(whole, right))

sys.exit(bool(changed))
EOF
