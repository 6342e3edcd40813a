#!/usr/bin/env bash
# PyAV: asking a frame for its side data keeps its pixels in memory until Python next searches for garbage.
#
# `frame.side_data` makes a container that holds the frame, and the frame holds the container: a ring that reference
# counts never free. Where every frame is asked (for its display matrix, its timecode, its captions), every picture stays
# until the cyclic collector runs. It goes by the number of Python objects, not by their size: with two new objects per
# frame, one search in hundreds of frames by default, and none where `gc.disable()`, `gc.freeze()` or a raised threshold
# makes training faster. Here: 60 frames of 640x360, read one after the other and let go, hold 20 MB with the search off,
# and nothing if side data is not asked for. `frame.rotation` reads the same without a ring, but knows no mirroring.
#
# Who is bitten: long-running readers, loaders of data with the collector off, films of large frames. Helps: to ask the
# first frame alone; `av.sidedata.sidedata.SideDataContainer(frame)`, which the frame does not hold; `gc.collect()`.
#
# Versions: av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/pyav_side_data_keeps_frames.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import gc
import sys

import av
import numpy as np
from av.sidedata.sidedata import SideDataContainer

COUNT, HEIGHT, WIDTH = 60, 360, 640
with av.open("clip.mp4", "w") as container:
    stream = container.add_stream("libx264", rate=25)
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    for index in range(COUNT):
        picture = np.full((HEIGHT, WIDTH, 3), 4 * index, np.uint8)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
    container.mux(stream.encode())


def kept(ask):
    """Return how many frames are alive after all have been read, asked and let go, and the MB of their planes."""
    gc.collect()
    gc.disable()
    with av.open("clip.mp4") as container:
        for frame in container.decode(video=0):
            ask(frame)
        del frame
    alive = [one for one in gc.get_objects() if isinstance(one, av.VideoFrame)]
    size = sum(plane.buffer_size for frame in alive for plane in frame.planes) / 1e6
    count = len(alive)
    del alive
    gc.enable()
    gc.collect()
    return count, size


print("PyAV", av.__version__)
changed = []
for claim, ask, expected in (
    ("frame.side_data", lambda frame: frame.side_data.get("DISPLAYMATRIX"), COUNT),
    ("SideDataContainer(frame)", lambda frame: SideDataContainer(frame).get("DISPLAYMATRIX"), 0),
    ("frame.rotation", lambda frame: frame.rotation, 0),
    ("frame.to_ndarray()", lambda frame: frame.to_ndarray(format="rgb24"), 0),
):
    count, size = kept(ask)
    holds = count == expected
    print("as written:" if holds else "CHANGED:   ", f"{claim}: {count} of {COUNT} frames stay, {size:.1f} MB")
    if not holds:
        changed.append(claim)
sys.exit(bool(changed))
EOF
