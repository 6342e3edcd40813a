#!/usr/bin/env bash
# Kornia: `warp_perspective3d` by the identity enlarges a volume: rows of 0 to 9 become 0, 0.61, 1.72 ... 8.39, 9.
#
# By its manual, dst(x, y, z) = src(M^-1 (x, y, z, 1)) for a matrix M of pixels: the identity has to give the volume
# itself, as the 2-D `warp_perspective` does for either `align_corners`. But M is turned into the coordinates of
# `align_corners=True`, in which the centres of the first and the last pixel are -1 and 1, and the result is sampled
# with `align_corners=False`, the default of this function, in which the borders are. So everything is scaled about the
# middle by n / (n - 1) along each axis, 1.2 for 6 frames: values are up to half a pixel off at the borders, and with
# the zeros beyond the border each face has half its value and a corner an eighth. Moves are scaled alike: three columns
# to the right become 3.33 of 10. With `align_corners=True` all is right; `warp_affine3d`, whose default that is, too.
#
# Who is bitten: registration and augmentation of volumes and of clips taken as volumes; repeated warps blur and zoom,
# and their borders get dark. Instead: align_corners=True.
#
# Versions: kornia 0.9.0, torch 2.13.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/kornia_warp_perspective3d_of_nothing_enlarges.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    kornia==0.9.0 torch==2.13.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import kornia
import numpy as np
import torch
from kornia.geometry.transform import warp_affine3d, warp_perspective, warp_perspective3d
from scipy.ndimage import map_coordinates

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)

print("kornia", kornia.__version__, "torch", torch.__version__)
size = (6, 8, 10)
same = torch.eye(4)[None]
for axis, name in enumerate(("frames", "rows", "columns")):
    count = size[axis]
    ramp = torch.arange(float(count)).reshape([count if a == axis else 1 for a in range(3)]).expand(size)[None, None]
    found = warp_perspective3d(ramp, same, size, border_mode="border")[0, 0].movedim(axis, 0)
    line = found[:, 3, 3].numpy()
    middle = (count - 1) / 2
    scaled = np.clip((np.arange(count) - middle) * count / (count - 1) + middle, 0, count - 1)
    print(f"{name} 0 to {count - 1} become {line.round(2)}")
    still(f"{name}: enlarged by {count}/{count - 1} about the middle", np.abs(line - scaled).max() < 1e-4)
    still(f"{name}: the same everywhere across", torch.allclose(found, found[:, 3:4, 3:4], atol=1e-4))
    right = warp_perspective3d(ramp, same, size, border_mode="border", align_corners=True)
    still(f"{name}: with align_corners=True it stays", torch.allclose(right, ramp, atol=1e-4))

white = warp_perspective3d(torch.ones(1, 1, *size), same, size)[0, 0]
print(f"white: middle {white[3, 4, 5]:.3f}, face {white[0, 4, 5]:.3f}, corner {white[0, 0, 0]:.3f}")
still("white: a face is 0.5, a corner 0.125", abs(white[0, 4, 5] - 0.5) < 1e-4 and abs(white[0, 0, 0] - 0.125) < 1e-4)
noise = torch.rand(1, 1, *size, generator=torch.Generator().manual_seed(0))
print(f"noise of 0..1: {(warp_perspective3d(noise, same, size) - noise).abs().max():.2f} off")
still("noise: over 0.6 off", (warp_perspective3d(noise, same, size) - noise).abs().max() > 0.6)
still("noise: warp_affine3d leaves it", torch.allclose(warp_affine3d(noise, same[:, :3], size), noise, atol=1e-5))
for align in (True, False):
    flat = warp_perspective(noise[:, :, 0], torch.eye(3)[None], size[1:], align_corners=align)
    still(f"noise: in 2-D it stays, align_corners={align}", torch.allclose(flat, noise[:, :, 0], atol=1e-5))

moved = same.clone()
moved[0, 0, 3] = 3
ramp = torch.arange(10.0).expand(size)[None, None]
places = np.mgrid[: size[0], : size[1], : size[2]].astype(float)
places[2] -= 3
expected = map_coordinates(ramp[0, 0].numpy(), places, order=1, mode="nearest")
for align in (True, False):
    found = warp_perspective3d(ramp, moved, size, border_mode="border", align_corners=align)[0, 0, 3, 4].numpy()
    print(f"three to the right, align_corners={align}: {found.round(2)}")
    off = np.abs(found - expected[3, 4]).max()
    still(f"three to the right: {'as by SciPy' if align else 'over 0.3 off'}", off < 1e-4 if align else off > 0.3)

sys.exit(bool(changed))
EOF
