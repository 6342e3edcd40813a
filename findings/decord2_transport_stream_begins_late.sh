#!/usr/bin/env bash
# decord2: the first frame of an MPEG transport stream with B-frames is not its first frame.
#
# `VideoReader("clip.ts")[0]` is frame 8, or frame 32, and the frames before it cannot be had, by index, in batches or
# one after another. The length is right all the same, since the end is filled up: the last frame is given 9 times, or
# 33 times. The same H.264 frames in an mp4 are read right, and so is the transport stream without B-frames. Nothing
# is raised.
#
# How many are missing depends on the distance of the key frames (20 and 250 here). Who is bitten: whoever trains on
# or scores broadcast, HLS or dash-cam recordings, and pairs frames with labels by their index.
#
# Versions: decord2 3.4.0, av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/decord2_transport_stream_begins_late.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    decord2==3.4.0 av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from fractions import Fraction

import av
import decord
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


def read(path):
    return [int(number_of(frame.asnumpy())) for frame in decord.VideoReader(path)]


print("decord", decord.__version__, "PyAV", av.__version__)
truth = list(range(60))
for name, options, missing in (
    ("clip.mp4", {"bf": "2", "g": "20"}, 0),
    ("plain.ts", {"bf": "0", "g": "20"}, 0),
    ("clip.ts", {"bf": "2", "g": "20"}, 8),
    ("long.ts", {"bf": "2", "g": "250"}, 32),
):
    write(name, truth, options)
    with av.open(name) as container:
        by_pyav = [int(number_of(frame.to_ndarray(format="rgb24"))) for frame in container.decode(video=0)]
    found = read(name)
    print(f"{name}, {options}: {len(found)} frames: {found[:4]} ... {found[-4:]}")
    still(f"{name}: PyAV gives all 60 frames in order", by_pyav == truth)
    still(f"{name}: decord2 leaves out the first {missing} of 60", found == truth[missing:] + [59] * missing)
batch = decord.VideoReader("clip.ts").get_batch([0, 1]).asnumpy()
still("a batch of frames 0 and 1 has frames 8 and 9", [number_of(frame) for frame in batch] == [8, 9])

sys.exit(bool(changed))
EOF
