#!/usr/bin/env bash
# OpenCV: of a video whose colour matrix FFmpeg cannot convert, every read succeeds, and none has the picture.
#
# H.264 and HEVC may say that their planes are YCgCo (screen recordings), ICtCp (HDR) or BT.2020 with constant
# luminance. FFmpeg's swscale 9.5 converts none of the three. PyAV and imageio raise an error; OpenCV logs a line, and
# `read()` still returns True with an array of the right shape that does not hold the picture: a half blue, half red
# frame comes out over 100 levels off. `isOpened`, size, rate and number of frames are all right, so that nothing but
# the log tells. The Y, Cg and Co planes themselves decode rightly.
#
# Who is bitten: pipelines that read thousands of videos, and trust the flag.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 27 November 2026.
#
# Run: bash findings/opencv_says_true_without_a_picture.sh
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


truth = np.zeros((96, 128, 3))
truth[:, :64], truth[:, 64:] = (40, 160, 220), (220, 60, 40)


def encode(path, matrix, planes):
    """Write eight frames of full-range 4:4:4 planes that say by which matrix they were made."""
    with av.open(path, "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "1"})
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv444p"
        stream.codec_context.colorspace, stream.codec_context.color_range = matrix, 2
        for index in range(8):
            frame = av.VideoFrame(128, 96, "yuv444p")
            for plane, values in zip(frame.planes, planes):
                rows = np.zeros((96, plane.line_size), np.uint8)
                rows[:, :128] = np.clip(values.round(), 0, 255)
                plane.update(rows.tobytes())
            frame.pts, frame.time_base, frame.colorspace, frame.color_range = index, Fraction(1, 25), matrix, 2
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def by_opencv(path):
    capture, found = cv2.VideoCapture(path), []
    while True:
        ok, picture = capture.read()
        if not ok:
            return found
        found.append(float(np.abs(picture[..., ::-1] - truth).mean()))


def by_pyav(path):
    with av.open(path) as container:
        try:
            return float(np.abs(next(container.decode(video=0)).to_ndarray(format="rgb24") - truth).mean())
        except OSError as error:
            return error.strerror


print("OpenCV", cv2.__version__, "PyAV", av.__version__, "swscale", av.library_versions["libswscale"])
red, green, blue = np.moveaxis(truth, 2, 0)
grey = 0.299 * red + 0.587 * green + 0.114 * blue
encode("ycgco.mp4", 8, (red / 4 + green / 2 + blue / 4, 128 - red / 4 + green / 2 - blue / 4, 128 + red / 2 - blue / 2))
found = by_opencv("ycgco.mp4")  # before any array of this process could have held the picture by chance
encode("bt601.mp4", 5, (grey, 128 + (blue - grey) / 1.772, 128 + (red - grey) / 1.402))
print("YCgCo: PyAV:", by_pyav("ycgco.mp4"), "OpenCV, mean error of each frame:", [round(error, 1) for error in found])
still("YCgCo: PyAV raises an error", by_pyav("ycgco.mp4") == "Operation not supported")
still("YCgCo: OpenCV says True eight times", len(found) == 8)
still("YCgCo: every frame is over 30 levels off", min(found) > 30)
still("BT.601: both are within 2 levels", by_pyav("bt601.mp4") < 2 and max(by_opencv("bt601.mp4")) < 2)
for name, matrix in (("ictcp.mp4", 14), ("constant_luminance.mp4", 10)):
    encode(name, matrix, (red, green, blue))  # any planes will do: none is converted
    still(f"{name}: PyAV raises an error", by_pyav(name) == "Operation not supported")
    still(f"{name}: OpenCV says True eight times", len(by_opencv(name)) == 8)

sys.exit(bool(changed))
EOF
