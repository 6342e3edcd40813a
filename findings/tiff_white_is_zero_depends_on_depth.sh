#!/usr/bin/env bash
# Pillow and OpenCV: a TIFF in which white is zero is inverted at 8 bits, and left as it is at 16.
#
# TIFF's PhotometricInterpretation 0 (WhiteIsZero; scanners, X-ray and fax pictures) means that 0 is white. Of the
# same grey ramp Pillow and OpenCV (IMREAD_UNCHANGED, the way to get 16 bits) give the right picture at 8 bits, and
# its negative at 16 bits; OpenCV's IMREAD_COLOR, which makes 8 bits of it, is right again. tifffile, and with it
# scikit-image and imageio, which read TIFF by it, give the stored values at both depths: the negative. So nobody who
# keeps the 16 bits gets the right picture.
#
# Who is bitten: folders in which 8-bit and 16-bit scans stand side by side, and whoever changes from one reader to
# another.
#
# Versions: pillow 13.0.0, OpenCV (opencv-python-headless) 5.0.0.93, tifffile 2026.3.3, scikit-image 0.26.0, imageio
# 2.38.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/tiff_white_is_zero_depends_on_depth.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pillow==13.0.0 opencv-python-headless==5.0.0.93 tifffile==2026.3.3 scikit-image==0.26.0 imageio==2.38.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import imageio.v3 as iio
import numpy as np
import PIL
import skimage
import tifffile
from PIL import Image
from skimage.io import imread

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def readers(path):
    return {
        "Pillow": np.asarray(Image.open(path)),
        "OpenCV": cv2.imread(path, cv2.IMREAD_UNCHANGED),
        "tifffile": tifffile.imread(path),
        "scikit-image": imread(path),
        "imageio": iio.imread(path),
    }


versions = PIL.__version__, cv2.__version__, tifffile.__version__, skimage.__version__
print("Pillow, OpenCV, tifffile, scikit-image:", *versions)
stored = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (16, 1))
for kind, values, white in (("8 bits", stored, 255), ("16 bits", stored.astype(np.uint16) * 257, 65535)):
    tifffile.imwrite("scan.tif", values, photometric="miniswhite")
    for reader, pixels in readers("scan.tif").items():
        right = bool((pixels == white - values).all())
        negative = bool((pixels == values).all())
        print(f"{kind}, {reader}: first pixel, which is white: {pixels[0, 0]} of {white}")
        if kind == "8 bits" and reader in ("Pillow", "OpenCV"):
            still(f"{kind}, {reader}: right", right)
        else:
            still(f"{kind}, {reader}: the negative", negative)
tifffile.imwrite("scan.tif", stored.astype(np.uint16) * 257, photometric="miniswhite")
still("16 bits, OpenCV with IMREAD_COLOR: right", bool((cv2.imread("scan.tif")[..., 0] == 255 - stored).all()))
tifffile.imwrite("scan.tif", stored, photometric="minisblack")
still("black is zero: all agree", all((pixels == stored).all() for pixels in readers("scan.tif").values()))

sys.exit(bool(changed))
EOF
