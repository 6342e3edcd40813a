#!/usr/bin/env bash
# torch.nn.functional.interpolate: the gradient of 3-D nearest goes to other voxels than those that were copied.
#
# `mode="nearest"` with a `scale_factor` of 1.2 makes 4 frames of 4. The forward pass copies frames 0, 0, 1 and 2, as
# the factor says (floor of index / 1.2); the backward pass sends the gradients to frames 0, 1, 2 and 3. So it is
# wherever the number stays the same or is doubled by a factor that is not just 1 or 2; torch's own gradcheck fails.
# With 4 dimensions (images) and the same factor both passes take 0, 1, 2 and 3, so that also the forward pass differs
# between an image and a clip. Given as `size`, or with `recompute_scale_factor=True`, all agree.
#
# Who is bitten: networks over clips and volumes whose factor leaves a short axis as long as it is: they learn, but not
# from what they showed; and whoever checks a network over clips against one over images.
#
# Versions: torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_nearest_3d_gradient_goes_elsewhere.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import torch
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def sources(dimensions, number, **options):
    """Return which inputs the outputs along the last axis are copies of, and which inputs their gradients reach."""
    shape = (1, 1, *(1,) * (dimensions - 1), number)
    values = torch.arange(float(number)).view(shape).requires_grad_()
    result = F.interpolate(values, mode="nearest", **options).flatten()
    reached = [int(torch.autograd.grad(one, values, retain_graph=True)[0].argmax()) for one in result]
    return [int(one) for one in result], reached


def factors(dimensions, factor):
    return (1.0,) * (dimensions - 1) + (factor,)


print("torch", torch.__version__)
for number, factor in ((4, 1.2), (3, 1.3), (6, 2.1)):
    by_factor = [min(int(index / factor), number - 1) for index in range(int(number * factor))]
    by_size = [index * number // len(by_factor) for index in range(len(by_factor))]
    copied, reached = sources(3, number, scale_factor=factors(3, factor))
    print(f"{number} times {factor}: copies of {copied}, gradients to {reached}")
    still(f"{number} times {factor}, 3-D: copied by the factor", copied == by_factor != by_size)
    still(f"{number} times {factor}, 3-D: gradients by the size", reached == by_size)
    flat = sources(2, number, scale_factor=factors(2, factor))
    still(f"{number} times {factor}, 2-D: both by the size", flat == (by_size, by_size))
    size = (1, 1, len(by_factor))
    again = sources(3, number, scale_factor=factors(3, factor), recompute_scale_factor=True)
    given = sources(3, number, size=size)
    still(f"{number} times {factor}, 3-D, as size or recomputed: by the size", given == again == (by_size, by_size))
for number, factor in ((10, 1.3), (7, 1.9), (6, 2.0)):
    copied, reached = sources(3, number, scale_factor=factors(3, factor))
    still(f"{number} times {factor}, 3-D: both agree", copied == reached)
torch.manual_seed(0)
clip = torch.rand(1, 2, 4, 5, 5, dtype=torch.float64, requires_grad=True)
for factor, right in ((1.2, False), (2.0, True)):
    larger = torch.nn.Upsample(scale_factor=factor, mode="nearest")
    passed = torch.autograd.gradcheck(larger, clip, raise_exception=False)
    still(f"gradcheck of 4 frames of 5 x 5, times {factor}: {'passes' if right else 'fails'}", passed == right)

sys.exit(bool(changed))
EOF
