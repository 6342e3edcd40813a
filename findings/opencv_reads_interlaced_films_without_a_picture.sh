#!/usr/bin/env bash
# OpenCV 5.0: of an interlaced film every read succeeds, and none has the picture.
#
# Frames from DV tapes, DVDs and television are marked as interlaced. The swscale that OpenCV 5.0 is built with refuses to
# turn a frame that is marked so into one that is not; OpenCV does not mark the BGR frame that it has it write to, logs
# the refusal, and `read()` returns True with an array of the right shape that is black, or whatever was there before.
# Size, rate and number of frames are right. The codec does not matter: MPEG-2, H.264, DV and ProRes are alike. The same
# pictures without the mark are read, PyAV 18 reads both, and OpenCV 4.12 reads both.
#
# Who is bitten: whoever trains on, or watches, broadcast and camcorder footage; thousands of black frames, all "read".
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93 beside 4.12.0.88, av 18.1.0, numpy 2.2.6; seen on Linux x86_64
# with Python 3.11, 30 November 2026.
#
# Run: bash findings/opencv_reads_interlaced_films_without_a_picture.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for version in 5.0.0.93 4.12.0.88; do
    python3 -m venv "env$version"
    "./env$version/bin/python" -m pip install --quiet --disable-pip-version-check \
        "opencv-python-headless==$version" av==18.1.0 numpy==2.2.6
done

cat > write.py <<'EOF'
"""Write a still picture as MPEG-2 and H.264, with and without the mark."""
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.video.format import VideoFormat

rows, columns = np.mgrid[:96, :128]
picture = np.stack([60 + rows, 200 - columns, 90 + (rows + columns) // 2], axis=-1).astype(np.uint8)
np.save("truth.npy", picture)
FIELDS = {"flags": "+ildct+ilme"}
for name, codec, options, order in (
    ("mpeg2_whole", "mpeg2video", {"qmax": "2"}, "prog"),
    ("mpeg2_fields", "mpeg2video", {"qmax": "2", **FIELDS}, "tff"),
    ("h264_whole", "libx264", {"crf": "4"}, "prog"),
    ("h264_fields", "libx264", {"crf": "4", "x264-params": "tff=1", **FIELDS}, "tff"),
):
    graph = Graph()
    source = graph.add_buffer(width=128, height=96, format=VideoFormat("yuv420p"), time_base=Fraction(1, 25))
    graph.link_nodes(source, graph.add("setfield", f"mode={order}"), graph.add("buffersink"))
    graph.configure()
    with av.open(f"{name}.mkv", "w") as container:
        stream = container.add_stream(codec, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        for index in range(8):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            graph.push(frame)
            container.mux(stream.encode(graph.pull()))
        container.mux(stream.encode())
EOF
cat > read.py <<'EOF'
"""Print, for each film, whether PyAV finds the mark, how many reads succeeded, and the mean errors."""
import sys

import av
import cv2
import numpy as np

truth = np.load("truth.npy").astype(int)
for name in sys.argv[1:]:
    with av.open(name) as container:
        frame = next(container.decode(video=0))
        marked, by_pyav = frame.interlaced_frame, np.abs(frame.to_ndarray(format="rgb24") - truth).mean()
    capture, errors = cv2.VideoCapture(name), []
    while True:
        ok, found = capture.read()
        if not ok:
            break
        errors.append(np.abs(found[..., ::-1] - truth).mean())
    print(name, int(marked), len(errors), f"{by_pyav:.1f} {min(errors):.1f} {max(errors):.1f}")
EOF
./env5.0.0.93/bin/python write.py
films="mpeg2_whole.mkv mpeg2_fields.mkv h264_whole.mkv h264_fields.mkv"
# shellcheck disable=SC2086
./env5.0.0.93/bin/python read.py $films 2> log > new.txt
# shellcheck disable=SC2086
./env4.12.0.88/bin/python read.py $films > old.txt 2> /dev/null
echo "film, marked, reads, mean error by PyAV, least and most by OpenCV 5.0:"; cat new.txt
echo "by OpenCV 4.12:"; cat old.txt
python3 - <<'EOF'
import sys

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def table(name):
    return {row[0]: [float(cell) for cell in row[1:]] for row in map(str.split, open(name))}


new, old = table("new.txt"), table("old.txt")
fields = [name for name in new if "fields" in name]
whole = [name for name in new if "whole" in name]
still("only the films in fields are marked", all(new[n][0] for n in fields) and not any(new[n][0] for n in whole))
still("every read of every film succeeds", all(row[1] == 8 for row in [*new.values(), *old.values()]))
still("PyAV reads all four within 4 levels", all(row[2] < 4 for row in new.values()))
still("OpenCV 5.0 reads the unmarked films within 4 levels", all(new[n][4] < 4 for n in whole))
still("OpenCV 5.0 is over 20 levels off in every marked frame", all(new[n][3] > 20 for n in fields))
still("OpenCV 4.12 reads all four within 4 levels", all(row[4] < 4 for row in old.values()))
still("a line of the log says so", "Cannot convert interlaced to progressive" in open("log").read())
sys.exit(bool(changed))
EOF
