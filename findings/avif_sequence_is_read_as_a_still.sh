#!/usr/bin/env bash
# PyAV, imageio and OpenCV: an animated AVIF is one picture, or none; Pillow and the file itself have ten.
#
# An AVIF sequence holds a still (the item that viewers show first) and a video track. FFmpeg makes two video streams
# of it, marks both as default, and puts the still first, so that the usual `decode(video=0)`, and imageio's PyAV
# plug-in, end after one frame. OpenCV's `VideoCapture` opens the file, states one frame at 1 frame/s, and reads none;
# its `imread` gives the still, and `imreadmulti` all ten. Pillow gives all ten. The frames are in stream 1, and one
# looks in vain for a sign that it is the longer one but its number of frames.
#
# Who is bitten: readers that take "the first video stream", and folders where animated AVIF replaced GIF.
#
# Versions: av 18.1.0, OpenCV (opencv-python-headless) 5.0.0.93, imageio 2.38.1, pillow 13.0.0, numpy 2.4.6; seen on
# Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/avif_sequence_is_read_as_a_still.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 opencv-python-headless==5.0.0.93 imageio==2.38.1 pillow==13.0.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import av
import cv2
import imageio.v3 as iio
import numpy as np
import PIL
from PIL import Image

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


pictures = [Image.fromarray(np.full((48, 64, 3), (20 * index, 90, 60), np.uint8)) for index in range(10)]
pictures[0].save("moving.avif", save_all=True, append_images=pictures[1:], duration=40)


def by_opencv():
    capture, number = cv2.VideoCapture("moving.avif"), 0
    stated = capture.get(cv2.CAP_PROP_FRAME_COUNT), capture.get(cv2.CAP_PROP_FPS)
    while capture.read()[0]:
        number += 1
    return capture.isOpened(), stated, number


print("PyAV", av.__version__, "OpenCV", cv2.__version__, "Pillow", PIL.__version__)
with av.open("moving.avif") as container:
    streams = [(stream.frames, int(stream.disposition) & 1) for stream in container.streams.video]
numbers = []
for index in range(len(streams)):
    with av.open("moving.avif") as container:
        numbers.append(sum(1 for _ in container.decode(video=index)))
print("streams (frames, default):", streams, "decoded:", numbers, "OpenCV (opened, stated, read):", by_opencv())
still("Pillow has 10 frames", Image.open("moving.avif").n_frames == 10)
still("PyAV has a stream of 1 frame, and then one of 10", numbers == [1, 10])
still("both are marked as default", all(default for _, default in streams))
still("imageio's PyAV plug-in reads 1", len(iio.imread("moving.avif", plugin="pyav")) == 1)
still("OpenCV opens it, states 1 frame at 1 frame/s, and reads none", by_opencv() == (True, (1.0, 1.0), 0))
still("OpenCV's imreadmulti reads 10", len(cv2.imreadmulti("moving.avif")[1]) == 10)

sys.exit(bool(changed))
EOF
