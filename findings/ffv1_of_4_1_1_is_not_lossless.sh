#!/usr/bin/env bash
# FFmpeg's FFV1, the archives' lossless codec, loses a column of chroma of 4:1:1 and a row or column of 4:1:0.
#
# FFV1 of version 3, which is the usual one, cuts a picture into slices, four if nothing else is asked for, where luma
# has them, and divides starts and sizes by the subsampling afterwards; starts are rounded down and sizes up. If the
# last slice begins 3 samples after a multiple of four, its chroma ends one sample before the plane does. For 4:2:0 and
# 4:2:2 the encoder looks out for that, and skips or refuses such numbers of slices. It asks whether the width of the
# last slice can be divided by the subsampling, which is all that can go wrong with halves, and one case of several
# with quarters. So 4:1:1 (DV of NTSC) of 702, 710 or 718 columns, which is what is left of 720 without its black
# edges, comes back without the last column of chroma, and 4:1:0 (Sorenson Video, Indeo, Cinepak) of 240 x 134 without
# the last row. There is no error: the checksums of FFV1 are of the coded bytes. 720 columns are right.
#
# Who is bitten: whoever archives cropped DV or old QuickTime and AVI films as FFV1 and throws the originals away.
# Instead: `level=1`, which has one slice, or 4:2:2 or 4:4:4; and a comparison of the decoded frames.
#
# Versions: av 18.1.0 (libavcodec 62.28), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026; the same
# in FFmpeg 9.0.2.
#
# Run: bash findings/ffv1_of_4_1_1_is_not_lossless.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import io
import sys
from fractions import Fraction

import av
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def samples(frame):
    """The planes of an 8-bit frame as arrays of their own size."""
    planes = [(np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, -1), plane.width) for plane in frame.planes]
    return [lines[:, :width].copy() for lines, width in planes]


def lost(frames, codec="ffv1", **options):
    """The last rows and columns of each plane that do not come back from the codec, and the number of other samples."""
    file, form = io.BytesIO(), frames[0].format.name
    with av.open(file, "w", format="avi") as container:
        stream = container.add_stream(codec, 25, options=options)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, form
        given = []
        for index, frame in enumerate(frames):
            given.append(samples(frame))
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    file.seek(0)
    with av.open(file) as container:
        read = list(container.decode(video=0))
    assert len(read) == len(frames) and all(frame.format.name == form for frame in read)
    found = []
    for at in range(len(given[0])):
        wrong = np.any([a[at] != samples(b)[at] for a, b in zip(given, read)], axis=0)
        row, column = bool(wrong[-1].mean() > 0.8), bool(wrong[:, -1].mean() > 0.8)
        found.append((int(row), int(column), int(wrong[: -1 if row else None, : -1 if column else None].sum())))
    return found


def noise(form, width, height):
    draw, frames = np.random.default_rng(0), []
    for _ in range(3):
        frame = av.VideoFrame(width, height, form)
        for plane in frame.planes:
            plane.update(draw.integers(1, 256, (plane.height, plane.line_size), dtype=np.uint8).tobytes())
        frames.append(frame)
    return frames


print("PyAV", av.__version__, "libavcodec", av.library_versions["libavcodec"])
KEPT = (0, 0, 0)
for form, width, height, row, column in (
    ("yuv411p", 702, 480, 0, 1),
    ("yuv411p", 710, 480, 0, 1),
    ("yuv411p", 718, 480, 0, 1),
    ("yuv411p", 720, 480, 0, 0),
    ("yuv411p", 704, 480, 0, 0),
    ("yuv410p", 240, 134, 1, 0),
    ("yuv410p", 198, 142, 1, 1),
    ("yuv410p", 240, 136, 0, 0),
    ("yuv422p", 702, 480, 0, 0),
    ("yuv422p", 711, 480, 0, 0),
    ("yuv420p", 711, 479, 0, 0),
    ("yuv444p", 702, 480, 0, 0),
):
    name, frames = f"{form} {width} x {height}", noise(form, width, height)
    found = lost(frames)
    print(f"{name}: last row, last column, others that are lost: {found}")
    still(f"{name}: luma is kept", found[0] == KEPT)
    which = f"{'the last row ' * row}{'the last column ' * column}".strip() or "nothing"
    still(f"{name}: of chroma {which} is lost, and nothing else", found[1:] == [(row, column, 0)] * 2)
    if row or column:
        still(f"{name}: with level=1, one slice, nothing is lost", lost(frames, level="1") == [KEPT] * 3)
        still(f"{name}: with four slices it is as without an option", lost(frames, slices="4") == found)

file, size = io.BytesIO(), (240, 134)
y, x = np.mgrid[: size[1], : size[0]]
with av.open(file, "w", format="mov") as container:
    stream = container.add_stream("svq1", 12)
    stream.width, stream.height, stream.pix_fmt, stream.bit_rate = *size, "yuv410p", 800_000
    for index in range(4):
        picture = np.stack([200 - y, 60 + y, 40 + (x + 9 * index) // 2], axis=-1).astype(np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv410p")
        frame.pts, frame.time_base = index, Fraction(1, 12)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())
file.seek(0)
with av.open(file) as container:
    old = list(container.decode(video=0))
found = lost(old)
print(f"a film of Sorenson Video ({old[0].format.name}, 240 x 134) kept as FFV1: {found}")
still("a film of Sorenson Video loses its last row of chroma", all(each[0] == 1 and each[2] == 0 for each in found[1:]))
sys.exit(bool(changed))
EOF
