#!/usr/bin/env bash
# PyAV: drawing on the array of one frame changes the frames that are decoded after it.
#
# `frame.to_ndarray(format="rgb24")` gives a view of the decoder's own picture where nothing has to be converted. The
# decoders of QuickTime Animation (qtrle, rgb24) and GIF (bgra) write only what differs into that very picture, so
# that a border, a caption or an in-place normalisation of frame 1 stands in all later frames: 5 of 6 change, by 10 to
# 38 levels on average. The array is writable, and nothing warns. Of codecs that make a new picture each time (PNG,
# uncompressed), and wherever a conversion takes place (GIF as rgb24), nothing changes, so that the same program is
# right for one file and wrong for another.
#
# Who is bitten: augmentation in place, and overlays on screen recordings. `.copy()` helps.
#
# Versions: av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/pyav_drawing_changes_later_frames.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 numpy==2.4.6
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


def write(path, codec, pixels):
    """Write six frames: grey, and then with a bright bar that moves."""
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        for index in range(6):
            picture = np.full((48, 64, 3), 60, np.uint8)
            picture[:, 4 * index : 4 * index + (4 if index else 0)] = 200
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format=pixels)
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def read(path, pixels, draw):
    found = []
    with av.open(path) as container:
        for frame in container.decode(video=0):
            array = frame.to_ndarray(format=pixels)
            found.append(array.astype(int))
            if draw:
                array[:10] = 255
    return found


print("PyAV", av.__version__, "libavcodec", av.library_versions["libavcodec"])
for name, codec, written, pixels, changed_frames in (
    ("clip.mov", "qtrle", "rgb24", "rgb24", 5),
    ("clip.gif", "gif", "rgb8", "bgra", 5),
    ("again.gif", "gif", "rgb8", "rgb24", 0),
    ("png.mov", "png", "rgb24", "rgb24", 0),
    ("raw.avi", "rawvideo", "bgr24", "bgr24", 0),
):
    write(name, codec, written)
    pairs = list(zip(read(name, pixels, False), read(name, pixels, True)))
    apart = [round(float(np.abs(one - other).mean()), 1) for one, other in pairs]
    claim = f"{name} ({codec}) as {pixels}: {changed_frames} of 6 frames change, by {apart} levels"
    still(claim, sum(map(bool, apart)) == changed_frames)

sys.exit(bool(changed))
EOF
