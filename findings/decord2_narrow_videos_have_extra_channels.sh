#!/usr/bin/env bash
# decord2: frames of a video 16, 24, 48 and, by processor, 32, 72 or 96 pixels wide have four to twelve channels.
#
# The arrays come with the padding that the decoder puts behind each row, and decord2 divides the length of a padded
# row by the width to learn the number of channels: 48 pixels of 3 bytes take 144 bytes, padded to 192, which makes
# four. Rows are padded to what the widest registers of the processor hold, so that the widths and numbers differ:
# 16 has 6, and 24, 48 and 72 have 4 on one; on an Intel Xeon with AVX-512 it is 16: 12, 24: 8, 32: 6, 48 and 96: 4.
# Other widths, whose padded rows are no multiple, are right. The first three of the four are not the colours:
# each pixel begins a byte further to the right than it should, and the padding stands at the end of the row. Taken as
# one row of bytes, without its last quarter, it is the true one.
#
# Who is bitten: experiments on small pictures, and thumbnails; `frame[..., :3]`, the natural repair, gives a picture
# whose colours are shifted and which ends before its right border.
#
# Versions: decord2 3.4.0, av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026 on the former
# processor, and 30 November on the latter.
#
# Run: bash findings/decord2_narrow_videos_have_extra_channels.sh
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


def picture(width):
    rows, columns = np.mgrid[:32, :width]
    return np.stack([40 + 5 * rows, 40 + 160 * columns // width, np.full_like(rows, 90)], axis=-1).astype(np.uint8)


def read(width):
    with av.open("clip.mp4", "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "4"})
        stream.width, stream.height, stream.pix_fmt = width, 32, "yuv420p"
        for index in range(4):
            frame = av.VideoFrame.from_ndarray(picture(width), "rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return decord.VideoReader("clip.mp4")[0].asnumpy().astype(int)


print("decord", decord.__version__, "PyAV", av.__version__)
channels = {width: read(width).shape[2] for width in range(16, 132, 2)}
odd = {width: number for width, number in channels.items() if number != 3}
print("widths of 16 to 130 pixels with other than three channels:", odd)
ways = {16: 6, 24: 4, 48: 4, 72: 4}, {16: 12, 24: 8, 32: 6, 48: 4, 96: 4}  # by the bytes that rows are padded to
still("the widths that have other numbers are those of one of the two processors", odd in ways)
truth, found = picture(48).astype(int), read(48)
cut = float(np.abs(found[..., :3] - truth).mean())
rows = float(np.abs(found.reshape(32, -1)[:, :144] - truth.reshape(32, -1)).mean())
print(f"48: mean error of the first three channels {cut:.1f}, of the rows without their last quarter {rows:.1f}")
still("48: the first three channels are over 20 levels off", cut > 20)
still("48: rows without padding are within 4 levels", rows < 4)

sys.exit(bool(changed))
EOF
