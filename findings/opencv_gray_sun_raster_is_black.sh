#!/usr/bin/env bash
# OpenCV: a gray Sun raster picture that is read as gray is black, one that OpenCV wrote itself, too.
#
# A Sun raster of depth 8 without a colour map (type and length of the map 0) is a gray picture: each byte is a level.
# OpenCV writes such files rightly (Pillow and FFmpeg read from them what was given to it), and reads them rightly as
# colour. As gray, or "unchanged", every pixel is 0, for files by anyone, and `imread` reports nothing. If the file has
# a map, in which each level stands for itself, it is right.
#
# Who is bitten: old sets of gray test pictures and sequences (.ras, .sun, .im8), and tables of metrics made from them:
# PSNR of black against black is infinite.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, pillow 13.0.0, av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 28 November 2026.
#
# Run: bash findings/opencv_gray_sun_raster_is_black.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 pillow==13.0.0 av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import struct
import sys

import av
import cv2
import numpy as np
import PIL
from PIL import Image

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def written(picture, colour_map=b""):
    """Return a Sun raster of standard type, rows padded to 16 bits, as the format's description has it."""
    rows, columns = picture.shape
    padded = np.pad(picture, ((0, 0), (0, columns % 2)))
    kind = 1 if colour_map else 0
    header = struct.pack(">8I", 0x59A66A95, columns, rows, 8, padded.size, 1, kind, len(colour_map))
    return header + colour_map + padded.tobytes()


def by_ffmpeg(path):
    with av.open(path) as container:
        return next(container.decode(video=0)).to_ndarray(format="gray")


print("OpenCV", cv2.__version__, "Pillow", PIL.__version__, "PyAV", av.__version__)
for rows, columns in ((48, 64), (47, 63)):
    gray = np.random.default_rng(0).integers(1, 256, (rows, columns), np.uint8)
    size = f"{columns}x{rows}"
    still(f"{size}: OpenCV says that it wrote the file", cv2.imwrite("by OpenCV.ras", gray))
    with open("by hand.ras", "wb") as file:
        file.write(written(gray))
    for path in ("by hand.ras", "by OpenCV.ras"):
        still(f"{size}, {path}: right by Pillow", np.array_equal(np.asarray(Image.open(path)), gray))
        still(f"{size}, {path}: right by FFmpeg", np.array_equal(by_ffmpeg(path), gray))
        still(f"{size}, {path}: right as colour", bool((cv2.imread(path, cv2.IMREAD_COLOR) == gray[..., None]).all()))
        for name in ("IMREAD_UNCHANGED", "IMREAD_GRAYSCALE"):
            found = cv2.imread(path, getattr(cv2, name))
            print(f"{size}, {path}, {name}: levels {found.min()} to {found.max()}, meant {gray.min()} to {gray.max()}")
            still(f"{size}, {path}, {name}: all is 0", found.shape == gray.shape and not found.any())
    with open("mapped.ras", "wb") as file:
        file.write(written(gray, bytes(range(256)) * 3))
    found = cv2.imread("mapped.ras", cv2.IMREAD_GRAYSCALE)
    still(f"{size}: with a map of gray levels it is right", np.array_equal(found, gray))
    colour = np.random.default_rng(0).integers(0, 256, (rows, columns, 3), np.uint8)
    cv2.imwrite("colour.ras", colour)
    still(f"{size}: colour comes back as it was", np.array_equal(cv2.imread("colour.ras"), colour))

sys.exit(bool(changed))
EOF
