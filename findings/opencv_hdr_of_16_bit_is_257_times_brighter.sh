#!/usr/bin/env bash
# OpenCV: white written to Radiance HDR is 1 from 8 bits and from float, but 257 from 16 bits.
#
# `imwrite` of an .hdr converts to float32 before it encodes. Floats are written as they are; everything else is divided
# by 255, whatever its type: white of uint8 becomes 1, white of uint16 (65535) becomes 257, which RGBE holds as 256, and
# the largest int16 128. So the same picture kept at 16 bits is 8 stops brighter than at 8 bits. The documentation of
# `imwrite` says for this encoder that all pictures but those of float64 can be saved, and are converted to float32.
# OpenCV's TIFF and PNG of both depths agree, once each is divided by its own white.
#
# Who is bitten: whoever keeps 16-bit frames, linear light or depth as .hdr beside 8-bit ones, and compares or mixes
# them.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/opencv_hdr_of_16_bit_is_257_times_brighter.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_format(path):
    """Decode the first pixel of an .hdr: its own 32 bits (mantissas and exponent), from a flat or a run-length row."""
    with open(path, "rb") as file:
        content = file.read()
    start = content.index(b"\n", content.index(b"-Y ")) + 1
    row = content[start:]
    columns = 8
    if row[:4] == bytes((2, 2, 0, columns)):
        pixel, position = [], 4
        for _ in range(4):
            left, first = columns, None
            while left:
                count = row[position]
                run = count > 128
                first = row[position + 1] if first is None else first
                position += 2 if run else 1 + count
                left -= count - 128 if run else count
            pixel.append(first)
    else:
        pixel = list(row[:4])
    *mantissas, exponent = pixel
    return [mantissa * 2.0 ** (exponent - 136) for mantissa in mantissas]


print("OpenCV", cv2.__version__)
for kind, white, expected in (("uint8", 255, 1), ("float32", 1, 1), ("uint16", 65535, 256), ("int16", 32767, 128)):
    picture = np.full((8, 8, 3), white, kind)
    still(f"{kind}: OpenCV says that it wrote the file", cv2.imwrite("white.hdr", picture))
    stored, found = by_format("white.hdr"), cv2.imread("white.hdr", cv2.IMREAD_UNCHANGED)
    print(f"white of {kind}: {stored} in the file, {found[0, 0].tolist()} by OpenCV")
    still(f"{kind}: white is {expected} in the file", stored == [expected] * 3)
    still(f"{kind}: OpenCV reads the same", bool((found == expected).all()))
for kind, white in (("uint8", 255), ("uint16", 65535)):
    for ending in ("png", "tiff"):
        cv2.imwrite(f"white.{ending}", np.full((8, 8, 3), white, kind))
        found = cv2.imread(f"white.{ending}", cv2.IMREAD_UNCHANGED)
        still(f"{ending} of {kind}: type and white are kept", found.dtype == kind and bool((found == white).all()))

sys.exit(bool(changed))
EOF
