#!/usr/bin/env bash
# torch.nn.functional.interpolate: with antialias=True, align_corners=True moves the picture and aligns no corner.
#
# `align_corners=True` shall align the centres of the corner pixels and preserve their values. With `antialias=True` the
# spacing of the samples is that of aligned corners, but they start half a sample late, as without aligning: a ramp of 0
# to 15 enlarged from 16 to 32 pixels ends at 14.74, not 15, and is up to a quarter of a pixel beside the same call
# without `antialias`, although antialiasing does nothing when enlarging (without `align_corners` the two are equal).
# From 16 to 8 pixels the ramp is moved by 0.57 pixel in its middle. Mirroring before and after gives another picture.
#
# Who is bitten: whoever adds `antialias=True` to a network or a resize that was made with `align_corners=True` (those
# of segmentation, flow and depth often are): the picture moves towards the end, and flow or keypoints do not.
#
# Versions: torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_antialias_aligns_no_corners.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import torch
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def resized(picture, width, antialias, aligned):
    size = (picture.shape[2], width)
    return F.interpolate(picture, size=size, mode="bilinear", antialias=antialias, align_corners=aligned)


print("torch", torch.__version__)
ramp = torch.arange(16, dtype=torch.float64).expand(1, 1, 16, 16).contiguous()
for width in (32, 31, 24, 8):
    found = resized(ramp, width, True, True)[0, 0, 5].numpy()
    plain = resized(ramp, width, False, True)[0, 0, 5].numpy()
    centres = np.arange(width) * 15 / (width - 1)
    late = (np.arange(width) + 0.5) * 15 / (width - 1) - 0.5
    ends = f"{found[0]:.3f} to {found[-1]:.3f}, without antialias {plain[0]:.3f} to {plain[-1]:.3f}"
    print(f"16 to {width} pixels: {ends}")
    still(f"16 to {width}: without antialias, the corners are aligned", np.allclose(plain, centres))
    if width > 16:
        still(f"16 to {width}: the last corner is lost by over 0.1", found[-1] < 14.9)
        still(f"16 to {width}: every sample is half a sample late", np.allclose(found, late.clip(0)))
    else:
        middle = slice(2, -2)
        still(f"16 to {width}: the middle is half a sample late", np.allclose(found[middle], late[middle], atol=0.1))
        still(f"16 to {width}: by over half a pixel", late[4] - centres[4] > 0.5)
    open_corners = [resized(ramp, width, antialias, False)[0, 0, 5].numpy() for antialias in (True, False)]
    if width > 16:
        still(f"16 to {width}: not aligned, antialias makes no difference", np.allclose(*open_corners))
noise = torch.rand(1, 1, 16, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
for antialias, aligned in ((True, True), (True, False), (False, True)):
    found, mirrored = (resized(one, 24, antialias, aligned) for one in (noise, noise.flip(3)))
    difference = float((found - mirrored.flip(3)).abs().max())
    print(f"mirrored before and after, antialias={antialias}, align_corners={aligned}: differs by {difference:.3f}")
    still(f"mirroring, {antialias}, {aligned}: {'another picture' if antialias and aligned else 'the same'}",
          (difference > 0.1) == (antialias and aligned))

sys.exit(bool(changed))
EOF
