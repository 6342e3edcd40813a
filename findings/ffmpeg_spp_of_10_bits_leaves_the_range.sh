#!/usr/bin/env bash
# FFmpeg: `spp` of a 10-bit white title gives samples of 65535 in a format whose white is 1023.
#
# Taking away coding noise overshoots at edges, and what is above white ought to become white. At 8 bits it does. At 10
# bits it is set to "all bits", and a sample has 16 of them (`~(temp >> 31)` in libavfilter/vf_spp.c, stored to
# uint16_t). Of the 1648 pixels of a white title of 1023 on 240, qp=16, 327 to 970 are 65535, and converted to rgb24 all
# of these are black; with quality=6 604 more are 0 at once. What is below black becomes 0, rightly, and a title of 940
# is right. It is the same with `-cpuflags 0`, for each quality and for chroma. No output of a filter may lie outside
# the range of its own format.
#
# Who is bitten: whoever cleans up full-range 10-bit films: lights and titles get black or coloured spots, and encoders
# get samples beyond their range. Instead: `lutyuv=y=min(val\,1000)` and the like before it, or 8 bits.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_spp_of_10_bits_leaves_the_range.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys

import imageio_ffmpeg
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def cleaned(planes, option, bits, flags=(), after="null", out=None):
    """Filter planes (3, rows, columns) of levels of this depth; return those of the output, by default as given."""
    name, kind = ("yuv444p", np.uint8) if bits == 8 else (f"yuv444p{bits}le", np.dtype("<u2"))
    rows, columns = planes.shape[1:]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *flags, "-f", "rawvideo", "-pix_fmt", name]
    command += ["-s", f"{columns}x{rows}", "-color_range", "pc", "-i", "-", "-vf", f"{option},{after}"]
    command += ["-f", "rawvideo", "-pix_fmt", out or name, "-"]
    done = subprocess.run(command, input=planes.astype(kind).tobytes(), capture_output=True, check=True)
    if out:
        return np.frombuffer(done.stdout, np.uint8).reshape(rows, columns, 3)
    return np.frombuffer(done.stdout, kind).reshape(planes.shape).astype(int)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
title = np.zeros((64, 96), bool)
title[16:48, 20:76] = True
title[20:44, 30:33] = title[20:44, 50:53] = False


def picture(white, ground, bits, plane=0):
    planes = np.full((3, *title.shape), 128 << (bits - 8))
    planes[plane] = np.where(title, white, ground)
    return planes


for quality in (3, 4, 5, 6):
    for flags in ((), ("-cpuflags", "0")):
        option, name = f"spp=quality={quality}:qp=16", f"quality {quality} {' '.join(flags)}"
        narrow = cleaned(picture(255, 60, 8), option, 8, flags)
        wide = cleaned(picture(1023, 240, 10), option, 10, flags)
        over = wide > 1023
        print(f"{name}: at 8 bits {narrow.max()} at most, at 10 bits {wide.max()}, {over.sum()} samples beyond 1023")
        still(f"{name}: white at 8 bits stays within 40 levels", np.abs(narrow - picture(255, 60, 8)).max() <= 40)
        still(f"{name}: over 250 samples of 10 bits are 65535", over.sum() > 250 and set(wide[over]) == {65535})
        still(f"{name}: all of them are of the title", bool(np.all(title[np.nonzero(over)[1:]])))
        far = np.abs(wide - picture(1023, 240, 10)) > 200
        print(f"    of those that are over 50 levels of 8 bits off, {(wide[far] == 0).sum()} are 0")
        still(f"{name}: all others within 50 levels, or 0 at quality 6", bool(np.all(over[far] | (wide[far] == 0))))
        still(f"{name}: some are 0 at quality 6 alone", bool((wide[far] == 0).any()) == (quality == 6))
        dark = cleaned(picture(0, 240, 10), option, 10, flags)
        still(f"{name}: a black title is right", 0 <= dark.min() and dark[0].max() < 300)
        legal = cleaned(picture(940, 240, 10), option, 10, flags)
        still(f"{name}: a title of 940 is right", legal.max() < 1023)
        chroma = cleaned(picture(1023, 512, 10, plane=1), option, 10, flags)
        still(f"{name}: so is chroma", chroma[1].max() == 65535 and chroma[[0, 2]].max() < 600)

for bits in (8, 10):
    white, ground = (1 << bits) - 1, 60 << (bits - 8)
    shown = cleaned(picture(white, ground, bits), "spp=quality=4:qp=16", bits, out="rgb24")[title]
    black = int((shown.max(-1) < 50).sum())
    print(f"{bits} bits as rgb24: {black} pixels of the title are black, the darkest is {shown.min()}")
    still(f"{bits} bits as rgb24: {'black pixels' if bits == 10 else 'none black'} in it", (black > 0) == (bits == 10))

sys.exit(bool(changed))
EOF
