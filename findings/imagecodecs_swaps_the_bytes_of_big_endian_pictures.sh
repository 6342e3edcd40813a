#!/usr/bin/env bash
# imagecodecs: big-endian pictures of 16 bits and more are written as JPEG 2000 and TIFF with their bytes swapped.
#
# `jpeg2k_encode`, `htj2k_encode` and `tiff_encode` of an array of ">u2" take its bytes for native ones: 300 becomes
# 11265, a dark ramp is full of stripes, and lossless is lossless of the wrong numbers. The other codecs (PNG, JPEG XL,
# JPEG-LS, JPEG XR, LERC) refuse such arrays with an error. By way of it `tifffile.imwrite(picture, byteorder=">",
# compression="jpeg2000")` writes wrong pixels from a native array, where "deflate" and no compression are right.
# OpenCV and Pillow, which read the files of `jpeg2k_encode` and `tiff_encode`, see the same numbers, so it is the file
# that is wrong.
#
# Who is bitten: 16-bit pictures as they are in PGM, FITS and raw big-endian files, read by `np.frombuffer`, archived
# "losslessly". Instead: `picture.astype(picture.dtype.newbyteorder("="))`.
#
# Versions: imagecodecs 2026.3.6, tifffile 2026.3.3, opencv-python-headless 5.0.0.93, pillow 12.3.0, numpy 2.4.6; seen
# on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/imagecodecs_swaps_the_bytes_of_big_endian_pictures.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    imagecodecs==2026.3.6 tifffile==2026.3.3 opencv-python-headless==5.0.0.93 pillow==12.3.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import io
import sys

import cv2
import imagecodecs
import numpy as np
import tifffile
from PIL import Image

changed = []
SETTINGS = {"jpeg2k": {"level": 0, "reversible": True}, "htj2k": {"reversible": True}, "tiff": {}}


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def encoded(codec, picture):
    return getattr(imagecodecs, f"{codec}_encode")(picture, **SETTINGS.get(codec, {}))


print("imagecodecs", imagecodecs.__version__, "tifffile", tifffile.__version__, "opencv", cv2.__version__)
ramp = np.add.outer(np.arange(32) * 100, np.arange(48) * 7).astype("<u2")
for kind in ("u2", "i2", "f4"):
    native = ramp.astype(f"<{kind}")
    big = native.astype(f">{kind}")
    still(f"{kind}: both are the same to NumPy", np.array_equal(native, big))
    for codec in SETTINGS:
        if kind == "f4" and codec != "tiff":
            continue
        decode = getattr(imagecodecs, f"{codec}_decode")
        of_native, of_big = (decode(encoded(codec, picture)) for picture in (native, big))
        print(f"{codec}, {kind}: 321 becomes {of_big[3, 3]}, in native order {of_native[3, 3]}")
        still(f"{codec}, {kind}: the native picture is right", np.array_equal(of_native, native))
        swapped = native.byteswap()
        still(f"{codec}, {kind}: the big-endian one has its bytes swapped", np.array_equal(of_big, swapped))
        converted = big.astype(big.dtype.newbyteorder("="))
        still(f"{codec}, {kind}: converted before, right", np.array_equal(decode(encoded(codec, converted)), native))
big = ramp.astype(">u2")
for codec in ("jpeg2k", "tiff"):
    by_opencv = cv2.imdecode(np.frombuffer(encoded(codec, big), np.uint8), cv2.IMREAD_UNCHANGED)
    by_pillow = np.array(Image.open(io.BytesIO(encoded(codec, big))))
    still(f"{codec}: OpenCV reads the swapped picture", np.array_equal(by_opencv, ramp.byteswap()))
    still(f"{codec}: Pillow reads the swapped picture", np.array_equal(by_pillow, ramp.byteswap()))
for codec in ("png", "jpegxl", "jpegls", "jpegxr", "lerc"):
    refused = False
    try:
        encoded(codec, big)
    except Exception as error:
        refused = True
        print(f"{codec}: {type(error).__name__}: {str(error)[:60]}")
    still(f"{codec}: refuses it", refused)
for compression in (None, "deflate", "jpeg2000"):
    file = io.BytesIO()
    tifffile.imwrite(file, ramp, byteorder=">", compression=compression)
    file.seek(0)
    right = np.array_equal(tifffile.imread(file), ramp)
    print(f"tifffile, big-endian, compression {compression}: {'right' if right else 'wrong'}")
    still(f"tifffile, compression {compression}: wrong for jpeg2000 alone", right == (compression != "jpeg2000"))

sys.exit(bool(changed))
EOF
