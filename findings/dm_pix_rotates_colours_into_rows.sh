#!/usr/bin/env bash
# dm-pix: `rotate` turns pictures with channels first (CHW) between colours and rows, not between rows and columns.
#
# Its documentation says "Assumes that the image is either HWC or CHW", but it takes no `channel_axis` and always turns
# the first two axes. For 3 x 64 x 96 these are the colours and the rows: turned by 0.3 radians each row becomes a
# mixture of colours of rows far away, and columns are never moved; by 90 degrees nothing is left of an even red on
# black. The shape stays the same, so nothing tells. HWC is right, as SciPy's `rotate` says. `rgb_to_hsl` and
# `hsl_to_rgb` do take `channel_axis=0`, but give back (64, 96, 3) for (3, 64, 96), while `rgb_to_hsv` and all others
# give (3, 64, 96): a square of 3 x 3 pixels, or a reshape, takes them for what they are not.
#
# Who is bitten: augmentation of CHW pictures, which all other functions of dm-pix support. Instead: turn
# `jnp.moveaxis(picture, 0, -1)` and move the axis back.
#
# Versions: dm-pix 0.4.5, jax 0.10.2, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/dm_pix_rotates_colours_into_rows.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    dm-pix==0.4.5 jax==0.10.2 scipy==1.17.1 numpy==2.4.6
JAX_PLATFORMS=cpu ./env/bin/python - <<'EOF'
import colorsys
import sys
from importlib.metadata import version

import dm_pix
import jax.numpy as jnp
import numpy as np
from scipy import ndimage

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_dm_pix(function, picture, *settings, **named):
    return np.asarray(function(jnp.asarray(picture), *settings, **named))


print("dm-pix", version("dm-pix"), "jax", version("jax"))
random = np.random.default_rng(0)
picture = ndimage.gaussian_filter(random.random((64, 96, 3)), (3, 3, 0))
picture = ((picture - picture.min()) / np.ptp(picture)).astype(np.float32)
first = picture.transpose(2, 0, 1).copy()
still("the documentation names CHW", "HWC or CHW" in dm_pix.rotate.__doc__)
for angle in (0.1, 0.3, np.pi / 2):
    for mode in ("nearest", "constant"):
        name = f"by {angle:.2f}, {mode}"
        true = ndimage.rotate(picture, np.degrees(angle), axes=(1, 0), reshape=False, order=1, mode=mode)
        last = by_dm_pix(dm_pix.rotate, picture, angle, mode=mode)
        found = by_dm_pix(dm_pix.rotate, first, angle, mode=mode)
        moved = np.moveaxis(by_dm_pix(dm_pix.rotate, np.moveaxis(first, 0, -1), angle, mode=mode), -1, 0)
        mixed = ndimage.rotate(first, np.degrees(angle), axes=(1, 0), reshape=False, order=1, mode=mode)
        inside = np.s_[4:-4, 4:-4]
        off = np.abs(found.transpose(1, 2, 0) - true)[inside]
        print(f"{name}: CHW is up to {off.max():.2f} off, {off.mean():.3f} on average")
        if angle < 1 or mode == "nearest":
            still(f"{name}: HWC is right", np.abs(last - true)[inside].max() < 1e-3)
        still(f"{name}: CHW is over 0.3 off", off.max() > 0.3 and found.shape == first.shape)
        if angle < 1:
            still(f"{name}: as turned between colours and rows", np.abs(found - mixed)[:, 4:-4].max() < 1e-3)
        still(f"{name}: with the axis moved, CHW is right", np.array_equal(moved.transpose(1, 2, 0), last))
red = np.zeros((3, 64, 96), np.float32)
red[0] = 1
found = by_dm_pix(dm_pix.rotate, red, np.pi / 2, mode="constant")
print(f"an even red, turned by 90 degrees: {(found[0] > 0.5).mean():.0%} of it is left")
still("nothing is left of it", (found[0] <= 0.5).all())
last = by_dm_pix(dm_pix.rotate, np.moveaxis(red, 0, -1), np.pi / 2, mode="constant")
still("of HWC, more than half is", (last[..., 0] > 0.5).mean() > 0.5)
for name in ("rgb_to_hsl", "hsl_to_rgb", "rgb_to_hsv", "hsv_to_rgb"):
    shape = by_dm_pix(getattr(dm_pix, name), first, channel_axis=0).shape
    print(f"{name} of (3, 64, 96) with channel_axis=0: {shape}")
    still(f"{name}: the axis is moved for hsl alone", shape == ((64, 96, 3) if "hsl" in name else (3, 64, 96)))
small = first[:, 10:13, 20:23]
true = np.array([colorsys.rgb_to_hls(*map(float, pixel)) for pixel in small.reshape(3, -1).T])[:, [0, 2, 1]]
found = by_dm_pix(dm_pix.rgb_to_hsl, small, channel_axis=0)
still("3 x 3 pixels: the hue is not in [0]", np.abs(found[0].ravel() - true[:, 0]).max() > 0.1)
still("3 x 3 pixels: it is in [..., 0]", np.abs(found[..., 0].ravel() - true[:, 0]).max() < 1e-4)

sys.exit(bool(changed))
