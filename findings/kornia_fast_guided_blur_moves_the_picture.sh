#!/usr/bin/env bash
# Kornia: `guided_blur` with `subsample` moves the picture: with 4 by 1.5 pixels down and right, or by 2.5 up and left.
#
# The fast guided filter computes its coefficients on a smaller picture and enlarges them. Kornia takes every s-th pixel
# from the first one on, and enlarges as if these lay in the middle of their s x s: that moves all by (s - 1) / 2, half
# a pixel for 2, 1.5 for 4. Its kernel becomes (k - 1) // s + 1 pixels wide; where that is even, as for 5 and 4, it is
# no more centred, and moves by one coarse pixel in the other direction (4 - 1.5 = 2.5 up and left). Where the guide is
# the picture itself and has strong edges these stay, since they are the guide's; where the guide is even or another
# picture (haze, depth, masks, flow), the spots of the input lie elsewhere, and mirroring the inputs changes the
# result. Its manual names the pixels that are taken, and no move. With `subsample=1` all is centred.
#
# Who is bitten: refined masks, depths and flows are a pixel or more beside their picture. Instead: subsample=1.
#
# Versions: kornia 0.9.0, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/kornia_fast_guided_blur_moves_the_picture.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check kornia==0.9.0 torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import kornia
import torch

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def centre(picture):
    """The centre of mass of a picture (1, 1, rows, columns), in pixels."""
    places = [torch.arange(n, dtype=torch.float64) for n in picture.shape[2:]]
    return [float((picture[0, 0].sum(1 - axis) * place).sum() / picture.sum()) for axis, place in enumerate(places)]


print("kornia", kornia.__version__, "torch", torch.__version__)
rows, columns = (torch.arange(64, dtype=torch.float64)[:, None], torch.arange(80, dtype=torch.float64)[None])
spot = torch.exp(-((rows - 30) ** 2 + (columns - 41) ** 2) / (2 * 5**2))[None, None]
noise = torch.rand(1, 1, 64, 80, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
for channels in (1, 3):
    guide = torch.full((1, channels, 64, 80), 0.5, dtype=torch.float64)
    for size, subsample, step in ((5, 1, 0.0), (9, 1, 0.0), (5, 2, 0.5), (9, 2, 0.5), (9, 4, 1.5), (5, 4, -2.5)):
        found = kornia.filters.guided_blur(guide, spot, size, 1e-3, subsample=subsample)
        down, right = (a - b for a, b in zip(centre(found), centre(spot), strict=True))
        name = f"{channels} channels, kernel {size}, subsample {subsample}"
        print(f"{name}: moved by {down:.2f} down and {right:.2f} right")
        still(f"{name}: by {step} both ways", abs(down - step) < 0.05 and abs(right - step) < 0.05)
        mirrored = kornia.filters.guided_blur(guide, noise.flip(3), size, 1e-3, subsample=subsample).flip(3)
        off = (mirrored - kornia.filters.guided_blur(guide, noise, size, 1e-3, subsample=subsample)).abs().max()
        print(f"    mirrored noise of 0..1: {off:.3f} off")
        still("    mirroring makes a difference if it is subsampled", (off > 0.05) == (subsample > 1))

sys.exit(bool(changed))
EOF
