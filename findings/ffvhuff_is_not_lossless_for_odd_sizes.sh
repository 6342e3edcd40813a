#!/usr/bin/env bash
# FFmpeg's FFVHuff, a lossless codec, loses the last row and column of chroma of films of odd sizes.
#
# Of 4:2:0 with 67 x 45 pixels a plane of chroma has 34 x 23 samples: sizes are rounded up. The encoder of FFVHuff
# halves width and height of the picture by a shift for all formats but 8-bit yuv420p and yuv422p, so that 33 x 22 are
# written, and the decoder does the same. Neither says a word; the last row and column of chroma come back as what the
# buffers held, rows as 0, which is green, in the films here. So it is at 9 to 16 bits with 4:2:0 and 4:2:2, with
# alpha, and with 4:1:1, 4:1:0 and 4:4:0; of 4:1:1 with 70 columns, an even number, the last of 18 samples is lost.
# Luma, 4:4:4 and RGB are kept, even sizes of 4:2:0 also. 8-bit yuv420p and yuv422p of odd widths are refused by an
# error instead. FFV1 of version 1 (one slice) keeps every sample of all of these.
#
# Who is bitten: whoever keeps cropped, scaled or scanned 10-bit film losslessly, checks it by luma or at even sizes,
# and later sees a green seam, or sums that differ from those of the source. Instead: FFV1, or 4:4:4.
#
# Versions: av 18.1.0 (libavcodec 62.28), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026; the same
# in FFmpeg 9.0.2.
#
# Run: bash findings/ffvhuff_is_not_lossless_for_odd_sizes.sh
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
    """The planes of a frame as arrays of their own size."""
    found = []
    for plane in frame.planes:
        kind = np.uint8 if frame.format.components[0].bits == 8 else np.uint16
        lines = np.frombuffer(bytes(plane), np.uint8).reshape(plane.height, plane.line_size)
        width = plane.width * np.dtype(kind).itemsize
        found.append(np.ascontiguousarray(lines[:, :width]).view(kind).copy())
    return found


def lost(codec, form, width, height, **options):
    """How many rows and columns of each plane do not come back from a film of noise, written and read again."""
    draw, file, given = np.random.default_rng(0), io.BytesIO(), []
    with av.open(file, "w", format="avi") as container:
        stream = container.add_stream(codec, 25, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, form
        for index in range(3):
            frame = av.VideoFrame(width, height, form)
            depth = frame.format.components[0].bits
            for plane in frame.planes:
                columns = plane.line_size // (1 if depth == 8 else 2)
                values = draw.integers(1, 1 << depth, (plane.height, columns))
                plane.update(values.astype(np.uint8 if depth == 8 else np.uint16).tobytes())
            given.append(samples(frame))
            frame.pts, frame.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    file.seek(0)
    with av.open(file) as container:
        read = [(frame.format.name, samples(frame)) for frame in container.decode(video=0)]
    assert len(read) == 3 and all(name == form for name, _ in read), "another format or length"
    wrong = [np.stack([a[at] != b[at] for a, (_, b) in zip(given, read)]) for at in range(len(given[0]))]
    # a lost row or column has noise in the source, and so hardly a sample that is right by chance
    lines = [(int((w.mean((0, 2)) > 0.9).sum()), int((w.mean((0, 1)) > 0.9).sum())) for w in wrong]
    return [(*line, round(float(w.mean()), 3)) for line, w in zip(lines, wrong)]


print("PyAV", av.__version__, "libavcodec", av.library_versions["libavcodec"])
for form, width, height, rows, columns in (
    ("yuv420p10le", 67, 45, 1, 1),
    ("yuv420p16le", 67, 45, 1, 1),
    ("yuv422p10le", 67, 45, 0, 1),
    ("yuv422p10le", 1919, 45, 0, 1),
    ("yuva420p", 67, 45, 1, 1),
    ("yuv440p", 67, 45, 1, 0),
    ("yuv411p", 70, 46, 0, 1),
    ("yuv420p10le", 66, 46, 0, 0),
    ("yuv444p10le", 67, 45, 0, 0),
    ("gbrp10le", 67, 45, 0, 0),
):
    found = lost("ffvhuff", form, width, height)
    other = lost("ffv1", form, width, height, level="1")
    print(f"{form} {width} x {height}: rows, columns and share lost of each plane: {found}")
    name = f"{form} {width} x {height}"
    still(f"{name}: luma is kept", found[0] == (0, 0, 0.0))
    chroma = [each[:2] for each in found[1:3]]
    still(f"{name}: of chroma {rows} rows and {columns} columns are lost", chroma == [(rows, columns)] * 2)
    still(f"{name}: nothing else", rows or columns or all(f[2] == 0 for f in found))
    still(f"{name}: FFV1 keeps all", all(f == (0, 0, 0.0) for f in other))
try:
    lost("ffvhuff", "yuv420p", 67, 45)
    refused = False
except (av.error.FFmpegError, ValueError):
    refused = True
still("8-bit yuv420p of an odd width is refused", refused)
sys.exit(bool(changed))
EOF
