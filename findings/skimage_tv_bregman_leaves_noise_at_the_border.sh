#!/usr/bin/env bash
# scikit-image: denoise_tv_bregman leaves 2 to 14 times as much noise in the border of a picture as in its middle.
#
# The solver (_denoise_cy.pyx) works on a picture with one more pixel on each side. These are set once, from the noisy
# picture, and never again: while it is smoothed, each border pixel keeps being pulled towards its own noise. In the
# last row and column they are the pixel itself, in the first ones the second row and column. So the border is wrong by
# as much as a whole filter: even gray with noise of 0.1 and weight 2 has 0.009 in the middle and 0.040 in the last row;
# of a weight of 10 without isotropy 0.003 and 0.037. The picture mirrored gives another result than the result
# mirrored, by 0.1 and more of 1; it does not come from stopping early, since 3000 steps more change nothing.
# denoise_tv_chambolle of the same smoothness has no such border, and neither has Bregman of a picture padded before.
#
# Who is bitten: tiles, crops and small frames: seams of noise along the borders of all of them.
# Instead: np.pad(picture, 8, "symmetric"), denoise, and cut the border off again, or denoise_tv_chambolle.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/skimage_tv_bregman_leaves_noise_at_the_border.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import skimage
from skimage.restoration import denoise_tv_bregman, denoise_tv_chambolle

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def bregman(picture, weight, isotropic, pad=0, steps=1000):
    """Denoise a picture that is mirrored by so many pixels before, and cut off what was added."""
    given = np.pad(picture, pad, mode="symmetric")
    found = denoise_tv_bregman(given, weight, eps=1e-6, max_num_iter=steps, isotropic=isotropic)
    return found[pad : pad + picture.shape[0], pad : pad + picture.shape[1]]


def noise(picture):
    """Return the standard deviation of the middle and those of the first and the last row and column."""
    sides = picture[0], picture[-1], picture[:, 0], picture[:, -1]
    return float(picture[20:-20, 20:-20].std()), [float(side.std()) for side in sides]


print("scikit-image", skimage.__version__)
picture = 0.5 + 0.1 * np.random.default_rng(0).standard_normal((100, 120))
for weight, isotropic, times in ((1, True, 2.5), (2, True, 2.5), (5, True, 2.2), (10, True, 1.7), (10, False, 8)):
    plain = bregman(picture, weight, isotropic)
    padded = bregman(picture, weight, isotropic, pad=8)
    name = f"weight {weight}, isotropic {isotropic}"
    for kind, found in (("as it is", plain), ("padded", padded)):
        middle, sides = noise(found)
        print(f"{name}, {kind}: noise {middle:.4f} in the middle;", *(f"{side:.4f}" for side in sides), "at the sides")
        ratio = max(sides) / middle
        if kind == "as it is":
            still(f"at a side over {times} times as much", ratio > times and min(sides) > 1.4 * middle)
            worst = max(sides)
        else:
            still("at no side over 0.8 times as much as without padding", max(sides) < 0.8 * worst)
    still("in the middle the same", np.abs(plain - padded)[20:-20, 20:-20].max() < 2e-3)
    more = bregman(picture, weight, isotropic, steps=4000)
    still("4000 steps are no better", abs(noise(more)[1][1] / noise(plain)[1][1] - 1) < 0.05)
    mirrored = bregman(np.ascontiguousarray(picture[::-1]), weight, isotropic)[::-1]
    apart = float(np.abs(mirrored - plain)[[0, -1]].max())
    print(f"{name}: mirrored, the first and last row are up to {apart:.3f} different")
    still("by 0.05 and more", apart > 0.05)
middle, sides = noise(denoise_tv_chambolle(picture, 0.2, eps=1e-6, max_num_iter=1000))
print(f"Chambolle: noise {middle:.4f} in the middle;", *(f"{side:.4f}" for side in sides), "at the sides")
still("Chambolle: at no side over 1.6 times as much", max(sides) < 1.6 * middle)

sys.exit(bool(changed))
EOF
