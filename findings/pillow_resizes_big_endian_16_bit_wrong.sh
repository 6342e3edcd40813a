#!/usr/bin/env bash
# Pillow: a 16-bit gray TIFF of big-endian bytes is noise after `resize`, and 255 after `convert("I;16")`.
#
# Pillow opens such a file (ImageJ and many microscopes write them) in the mode I;16B, with the right values. `resize`
# and `thumbnail` by any filter but NEAREST take the bytes of each pixel in the other order: the mean of 300 and 307 is
# 33071, all pixels of a soft picture are wrong, by 17800 of 65535 on average, and no error tells of it. An even picture
# stays even. `convert("I;16")` cuts all values at 255. Crops, turns by 90 degrees, NEAREST and the conversions to I, F
# and L are right, and so is all of it for the same picture in a little-endian file. The mean of 2 x 2 pixels by NumPy
# and Pillow's own result for mode F are the references.
#
# Who is bitten: thumbnails and training pictures of such files; half of a data set may be noise, by the program that
# wrote it. Instead: `Image.fromarray(np.asarray(image).astype("uint16"))`, or convert to I or F first.
#
# Versions: pillow 13.0.0, tifffile 2026.3.3, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/pillow_resizes_big_endian_16_bit_wrong.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check pillow==13.0.0 tifffile==2026.3.3 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import PIL
import tifffile
from PIL import Image

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def opened(picture, order):
    tifffile.imwrite("picture.tif", picture, byteorder=order, photometric="minisblack")
    with Image.open("picture.tif") as image:
        return image.copy()


def shrunk(image):
    image = image.copy()
    image.thumbnail((32, 24), Image.Resampling.BICUBIC)
    return image


print("pillow", PIL.__version__)
steps = np.tile(np.array([300, 307], np.uint16), (4, 2))
halved = np.asarray(opened(steps, ">").resize((2, 4), Image.Resampling.BOX))
print(f"the mean of 300 and 307 is {halved[0, 0]}")
still("the mean of 300 and 307 is 33071", bool((halved == 33071).all()))
rows, columns = np.indices((48, 64))
ramp = (20 * (64 * rows + columns)).astype(np.uint16)
soft = (30000 + 20000 * np.sin(rows / 5) * np.cos(columns / 7)).astype(np.uint16)
for title, picture in (("ramp", ramp), ("soft", soft)):
    big, little = opened(picture, ">"), opened(picture, "<")
    still(f"{title}: the modes are I;16B and I;16", (big.mode, little.mode) == ("I;16B", "I;16"))
    still(f"{title}: both are read rightly", np.array_equal(big, picture) and np.array_equal(little, picture))
    real = Image.fromarray(picture.astype(np.float32))
    means = picture.reshape(24, 2, 32, 2).mean((1, 3))
    for name in ("BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS"):
        filter = Image.Resampling[name]
        true = np.asarray(real.resize((32, 24), filter))
        if name == "BOX":
            still(f"{title}: BOX of floats is the mean of 2 x 2", np.allclose(true, means, atol=0.01))
        near = np.abs(np.asarray(little.resize((32, 24), filter)).astype(float) - true).max()
        found = np.asarray(big.resize((32, 24), filter))
        off = np.abs(found.astype(float) - true)
        wrong = (off > 1).mean()
        shown = f"{found[0, 5:9]} for {true[0, 5:9].round().astype(int)}"
        print(f"{title}, {name}: {shown}, {wrong:.0%} are wrong, by {off.mean():.0f} on average")
        still(f"{title}, {name}: little-endian it is within 1 of 65535", near <= 1)
        still(f"{title}, {name}: big-endian over 90 % are wrong", wrong > 0.9)
        exchanged = np.asarray(Image.fromarray(picture.byteswap()).resize((32, 24), filter)).byteswap()
        still(f"{title}, {name}: it is that of the exchanged bytes", np.array_equal(found, exchanged))
        if title == "soft":
            still(f"{title}, {name}: by over 15000 on average", off.mean() > 15000)
    still(f"{title}: NEAREST is right", np.array_equal(big.resize((32, 24), 0), little.resize((32, 24), 0)))
    found, true = np.asarray(shrunk(big)).astype(float), np.asarray(shrunk(little)).astype(float)
    still(f"{title}: thumbnail is over 1000 off on average", np.abs(found - true).mean() > 1000)
    found = np.asarray(big.convert("I;16"))
    print(f'{title}: convert("I;16") gives {found.min()} to {found.max()}')
    still(f'{title}: convert("I;16") cuts at 255', np.array_equal(found, np.minimum(picture, 255)))
    for mode in ("I", "F"):
        still(f"{title}: convert to {mode} is right", np.array_equal(np.asarray(big.convert(mode)), picture))
    turned = np.array_equal(big.rotate(90, expand=True), np.rot90(picture))
    still(f"{title}: crop and turn are right", turned and np.array_equal(big.crop((3, 2, 9, 8)), picture[2:8, 3:9]))
    native = Image.fromarray(np.asarray(big).astype("uint16"))
    same = np.array_equal(native.resize((32, 24)), little.resize((32, 24)))
    still(f"{title}: by the way of an array it is right", same)

sys.exit(bool(changed))
EOF
