#!/usr/bin/env bash
# segmentation_models_pytorch: pixels to be ignored lower the cross entropies: with half of them ignored, to one half.
#
# `SoftCrossEntropyLoss` calls itself a "Drop-in replacement for torch.nn.CrossEntropyLoss" with smoothed labels. Both
# take an `ignore_index`; PyTorch takes the mean of the pixels that are left, this class sums them and divides by all.
# `SoftBCEWithLogitsLoss`, a "Drop-in replacement for torch.nn.BCEWithLogitsLoss with few additions", does so too. So
# both, and their gradients, are the true ones times the share of pixels that are left, and vary from batch to batch
# with it. The same pixels cut out, and `FocalLoss`, `DiceLoss` and `LovaszLoss` of the same library with the same
# `ignore_index`, give what they ought to. Without ignored pixels both classes are PyTorch's.
#
# Who is bitten: whoever trains on masks with unlabelled parts: frames with much of it count less, learning rates that
# suit CrossEntropyLoss are too small, and a sum with a Dice loss weighs the two otherwise in each batch. Instead:
# torch.nn.CrossEntropyLoss with `label_smoothing` and `ignore_index`.
#
# Versions: segmentation_models_pytorch 0.6.0, torch 2.13.0, torchvision 0.28.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/smp_losses_count_ignored_pixels.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    segmentation_models_pytorch==0.6.0 torch==2.13.0 torchvision==0.28.0 numpy==2.4.6
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

import segmentation_models_pytorch as smp
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("segmentation_models_pytorch", smp.__version__)
print("torch", torch.__version__, "torchvision", torchvision.__version__)
torch.manual_seed(0)
losses = smp.losses
scores, labels = torch.randn(2, 3, 16, 8), torch.randint(0, 3, (2, 16, 8))
one, binary = torch.randn(2, 1, 16, 8), torch.randint(0, 2, (2, 1, 16, 8)).float()
for rows in (0, 4, 8, 12, 15):
    left = 1 - rows / 16
    holed, mask = labels.clone(), binary.clone()
    holed[:, :rows], mask[:, :, :rows] = 255, 255
    for smoothing in (0.0, 0.1):
        found = losses.SoftCrossEntropyLoss(smooth_factor=smoothing, ignore_index=255)(scores, holed).item()
        wanted = cross_entropy(scores, holed, ignore_index=255, label_smoothing=smoothing).item()
        print(f"{left:.0%} left, smoothing {smoothing}: {found:.4f}; PyTorch: {wanted:.4f}")
        still("    its loss times the share that is left", abs(found - wanted * left) < 1e-5)
    found = losses.SoftBCEWithLogitsLoss(ignore_index=255)(one, mask).item()
    wanted = binary_cross_entropy_with_logits(one[:, :, rows:], binary[:, :, rows:]).item()
    print(f"{left:.0%} left, binary: {found:.4f}; PyTorch, of the pixels left: {wanted:.4f}")
    still("    its loss times the share that is left", abs(found - wanted * left) < 1e-5)

holed = labels.clone()
holed[:, :8] = 255
kept = scores[:, :, 8:].contiguous(), labels[:, 8:].contiguous()
for name in ("FocalLoss", "DiceLoss", "LovaszLoss"):
    found = getattr(losses, name)("multiclass", ignore_index=255)(scores, holed).item()
    cut = getattr(losses, name)("multiclass")(*kept).item()
    print(f"{name}: half ignored {found:.4f}, half cut out {cut:.4f}")
    still(f"{name}: ignored is as cut out", abs(found - cut) < 1e-5)
gradients = []
by_smp = losses.SoftCrossEntropyLoss(smooth_factor=0.0, ignore_index=255)
for loss in (by_smp, torch.nn.CrossEntropyLoss(ignore_index=255)):
    given = scores.clone().requires_grad_()
    loss(given, holed).backward()
    gradients.append(given.grad)
still("half ignored: half the gradient", bool(torch.allclose(2 * gradients[0], gradients[1], atol=1e-7)))

sys.exit(bool(changed))
EOF
