#!/usr/bin/env bash
# torch.export: a program whose sizes are said to be free takes either even or odd ones, as did the example.
#
# Halve an image with `ceil_mode`, double it, crop it to its size: as at every level of a U-Net that takes any size.
# Exported with `Dim.DYNAMIC`, which promises an error where a size is not free, there is none, and the ranges are from
# 2 to infinity. But a program that was made from an image of even sides refuses odd ones (`Guard failed`), one made
# from odd sides refuses even ones, and both refuse one odd and one even side. What is guarded is not what is computed,
# but whether the cropped tensor is contiguous: with `module(check_guards=False)` either is right at all of these sizes.
#
# Who is bitten: whoever tries a program at other sizes of the same kind, such as multiples of 16, before it is shipped.
#
# Versions: torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/torch_export_free_sizes_are_even_or_odd.sh
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
from torch.export import Dim, export
from torch.nn import functional as F

SIZES = {"even": (64, 80), "odd": (61, 83), "odd and even": (61, 80)}
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class Doubled(torch.nn.Module):
    def forward(self, image):
        coarse = F.avg_pool2d(image, 2, ceil_mode=True)
        return torch.cat([image, F.interpolate(coarse, scale_factor=2)[..., : image.shape[2], : image.shape[3]]], dim=1)


def taken(compute):
    """Return the kinds of sizes that are computed, and whether every result is right."""
    kinds, right = [], True
    for kind, size in SIZES.items():
        image = torch.rand(2, 3, *size)
        try:
            right = torch.equal(compute(image), Doubled()(image)) and right
            kinds.append(kind)
        except AssertionError as error:
            print("   ", size, str(error)[:100])
    return kinds, right


print("torch", torch.__version__)
free = ({0: Dim.DYNAMIC, 2: Dim.DYNAMIC, 3: Dim.DYNAMIC},)
for kind, size in (("even", (36, 44)), ("odd", (35, 43))):
    program = export(Doubled(), (torch.rand(2, 3, *size),), dynamic_shapes=free)
    ranges = [str(values) for values in program.range_constraints.values()]
    print(f"made from {size}: ranges {ranges}")
    still("no range has an end", len(ranges) == 3 and all("oo" in values for values in ranges))
    still(f"made from {kind} sides, it takes no others", taken(program.module()) == ([kind], True))
    still("without guards, it takes all, and is right", taken(program.module(check_guards=False)) == ([*SIZES], True))

sys.exit(bool(changed))
EOF
