#!/usr/bin/env bash
# OpenCV: a few lost frames make most frames of an mp4 come out wrong when they are sought by number.
#
# `CAP_PROP_POS_FRAMES` turns a number into a time by the mean rate of the file, and finds what is near. Where 3 of 80
# frames were lost (the camera was busy), 45 of the 77 numbers give another frame than the one that stands there when
# the file is read from its beginning. Where a recording was paused once for a minute, the rate reported for 25
# frames/s is 1.56, frame 25 is frame 70, and the whole second half cannot be sought. The same frames and times in a
# Matroska file are reported as 25 frames/s, and are sought rightly, but 100 frames are counted as 1600.
#
# The files are valid, and their time stamps are right. Who is bitten: samplers that draw random frame numbers, and
# annotation tools that seek in one place and read on in another.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 27 November 2026.
#
# Run: bash findings/opencv_seeks_wrong_frames_after_a_gap.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-python-headless==5.0.0.93 av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from fractions import Fraction

import av
import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def numbered(number):
    """A picture (48, 64, 3) that says its number in seven bars."""
    picture = np.zeros((48, 64, 3), np.uint8)
    for bit in range(7):
        picture[:, 9 * bit : 9 * bit + 9] = 235 * (number >> bit & 1)
    return picture


def number_of(picture):
    return sum((picture[24, 9 * bit + 4].mean() > 110) << bit for bit in range(7))


def write(path, numbers, options, times=None):
    """Write numbered frames as H.264, each at its time in frames of 1/25 s."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "8", **options})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number, time in zip(numbers, times or numbers):
            frame = av.VideoFrame.from_ndarray(numbered(number), "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def in_order(path):
    capture, found = cv2.VideoCapture(path), []
    while True:
        ok, picture = capture.read()
        if not ok:
            return found
        found.append(int(number_of(picture)))


def sought(path, index):
    capture = cv2.VideoCapture(path)
    capture.set(cv2.CAP_PROP_POS_FRAMES, index)
    ok, picture = capture.read()
    return int(number_of(picture)) if ok else None


def stated(path):
    capture = cv2.VideoCapture(path)
    return round(capture.get(cv2.CAP_PROP_FPS), 2), int(capture.get(cv2.CAP_PROP_FRAME_COUNT))


print("OpenCV", cv2.__version__, "PyAV", av.__version__)
kept = [number for number in range(80) if number not in (20, 21, 45)]
write("lost.mp4", kept, {"g": "10"})
wrong = [index for index in range(77) if sought("lost.mp4", index) != kept[index]]
print("lost.mp4:", stated("lost.mp4"), "first wrong:", [(i, kept[i], sought("lost.mp4", i)) for i in wrong[:4]])
still("lost frames: all 77 are read in order", in_order("lost.mp4") == kept)
still(f"lost frames: 45 of 77 are sought wrongly ({len(wrong)})", len(wrong) == 45)

paused = [number + (1500 if number >= 50 else 0) for number in range(100)]
for suffix in ("mp4", "mkv"):
    write(f"paused.{suffix}", range(100), {"g": "10"}, paused)
    by_number = [(index, sought(f"paused.{suffix}", index)) for index in (0, 25, 49, 60, 99)]
    print(f"paused.{suffix}:", stated(f"paused.{suffix}"), by_number)
    still(f"paused.{suffix}: all 100 are read in order", in_order(f"paused.{suffix}") == list(range(100)))
still("paused mp4: 1.56 frames/s of 25, and 100 frames", stated("paused.mp4") == (1.56, 100))
still("paused mp4: frame 25 is frame 70", sought("paused.mp4", 25) == 70)
still("paused mp4: frame 60 cannot be sought", sought("paused.mp4", 60) is None)
still("paused mkv: 25 frames/s, but 1600 frames", stated("paused.mkv") == (25.0, 1600))
still("paused mkv: frame 60 is frame 60", sought("paused.mkv", 60) == 60)

sys.exit(bool(changed))
EOF
