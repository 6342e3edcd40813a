#!/usr/bin/env bash
# libvips: `resize` and `thumbnail` to a larger size move the picture: by 1.01 half a pixel, by 2 a quarter of one.
#
# The manual says that enlarging adds "a 0.5 pixel displacement to the input pixels to get centre convention scaling",
# and that shrinking has the centre convention too. For that, pixel x of the result is at (x + 0.5) / scale - 0.5 of the
# picture; libvips takes x / scale - 0.5. So all lies 0.5 / scale pixels of the picture, half a pixel of the result, too
# far right and down: a disc in the middle is no longer there, and mirrored pictures give other results. It is so for
# linear, cubic and the Lanczos kernels; shrinking is right. The place by the ramp x -> x and by the centre of mass, and
# Pillow's bicubic of the same size, are the references.
#
# Who is bitten: pictures, masks and flow that were enlarged by it and by others; pyramids; ten enlargements by 1.01
# move by over five pixels. Instead: `affine([scale, 0, 0, scale], odx=(scale - 1) / 2, ...)`, or another library.
#
# Versions: pyvips 3.2.0, libvips 8.18.7 (pyvips-binary), pillow 13.0.0, numpy 2.4.6; seen on Linux x86_64 with Python
# 3.11, 29 November 2026.
#
# Run: bash findings/pyvips_enlarging_moves_the_picture.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pyvips==3.2.0 pyvips-binary==8.18.7 pillow==13.0.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import pyvips
from PIL import Image

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def resized(picture, scale, kernel="cubic"):
    return pyvips.Image.new_from_array(np.ascontiguousarray(picture)).resize(scale, kernel=kernel).numpy()


def by_affine(picture, scale):
    """Return the remedy: the same size, with the displacement in pixels of the result."""
    image = pyvips.Image.new_from_array(np.ascontiguousarray(picture))
    shift, (rows, columns) = (scale - 1) / 2, picture.shape
    area = [0, 0, round(columns * scale), round(rows * scale)]
    bicubic = pyvips.Interpolate.new("bicubic")
    options = {"odx": shift, "ody": shift, "oarea": area, "interpolate": bicubic, "extend": "copy"}
    return image.affine([scale, 0, 0, scale], **options).numpy()


def by_pillow(picture, scale):
    rows, columns = picture.shape
    size = round(columns * scale), round(rows * scale)
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))


def centre(picture):
    """Return the centre of mass as shares of width and height."""
    rows, columns = (np.arange(length) + 0.5 for length in picture.shape)
    x, y = (picture.sum(0) * columns).sum() / columns.size, (picture.sum(1) * rows).sum() / rows.size
    return np.array([x, y]) / picture.sum()


print("pyvips", pyvips.__version__, "libvips", ".".join(str(pyvips.version(i)) for i in range(3)))
ramp = np.tile(np.arange(100, dtype=np.float32), (100, 1))
for scale in (1.01, 1.25, 1.5, 2.0, 4.0):
    for kernel in ("linear", "cubic", "lanczos3"):
        for name, picture in (("columns", ramp), ("rows", ramp.T)):
            found = resized(picture, scale, kernel)
            found = found[50] if name == "columns" else found[:, 50]
            true = (np.arange(found.size) + 0.5) / scale - 0.5
            moved = (true - found)[found.size // 4 : -found.size // 4].mean()
            print(f"by {scale}, {kernel}, {name}: {moved:.3f} pixels of the picture too far")
            still(f"by {scale}, {kernel}, {name}: by 0.5 / {scale}", abs(moved - 0.5 / scale) < 0.02)
for scale in (0.25, 0.5, 0.8):
    found = resized(ramp, scale)[round(50 * scale)]
    off = np.abs(found - ((np.arange(found.size) + 0.5) / scale - 0.5))[5:-5].max()
    still(f"by {scale} it is within 0.03 pixels", off < 0.03)

rows, columns = np.indices((48, 64))
disc = np.exp(-((rows - 23.5) ** 2 + (columns - 31.5) ** 2) / 50).astype(np.float32)
noise = np.random.default_rng(0).random((48, 64), dtype=np.float32)
for scale in (1.25, 1.5, 2.0):
    for name, function in (("libvips", resized), ("Pillow", by_pillow), ("affine with odx", by_affine)):
        large = function(disc, scale)
        moved = (centre(large) - 0.5) * large.shape[::-1]
        mirrored = np.abs(function(noise[:, ::-1], scale)[:, ::-1] - function(noise, scale)).max()
        print(f"by {scale}, {name}: a middle disc is ({moved[0]:.2f}, {moved[1]:.2f}) off; mirrored {mirrored:.2f} off")
        if name == "libvips":
            still(f"by {scale}, {name}: half a pixel away", bool((np.abs(moved - 0.5) < 0.02).all()))
            still(f"by {scale}, {name}: mirrored noise is over 0.2 apart", mirrored > 0.2)
        else:
            still(f"by {scale}, {name}: in the middle", bool((np.abs(moved) < 0.02).all()))
            still(f"by {scale}, {name}: mirrored noise is within 0.05", mirrored < 0.05)
image = pyvips.Image.new_from_array(disc * 200).cast("uchar")
moved = (centre(image.thumbnail_image(128).numpy().astype(float)) - 0.5) * (128, 96)
still("thumbnail_image to twice the width: half a pixel away", bool((np.abs(moved - 0.5) < 0.05).all()))
wide = np.pad(disc, 30)
for _ in range(10):
    wide = resized(wide, 1.01)
moved = (centre(wide) - 0.5) * wide.shape[::-1]
print(f"ten times by 1.01: ({moved[0]:.1f}, {moved[1]:.1f}) pixels away")
still("ten times by 1.01: over five pixels away", bool((moved > 5).all()))

sys.exit(bool(changed))
EOF
