#!/usr/bin/env bash
# OpenCV and decord2: a mirrored mp4 is shown turned by 180 degrees, or not mirrored at all.
#
# The display matrix of an mp4 may mirror (front cameras and editors write such). Both readers turn pictures by the
# angle of the matrix, which says nothing of a mirror: left-right mirrored comes out turned by 180 degrees, that is
# upside down; top-bottom mirrored comes out untouched; transposed comes out turned by 90 degrees. Plain turns are
# right. PyAV and imageio's PyAV plug-in turn nothing; imageio reads a phone's portrait video lying, without a word.
#
# Of the eight orientations OpenCV 5.0 and decord2 get four right, imageio one. Who is bitten: training data with
# text, faces or hands, and labels that were made in a player, which mirrors rightly.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, decord2 3.4.0, imageio 2.38.1, av 18.1.0, numpy 2.4.6; seen on
# Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/mirrored_videos_are_turned.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 decord2==3.4.0 imageio==2.38.1 av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import struct
import sys
from fractions import Fraction
from pathlib import Path

import av
import cv2
import decord
import imageio
import imageio.v3 as iio
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


picture = np.full((64, 96, 3), (90, 120, 90), np.uint8)
picture[:20, :30], picture[-20:, -30:], picture[:20, -30:] = (230, 30, 30), (30, 30, 230), (230, 230, 30)
WAYS = {  # the display matrix (a, b, c, d, x, y), and what it shows
    "upright": ((1, 0, 0, 1, 0, 0), picture),
    "turned 90": ((0, 1, -1, 0, 64, 0), np.rot90(picture, -1)),
    "turned 180": ((-1, 0, 0, -1, 96, 64), picture[::-1, ::-1]),
    "turned 270": ((0, -1, 1, 0, 0, 96), np.rot90(picture)),
    "left-right": ((-1, 0, 0, 1, 96, 0), picture[:, ::-1]),
    "top-bottom": ((1, 0, 0, -1, 0, 64), picture[::-1]),
    "transposed": ((0, 1, 1, 0, 0, 0), picture.transpose(1, 0, 2)),
    "transversed": ((0, -1, -1, 0, 64, 96), picture.transpose(1, 0, 2)[::-1, ::-1]),
}


def write(path, matrix):
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for index in range(4):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    a, b, c, d, x, y = matrix
    content = bytearray(Path(path).read_bytes())
    at = content.find(b"tkhd") + 44  # the matrix of the track header: 16.16 fixed point, the last column 2.30
    content[at : at + 36] = struct.pack(">9i", *(v << s for v, s in zip((a, b, 0, c, d, 0, x, y, 1), (16, 16, 30) * 3)))
    Path(path).write_bytes(content)


def seen(shown):
    """Name the way in which a picture is shown."""
    for name, (_, wanted) in WAYS.items():
        if shown.shape == wanted.shape and np.abs(shown.astype(int) - wanted).mean() < 12:
            return name
    return "nothing known"


print("OpenCV", cv2.__version__, "decord", decord.__version__, "imageio", imageio.__version__, "PyAV", av.__version__)
turned = {"left-right": "turned 180", "top-bottom": "upright", "transposed": "turned 90", "transversed": "turned 270"}
for name, (matrix, _) in WAYS.items():
    write("clip.mp4", matrix)
    _, by_opencv = cv2.VideoCapture("clip.mp4").read()
    found = {
        "OpenCV": seen(by_opencv[..., ::-1]),
        "decord2": seen(decord.VideoReader("clip.mp4")[0].asnumpy()),
        "imageio": seen(iio.imread("clip.mp4", plugin="pyav", index=0)),
    }
    expected = {"OpenCV": turned.get(name, name), "decord2": turned.get(name, name), "imageio": "upright"}
    still(f"{name}: {found}", found == expected)

sys.exit(bool(changed))
EOF
