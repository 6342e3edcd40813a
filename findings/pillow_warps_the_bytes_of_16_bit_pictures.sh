#!/usr/bin/env bash
# Pillow: a 16-bit gray picture turned by 30 degrees with BILINEAR is nearly black, and moved by nothing it is noise.
#
# `rotate` and `transform` of mode "I;16" with BILINEAR or BICUBIC take the bytes of each row for its pixels: the low
# one and the high one of the first pixel for the first two, and so on. A picture that goes to 58000 comes back with 0
# to 255 in vertical stripes, of its left half alone; moved by nothing it is just those bytes. It is so for AFFINE,
# EXTENT, QUAD, PERSPECTIVE and MESH. No error is raised, the mode stays "I;16". NEAREST, turns by 90 degrees and
# `resize` are right, and so is the same picture in mode "F" or "I", within 1 of bilinear interpolation in NumPy.
#
# Who is bitten: whoever turns, warps or augments depth maps and 16-bit frames by it: PNGs open in this mode. Instead:
# `convert("F")` before, and back by NumPy.
#
# Versions: pillow 13.0.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/pillow_warps_the_bytes_of_16_bit_pictures.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check pillow==13.0.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import io
import sys

import numpy as np
import PIL
from PIL import Image

changed = []
BILINEAR, BICUBIC, NEAREST = Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.NEAREST


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def moved(values, columns):
    """Fetch by bilinear interpolation from this part of a pixel further right, 0 beyond the picture."""
    right = np.concatenate([values[:, 1:], values[:, -1:]], 1)
    return (1 - columns) * values + columns * right


print("Pillow", PIL.__version__, "numpy", np.__version__)
rows, columns = np.mgrid[:48, :64]
values = np.rint(30000 + 14000 * np.sin(rows / 7) + 14000 * np.cos(columns / 9)).astype(np.uint16)
store = io.BytesIO()
Image.fromarray(values).save(store, "PNG")
store.seek(0)
picture = Image.open(store)
picture.load()
still("a 16-bit PNG opens in mode I;16 with its values", picture.mode == "I;16" and np.array_equal(picture, values))
size = width, height = picture.size
half = (1, 0, 0.5, 0, 1, 0)
square = (0, 0, 0, height, width, height, width, 0)
WARPS = {
    "rotate by 30": lambda one, how: one.rotate(30, how),
    "affine by half a pixel": lambda one, how: one.transform(size, Image.Transform.AFFINE, half, how),
    "affine by nothing": lambda one, how: one.transform(size, Image.Transform.AFFINE, (1, 0, 0, 0, 1, 0), how),
    "extent": lambda one, how: one.transform(size, Image.Transform.EXTENT, (2, 2, width - 2, height - 2), how),
    "quad": lambda one, how: one.transform(size, Image.Transform.QUAD, square, how),
    "perspective": lambda one, how: one.transform(size, Image.Transform.PERSPECTIVE, (*half, 0, 0), how),
    "mesh": lambda one, how: one.transform(size, Image.Transform.MESH, [((0, 0, width, height), square)], how),
}
for name, warp in WARPS.items():
    for how in (NEAREST, BILINEAR, BICUBIC):
        found = warp(picture, how)
        off = {}
        for mode in ("F", "I"):
            given = Image.fromarray(values.astype({"F": np.float32, "I": np.int32}[mode]))
            off[mode] = np.abs(np.asarray(found, float) - np.asarray(warp(given, how), float))[4:-4, 4:-4]
        title = f"{name}, {how.name}"
        print(f"{title}: {np.asarray(found).max()} at most, {off['F'].mean():.0f} off mode F on average")
        if how == NEAREST:
            still(f"{title}: as in modes F and I", off["F"].max() == 0 and off["I"].max() == 0)
        else:
            still(f"{title}: mode I;16, at most 255", found.mode == "I;16" and np.asarray(found).max() <= 255)
            still(f"{title}: over 15000 off modes F and I on average", min(one.mean() for one in off.values()) > 15000)
same = np.asarray(WARPS["affine by nothing"](picture, BILINEAR))
stripes = values.astype("<u2").view(np.uint8)[:, :width].astype(float)
still("by nothing: the bytes of the left half", np.array_equal(same, stripes))
true = moved(values.astype(float), 0.5)
by_float = np.asarray(WARPS["affine by half a pixel"](Image.fromarray(values.astype(np.float32)), BILINEAR))
still("by half a pixel: mode F is NumPy's", np.abs(by_float - true)[:, 1:-2].max() < 1)
of_bytes = np.asarray(WARPS["affine by half a pixel"](picture, BILINEAR), float)
still("by half a pixel: I;16 is NumPy's of these bytes", np.abs(of_bytes - moved(stripes, 0.5))[:, 1:-2].max() <= 1)
still("turned by 90 degrees: right", np.array_equal(picture.rotate(90, BILINEAR, expand=True), np.rot90(values)))
smaller = np.asarray(picture.resize((32, 24), Image.Resampling.BOX), float)
still("resize by a box: means", np.abs(smaller - values.reshape(24, 2, 32, 2).mean((1, 3))).max() <= 1)

sys.exit(bool(changed))
EOF
