#!/usr/bin/env bash
# FFmpeg's NUT: raw video in P010, NV16, gray floats and forty other formats is written, and is read as 15-bit RGB.
#
# NUT is FFmpeg's own container, and the usual one for passing raw video on with its format and times. It names a pixel
# format by a tag of four letters. For formats that have none (P010, which hardware decoders give, all other semi-planar
# ones but NV12 and NV21, gray of 32-bit floats, gray of 16 bits with alpha, X2RGB10, VUYX, Y212, and more) the writer
# asks for a tag of raw video as such instead, and gets the first of its table, which stands for RGB with 5 bits a
# channel. The tag is valid, so nothing is logged; the reader finds frames of the size, rate and number that were
# written, of rgb555le, and fills them from the first bytes of each packet, since packets that are too long are no
# error: colours that have nothing to do with the picture. Matroska refuses these formats, and AVI logs that the file
# will be unreadable.
#
# Who is bitten: whoever pipes or keeps raw frames as NUT, from a decoder on a GPU for one, and has a network read them:
# every read succeeds. Instead: `rawvideo` whose format is told to the reader, or a format with a tag, yuv420p10le for
# p010le.
#
# Versions: av 18.1.0 (libavformat 62.12), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026; the
# same in FFmpeg 9.0.2.
#
# Run: bash findings/nut_of_p010_is_read_as_rgb555.sh
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
import av.logging
import numpy as np

changed = []
av.logging.set_level(av.logging.WARNING)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def kept(form, container="nut"):
    """The format that is read, the largest error in RGB, and the lines logged, of three frames in `form`."""
    y, x = np.mgrid[:48, :64]
    file, given = io.BytesIO(), []
    with av.logging.Capture() as logged:
        with av.open(file, "w", format=container) as output:
            stream = output.add_stream("rawvideo", 25)
            stream.width, stream.height, stream.pix_fmt = 64, 48, form
            for index in range(3):
                picture = np.stack([60 + y + index, 200 - x, 90 + (x + y) // 2], axis=-1).astype(np.uint8)
                frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=form)
                given.append(frame.reformat(format="rgb24").to_ndarray().astype(int))
                frame.pts, frame.time_base = index, Fraction(1, 25)
                output.mux(stream.encode(frame))
            output.mux(stream.encode())
        file.seek(0)
        with av.open(file) as read:
            rate, frames = read.streams.video[0].average_rate, list(read.decode(video=0))
    assert len(frames) == 3 and rate == 25 and (frames[0].width, frames[0].height) == (64, 48)
    found = [frame.reformat(format="rgb24").to_ndarray().astype(int) for frame in frames]
    worst = max(int(np.abs(a - b).max()) for a, b in zip(given, found))
    return frames[0].format.name, worst, [line for _, _, line in logged]


print("PyAV", av.__version__, "libavformat", av.library_versions["libavformat"])
for form in ("yuv420p", "yuv420p10le", "yuv422p16le", "nv12", "nv21", "gray16le", "gbrp12le", "rgba64le", "gbrpf32le"):
    name, worst, logged = kept(form)
    still(f"{form} is read as it is", name == form and worst == 0 and not logged)
wrong = ["nv16", "nv24", "nv42", "p010le", "p012le", "p016le", "p210le", "p216le", "p410le", "grayf32le", "ya16le"]
wrong += ["x2rgb10le", "vuyx", "y212le", "xv36le", "ayuv64le", "yuv440p10le"]
for form in wrong:
    name, worst, logged = kept(form)
    print(f"{form}: read as {name}, up to {worst} levels off; logged: {logged}")
    still(f"{form} is read as rgb555le, over 100 levels off, and nothing is logged", name == "rgb555le" and not logged)
    still(f"{form} is over 100 levels off", worst > 100)
try:
    kept("p010le", "matroska")
    refused = False
except (av.error.FFmpegError, ValueError):
    refused = True
still("Matroska refuses p010le", refused)
name, worst, logged = kept("p010le", "avi")
print("AVI:", name, logged)
still("AVI says that p010le cannot be written", any("cannot be written to avi" in line for line in logged))
sys.exit(bool(changed))
EOF
