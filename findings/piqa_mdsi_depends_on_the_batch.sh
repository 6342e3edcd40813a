#!/usr/bin/env bash
# piqa: MDSI of a picture with itself is 0 alone and 0.35 beside another pair; on its side a pair has another.
#
# MDSI is the mean deviation of a map of similarities from the mean of that map. piqa takes that mean over the first two
# of the axes (batch, rows, columns) instead of the last two (`dim=(-2, -3)` in piqa/mdsi.py, where the channels are
# gone already): each column has a mean of its own, which is that of all pairs of the batch. So equal pictures are 0
# alone, which is right, and far from it beside unlike ones; with `reduction="none"` too. Alone, a pair whose left half
# is noisy has 0.39 and turned on its side 0.44; by the definition, written anew in NumPy here, 0.44 in both cases. With
# the mean over batch and rows put into that, it gives piqa's numbers to 0.001.
#
# Who is bitten: whoever compares by it (lower is better): tables depend on batch size and shuffling, pictures with
# damage at one side are taken for better; and as a loss it pulls pictures by others. A loop over pairs does
# not help, as single ones are wrong as well.
#
# Versions: piqa 1.3.2, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/piqa_mdsi_depends_on_the_batch.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps piqa==1.3.2
./env/bin/python -W ignore - <<'EOF'
import sys
import types

import numpy as np
import torch
from torch.nn import functional as F

# piqa takes the networks of its LPIPS from torchvision; MDSI needs nothing of it, so that an empty one will do
sys.modules["torchvision"] = types.ModuleType("torchvision")
sys.modules["torchvision.models"] = sys.modules["torchvision"].models = types.ModuleType("torchvision.models")
from piqa import MDSI  # noqa: E402

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def lhm(pictures):
    """Return luminance and two chromaticities (pairs, 3, height, width) of RGB in 0..255."""
    matrix = np.array([[0.06, 0.63, 0.27], [0.30, 0.04, -0.35], [0.34, -0.60, 0.17]])
    return np.einsum("ij,njhw->nihw", matrix, pictures)


def slope(plane):
    """Return the length of Prewitt's gradient, 0 beyond the borders."""
    one = np.pad(plane, ((0, 0), (1, 1), (1, 1)))
    down = one[:, 2:] - one[:, :-2]
    right = one[:, :, 2:] - one[:, :, :-2]
    down = (down[:, :, :-2] + down[:, :, 1:-1] + down[:, :, 2:]) / 3
    right = (right[:, :-2] + right[:, 1:-1] + right[:, 2:]) / 3
    return np.hypot(down, right)


def alike(one, other, constant):
    return (2 * one * other + constant) / (one**2 + other**2 + constant)


def defined(first, second, axes=(1, 2)):
    """Return MDSI (pairs,) of pictures in 0..1; `axes` are those of (pairs, rows, columns) the mean is taken over."""
    x, y = (lhm(255 * pictures.double().numpy()) for pictures in (first, second))
    of_x, of_y, of_both = slope(x[:, 0]), slope(y[:, 0]), slope((x[:, 0] + y[:, 0]) / 2)
    gradients = alike(of_x, of_y, 140) + alike(of_x, of_both, 55) - alike(of_y, of_both, 55)
    products, squares = (x[:, 1:] * y[:, 1:]).sum(1), (x[:, 1:] ** 2 + y[:, 1:] ** 2).sum(1)
    both = 0.6 * gradients + 0.4 * (2 * products + 550) / (squares + 550)
    root = both.astype(complex) ** 0.25
    return np.abs(root - root.mean(axis=axes, keepdims=True)).mean(axis=(1, 2)) ** 0.25


score = MDSI(reduction="none")
generator = torch.Generator().manual_seed(0)
clean = F.interpolate(torch.rand(1, 3, 33, 33, generator=generator), (128, 128), mode="bicubic").clamp(0, 1)
noise = 0.2 * torch.randn(1, 3, 128, 128, generator=generator)
half = clean.clone()
half[..., :64] = (clean + noise)[..., :64].clamp(0, 1)
alone = float(score(clean, clean)[0])
beside = float(score(torch.cat([clean, clean]), torch.cat([clean, half]))[0])
truth = defined(torch.cat([clean, clean]), torch.cat([clean, half]))
print(f"a picture with itself: alone {alone:.4f}, beside another pair {beside:.4f}, by definition {truth[0]:.4f}")
still("alone 0, beside another pair over 0.3, by definition 0", alone < 1e-3 and beside > 0.3 and truth[0] < 1e-3)
upright, lying = float(score(clean, half)[0]), float(score(clean.mT, half.mT)[0])
true_upright, true_lying = float(defined(clean, half)[0]), float(defined(clean.mT, half.mT)[0])
print(f"left half noisy: {upright:.4f}, upper half {lying:.4f}; by definition {true_upright:.4f} and {true_lying:.4f}")
still("by definition equal", abs(true_upright - true_lying) < 1e-6)
still("left half noisy: too low by more than 0.03", upright < true_upright - 0.03)
still("the pair on its side: over 0.03 higher", lying > upright + 0.03)
for name, first, second in (
    ("alone", clean, half),
    ("two pairs", torch.cat([clean, clean]), torch.cat([clean, half])),
    ("lying", clean.mT, half.mT),
):
    found, odd = score(first, second).numpy(), defined(first, second, axes=(0, 1))
    print(f"{name}: piqa {found.round(4)}, defined with the mean over pairs and rows {odd.round(4)}")
    still(f"{name}: the mean over pairs and rows gives piqa's numbers", np.abs(found - odd).max() < 1e-3)

sys.exit(bool(changed))
EOF
