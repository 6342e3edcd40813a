#!/usr/bin/env bash
# Pillow: the transparent colour of a 16-bit RGB PNG makes nothing transparent.
#
# A PNG without an alpha channel may name one transparent colour (tRNS). Of a 16-bit RGB PNG, Pillow reduces the
# pixels to 8 bits, and keeps the 16-bit colour to compare them with, which then is found nowhere: of a picture whose
# right half is transparent, `convert("RGBA")` has no transparent pixel. OpenCV gives the same file an alpha channel
# with half of its pixels transparent. With 8 bits both agree.
#
# Who is bitten: rendered pictures and masks at 16 bits, whose background becomes an object of a strong colour.
#
# Versions: pillow 13.0.0, OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python
# 3.11, 27 November 2026.
#
# Run: bash findings/pillow_16_bit_transparent_colour_is_opaque.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pillow==13.0.0 opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import struct
import sys
import zlib

import cv2
import numpy as np
import PIL
from PIL import Image

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def write(path, pixels, transparent):
    """Write an RGB PNG (H, W, 3) with a transparent colour."""
    height, width, _ = pixels.shape
    depth = 8 * pixels.dtype.itemsize
    rows = b"".join(b"\0" + row.astype(pixels.dtype.newbyteorder(">")).tobytes() for row in pixels)
    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    colour = struct.pack(">HHH", *transparent)
    chunks = (b"IHDR", header), (b"tRNS", colour), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks))


print("Pillow", PIL.__version__, "OpenCV", cv2.__version__)
for dtype, opaque, transparent, by_pillow in (
    (np.uint8, 10, (200, 30, 40), 0.5),
    (np.uint16, 1000, (60000, 100, 200), 0.0),
):
    pixels = np.full((8, 8, 3), opaque, dtype)
    pixels[:, 4:] = transparent
    write("mask.png", pixels, transparent)
    shares = [
        float((np.asarray(Image.open("mask.png").convert("RGBA"))[..., 3] == 0).mean()),
        float((cv2.imread("mask.png", cv2.IMREAD_UNCHANGED)[..., 3] == 0).mean()),
    ]
    print(f"{np.dtype(dtype)}: share of transparent pixels by Pillow {shares[0]}, by OpenCV {shares[1]}")
    still(f"{np.dtype(dtype)}: {by_pillow} by Pillow, 0.5 by OpenCV", shares == [by_pillow, 0.5])

sys.exit(bool(changed))
EOF
