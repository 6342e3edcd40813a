#!/usr/bin/env bash
# Pillow: the same YCbCr TIFF is right when it is compressed, and gray on gray when it is not.
#
# A TIFF of YCbCr says in its ReferenceBlackWhite tag which samples are black and white; FFmpeg writes 15 and 235 for
# video. Compressed by LZW, Deflate or PackBits, Pillow has libtiff decode the file, which looks at the tag: mode "RGB",
# black is 1 and white 255. Uncompressed, Pillow reads the samples itself, as mode "YCbCr", and looks for no tag:
# converted to RGB, black is 16 and white 235, all contrasts are 14 % too low, and colours are pale. PyAV and OpenCV
# read all four files alike. With subsampled chroma, 4:2:2 or 4:2:0, which Pillow's own reader does not know either,
# the uncompressed file is an error ("image file is truncated") and the compressed ones are right.
#
# Who is bitten: whoever trains on, or measures, frames that were saved as TIFF from video: the same frames are paler by
# how they were compressed. Instead: write rgb24, or compress, or set `TiffImagePlugin.READ_LIBTIFF = True`.
#
# Versions: Pillow 13.0.0, av 18.1.0, OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/pillow_ycbcr_tiff_depends_on_its_compression.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    Pillow==13.0.0 av==18.1.0 opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from fractions import Fraction

import av
import cv2
import numpy as np
import PIL
from PIL import Image, TiffImagePlugin

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def written(picture, form, method):
    encoder = av.CodecContext.create("tiff", "w")
    encoder.height, encoder.width = picture.shape[:2]
    encoder.pix_fmt, encoder.time_base, encoder.options = form, Fraction(1, 25), {"compression_algo": method}
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=form)
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    with open("picture.tif", "wb") as file:
        file.writelines(bytes(packet) for packet in [*encoder.encode(frame), *encoder.encode(None)])


def by_pyav():
    with av.open("picture.tif") as file:
        return next(file.decode(video=0)).to_ndarray(format="rgb24").astype(int)


print("Pillow", PIL.__version__, "PyAV", av.__version__, "OpenCV", cv2.__version__)
y, x = np.mgrid[:48, :64]
picture = np.stack([60 + 2 * y, 200 - 2 * x, 90 + (x + y) // 2], axis=-1).astype(np.uint8)
picture[:16, :16], picture[:16, 16:32] = 0, 255
for method in ("raw", "packbits", "lzw", "deflate"):
    written(picture, "yuv444p", method)
    with Image.open("picture.tif") as image:
        mode, found = image.mode, np.asarray(image.convert("RGB")).astype(int)
        tag = [float(value) for value in image.tag_v2[532]]
    black, white = found[:16, :16].mean(), found[:16, 16:32].mean()
    others = [np.abs(other - picture).max() for other in (by_pyav(), cv2.imread("picture.tif")[..., ::-1].astype(int))]
    worst = int(np.abs(found - picture).max())
    print(f"{method}: {tag[:2]} in the file; by Pillow {mode}, black {black:.0f}, white {white:.0f}, {worst} off")
    print(f"{method}: by PyAV and OpenCV up to {others[0]} and {others[1]} off")
    still(f"{method}: the file says that 15 is black and 235 white", tag[:2] == [15, 235])
    still(f"{method}: PyAV and OpenCV are within 5 levels", max(others) <= 5)
    if method == "raw":
        still("raw: by Pillow black is 16, white 235, and the mode YCbCr", (black, white, mode) == (16, 235, "YCbCr"))
        still("raw: up to 15 levels or more off", worst >= 15)
    else:
        still(f"{method}: by Pillow black is 1, white 255, and the mode RGB", (black, white, mode) == (1, 255, "RGB"))
        still(f"{method}: within 5 levels", worst <= 5)
TiffImagePlugin.READ_LIBTIFF = True
written(picture, "yuv444p", "raw")
with Image.open("picture.tif") as image:
    found = np.asarray(image.convert("RGB")).astype(int)
still("raw with `READ_LIBTIFF`: within 5 levels", np.abs(found - picture).max() <= 5)
TiffImagePlugin.READ_LIBTIFF = False
for form in ("yuv422p", "yuv420p"):
    for method in ("raw", "lzw"):
        written(picture, form, method)
        try:
            with Image.open("picture.tif") as image:
                off = float(np.abs(np.asarray(image.convert("RGB")).astype(int) - picture).mean())
            said = f"{off:.1f} levels off in the mean"
        except OSError as error:
            off, said = None, str(error)
        read = np.abs(cv2.imread("picture.tif")[..., ::-1].astype(int) - picture).mean()
        print(f"{form}, {method}: Pillow: {said}; OpenCV: {read:.1f} off")
        holds = "truncated" in said if method == "raw" else off is not None and off < 3
        verdict = "raises" if method == "raw" else "is right"
        still(f"{form}, {method}: Pillow {verdict}, OpenCV is right", holds and read < 3)
sys.exit(bool(changed))
EOF
