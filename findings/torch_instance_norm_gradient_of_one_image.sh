#!/usr/bin/env bash
# torch InstanceNorm: for a batch of one image, its gradient in a channels_last network is wrong by over 100 %.
#
# On the CPU, with one image (or clip) in the batch, the gradient that reaches instance_norm in the channels_last layout
# is read as if it were contiguous: the result is, to the last digit, that of a gradient whose values stand at other
# pixels and channels. Nothing is raised, the output is right, and a batch of two images is right. In a residual network
# (convolution, instance norm, ReLU, convolution, instance norm, plus the input) with
# `.to(memory_format=torch.channels_last)` the gradients of all weights but the last are off by 73 to 123 %. A ReLU
# right behind the norm hides the fault, since it hands on a contiguous gradient; GELU, SiLU, a sum or nothing does not.
#
# Who is bitten: image translation and style transfer, which train with one image and instance norm, on a CPU with the
# layout that is recommended there for speed; gradients of a single image or clip for an attribution or a latent.
#
# Versions: torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_instance_norm_gradient_of_one_image.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import copy
import sys

import torch
from torch import nn
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def normalised(images):
    """Compute the instance norm by its definition."""
    axes = tuple(range(2, images.dim()))
    centred = images - images.mean(axes, keepdim=True)
    return centred / (centred.square().mean(axes, keepdim=True) + 1e-5).sqrt()


def gradient(function, images, arriving):
    images = images.clone().requires_grad_()
    return torch.autograd.grad(function(images), images, arriving)[0]


def off(found, truth):
    """Return by how much of the truth's length a gradient is off."""
    return float((found - truth).norm() / truth.norm())


print("torch", torch.__version__)
torch.manual_seed(0)
for name, size, layout in (
    ("images", (3, 9, 17), torch.channels_last),
    ("clips", (3, 4, 9, 17), torch.channels_last_3d),
):
    for number in (1, 2):
        images = torch.rand(number, *size, dtype=torch.float64)
        arriving = torch.rand_like(images)
        truth = gradient(normalised, images, arriving)
        plain = off(gradient(F.instance_norm, images, arriving), truth)
        still(f"{name}, {number} in the batch, contiguous: right", plain < 1e-9)
        found = gradient(F.instance_norm, images, arriving.contiguous(memory_format=layout))
        print(f"{name}, {number} in the batch, {layout}: off by {off(found, truth):.0%}")
        still(
            f"{name}, {number} in the batch, channels last: {'wrong' if number == 1 else 'right'}",
            off(found, truth) > 0.5 if number == 1 else off(found, truth) < 1e-9,
        )
        if number == 1:
            misread = arriving.movedim(1, -1).reshape(arriving.shape)
            reading = off(found, gradient(normalised, images, misread))
            still(f"{name}: it is the gradient whose memory was read as contiguous", reading < 1e-9)


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.branch = nn.Sequential(
            nn.Conv2d(width, width, 3, padding=1),
            nn.InstanceNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.InstanceNorm2d(width),
        )

    def forward(self, image):
        return image + self.branch(image)


def errors(network, number):
    """Return for each weight by how much the channels_last layout changes its gradient."""
    network, images = network.double(), torch.rand(number, 3, 32, 32, dtype=torch.float64)
    target, gradients = torch.rand_like(network(images)), []
    for layout in (torch.contiguous_format, torch.channels_last):
        trained = copy.deepcopy(network).to(memory_format=layout)
        (trained(images) - target).square().mean().backward()
        gradients.append([weight.grad for name, weight in trained.named_parameters() if name.endswith("weight")])
    return [off(found, truth) for truth, found in zip(*gradients)]


for title, activation, hidden in (("ReLU", nn.ReLU, True), ("GELU", nn.GELU, False), ("SiLU", nn.SiLU, False)):
    network = nn.Sequential(nn.Conv2d(3, 8, 3), nn.InstanceNorm2d(8), activation(), nn.Conv2d(8, 3, 3))
    first = errors(network, 1)[0]
    still(f"{title} behind it, one image: {'right' if hidden else 'wrong'}", first < 1e-9 if hidden else first > 0.2)
network = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), Residual(8), Residual(8), nn.Conv2d(8, 3, 3, padding=1))
for number in (1, 2):
    by_weight = errors(network, number)
    print(f"residual network, {number} in the batch, weights off by:", *(f"{error:.0%}" for error in by_weight))
    if number == 1:
        still("residual network, one image: all weights but the last are off by over 20 %", min(by_weight[:-1]) > 0.2)
        still("residual network, one image: the last is right", by_weight[-1] < 1e-9)
    else:
        still("residual network, two images: all are right", max(by_weight) < 1e-9)

sys.exit(bool(changed))
EOF
