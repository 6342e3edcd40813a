#!/usr/bin/env bash
# FFmpeg's JPEG-LS encoder: its "prediction method" is the largest error that is allowed, so that "median" is lossy.
#
# The lossless encoders of FFmpeg (FFVHuff, Ut Video, MagicYUV, PNG, JPEG-LS) have an option `pred` with the methods
# left, plane, median, and others; it changes the size of the file, and no sample. JPEG-LS has one predictor only, the
# median. What its encoder does with the number of the method, 0, 1 or 2, is to take it for NEAR, the parameter of the
# standard that makes it near-lossless: the header says so, and samples come back up to 1 level off with "plane" and
# up to 2 levels with "median". Of a noisy picture 80 % of the samples change with "median" and 67 % with "plane", be it
# gray, 16-bit gray or RGB. The default, "left", is lossless, and is predicted by the median all the same.
#
# Who is bitten: whoever tries the methods for the smallest file, finds that "median" saves 43 %, and keeps medical
# pictures, masks, depth maps or frames "losslessly" by it. Instead: leave `pred` alone.
#
# Versions: av 18.1.0 (libavcodec 62.28), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026; the
# same in FFmpeg 9.0.2.
#
# Run: bash findings/ffmpeg_jpegls_pred_is_a_loss.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from fractions import Fraction

import av
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def coded(picture, form, codec, **options):
    """The bytes of a picture, and the picture that comes back from them."""
    height, width = picture.shape[:2]
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, form, Fraction(1, 25)
    encoder.options = options
    frame = av.VideoFrame.from_ndarray(picture, format=form)
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    decoder = av.CodecContext.create(codec, "r")
    decoder.width, decoder.height, decoder.pix_fmt, decoder.extradata = width, height, form, encoder.extradata
    frames = [made for packet in packets for made in decoder.decode(packet)] + decoder.decode(None)
    assert len(frames) == 1 and frames[0].format.name == form
    return b"".join(bytes(packet) for packet in packets), frames[0].to_ndarray()


def near(data):
    """NEAR, which follows the components in the header of the scan."""
    at = data.index(b"\xff\xda")
    return data[at + 5 + 2 * data[at + 4]]


print("PyAV", av.__version__, "libavcodec", av.library_versions["libavcodec"])
draw = np.random.default_rng(0)
y, x = np.mgrid[:96, :128]
smooth = 120 + 60 * np.sin(x / 17) + 40 * np.cos(y / 11)
gray = np.clip(smooth + draw.normal(0, 8, smooth.shape), 0, 255).astype(np.uint8)
deep = (gray.astype(np.uint16) << 8) + draw.integers(0, 256, gray.shape, dtype=np.uint16)
colour = np.stack([gray, 255 - gray[::-1], gray[:, ::-1]], axis=-1)
for name, picture, form in (("gray", gray, "gray"), ("16-bit gray", deep, "gray16le"), ("RGB", colour, "rgb24")):
    sizes = []
    for number, method in enumerate(("left", "plane", "median")):
        data, found = coded(picture, form, "jpegls", pred=method)
        apart = np.abs(found.astype(int) - picture)
        sizes.append(len(data))
        changing = (apart > 0).mean()
        print(f"{name}, {method}: {len(data)} bytes, NEAR {near(data)}, up to {apart.max()} off, {changing:.0%} change")
        still(f"{name}, {method}: NEAR is {number}, and so is the largest error", near(data) == apart.max() == number)
        share = (0, 0.67, 0.8)[number]
        still(f"{name}, {method}: {share:.0%} of the samples change", abs(changing - share) < 0.02)
    still(f"{name}: the more is lost, the smaller the file", sizes[0] > sizes[1] > sizes[2])
data, found = coded(gray, "gray", "jpegls")
still("without the option it is lossless", near(data) == 0 and np.array_equal(found, gray))
for codec in ("png", "magicyuv"):
    sizes = set()
    for method in ("left", "median") if codec == "magicyuv" else ("none", "sub", "paeth"):
        data, found = coded(gray, "gray", codec, pred=method)
        sizes.add(len(data))
        still(f"{codec}, {method}: lossless", np.array_equal(found, gray))
    still(f"{codec}: the methods differ in size", len(sizes) > 1)
sys.exit(bool(changed))
EOF
