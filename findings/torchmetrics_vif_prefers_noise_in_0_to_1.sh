#!/usr/bin/env bash
# torchmetrics: visual information fidelity of pictures of 0..1 is better for noise than for the very picture itself.
#
# VIF compares what an eye could tell from two pictures, and the eye has a noise of its own: a variance of 2, of levels
# of 0..255. torchmetrics takes it as 2 for whatever comes, has no `data_range` and says nothing of a range, and its
# examples show `torch.randn`. Of pictures of 0..1, in which it takes those of its other metrics, a noisy one scores
# 1.002, the original 1, strong noise (a deviation of 0.2) 0.94 and half the contrast 0.25. Of the same pictures in
# 0..255, noise scores 0.36, strong noise 0.10 and half the contrast 0.75: the order is the other way round. sewar
# says the like of the same pictures in 8 bits: 0.36, 0.10 and 0.74.
#
# Who is bitten: whoever ranks predictors by VIF on the tensors that they are trained with: noise counts as nothing.
#
# Versions: torchmetrics 1.9.0, torch 2.13.0, sewar 0.4.10, scipy 1.17.1, pillow 13.0.0, numpy 2.4.6; seen on Linux
# x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torchmetrics_vif_prefers_noise_in_0_to_1.sh
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

import torch
import torchmetrics
from sewar.full_ref import vifp
from torch.nn.functional import interpolate
from torchmetrics.functional.image import visual_information_fidelity

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
torch.manual_seed(0)
layers = [torch.rand(1, 3, 96 // size, 96 // size) for size in (2, 4, 8, 16, 32)]
picture = sum(interpolate(layer, (96, 96), mode="bicubic") for layer in layers)
picture = (picture - picture.min()) / (picture.max() - picture.min())
noise = torch.randn_like(picture)
others = {
    "itself": picture,
    "noise": (picture + 0.05 * noise).clamp(0, 1),
    "strong noise": (picture + 0.2 * noise).clamp(0, 1),
    "half the contrast": picture / 2,
}
small, large, bytes_ = {}, {}, {}
for name, other in others.items():
    small[name] = float(visual_information_fidelity(other, picture))
    large[name] = float(visual_information_fidelity(255 * other, 255 * picture))
    pair = [(255 * one[0]).round().byte().permute(1, 2, 0).numpy() for one in (picture, other)]
    bytes_[name] = float(vifp(*pair))
    print(f"{name}: in 0..1 {small[name]:.4f}, in 0..255 {large[name]:.4f}, sewar of 8 bits {bytes_[name]:.4f}")
still("itself: 1 in each", all(abs(one["itself"] - 1) < 1e-4 for one in (small, large, bytes_)))
still("noise in 0..1: better than the picture itself", small["noise"] > 1.001)
still("noise in 0..255, and by sewar: below 0.5", max(large["noise"], bytes_["noise"]) < 0.5)
better = small["strong noise"] > 3 * small["half the contrast"]
still("in 0..1, strong noise is over 3 times better than half the contrast", better)
for name, scores in (("in 0..255", large), ("by sewar", bytes_)):
    still(f"{name}, it is over 5 times worse", 5 * scores["strong noise"] < scores["half the contrast"])

sys.exit(bool(changed))
EOF
