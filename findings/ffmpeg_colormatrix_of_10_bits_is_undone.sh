#!/usr/bin/env bash
# FFmpeg: `colormatrix=bt601:bt709` of 10- or 12-bit video changes nothing; of 8 bits it converts.
#
# The filter works at 8 bits, so a converter is put behind it that makes 10 bits again. `colormatrix` marks its frames
# as BT.709, as it should; the converter was promised the colours of the input, sees others come, and converts them
# back. So colours come out as they went in, within 0.5 levels for 4:4:4, where they ought to move by up to 29 levels;
# marked as BT.601 before, they do too. From BT.709 to BT.2020, of video that says nothing, they are converted to yet
# another space, 16 levels off. Of 8 bits each of these is right within a level of the matrices, which are computed
# here. It is right as well if the video is brought to 8 bits after the filter too, or if the wrong space was marked.
#
# Who is bitten: whoever brings HD and SD clips of 10 bits into one space: skin and reds are 19 to 28 levels off, and
# the file says BT.709. Instead: `colorspace` or `zscale`.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_colormatrix_of_10_bits_is_undone.sh
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


COLOURS = [(147, 103, 136), (81, 90, 240), (145, 54, 34), (41, 240, 110), (180, 128, 128)]
WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}


def converted(colour, layout, bits, filters, out_bits=None):
    """Send an even frame of this colour (Y, Cb, Cr, 8-bit levels) through the filters; return its 8-bit levels."""
    names = [f"yuv{layout}p" + (f"{one}le" if one > 8 else "") for one in (bits, out_bits or bits)]
    kinds = [np.uint8 if one == 8 else np.dtype("<u2") for one in (bits, out_bits or bits)]
    width, height = {"420": (16, 8), "422": (16, 16), "444": (32, 16)}[layout]
    sizes = [32 * 16, width * height, width * height]
    data = b"".join(np.full(size, level << (bits - 8), kinds[0]).tobytes() for size, level in zip(sizes, colour))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", names[0], "-s", "32x16"]
    command += ["-i", "-", "-vf", filters, "-f", "rawvideo", "-pix_fmt", names[1], "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    planes = np.split(np.frombuffer(done.stdout, kinds[1]), np.cumsum(sizes)[:2])
    assert all(np.ptp(plane) == 0 for plane in planes)
    return np.array([plane[0] / 2 ** ((out_bits or bits) - 8) for plane in planes])


def to_rgb(space):
    """Return the matrix from Y, Cb and Cr to red, green and blue."""
    red, blue = WEIGHTS[space]
    green = 1 - red - blue
    from_blue, from_red = 2 * (1 - blue), 2 * (1 - red)
    return np.array([[1, 0, from_red], [1, -from_blue * blue / green, -from_red * red / green], [1, from_blue, 0]])


def by_matrix(colour, source, target):
    scale, offset = np.array([219, 224, 224]), np.array([16, 128, 128])
    return np.linalg.solve(to_rgb(target), to_rgb(source) @ ((np.array(colour) - offset) / scale)) * scale + offset


def off(layout, bits, source, target, before="", after="", out_bits=None):
    """Return how far the filter is from the matrices, and from doing nothing, at most over all colours."""
    found = [
        converted(colour, layout, bits, f"{before}colormatrix={source}:{target}{after}", out_bits) for colour in COLOURS
    ]
    true = [by_matrix(colour, source, target) for colour in COLOURS]
    return np.abs(np.array(found) - true).max(), np.abs(np.array(found) - COLOURS).max()


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for layout in ("420", "422", "444"):
    near = 0.6 if layout == "444" else 2.5
    for bits in (8, 10, 12):
        for before in ("", "setparams=colorspace=smpte170m,"):
            true, nothing = off(layout, bits, "bt601", "bt709", before)
            name = f"{layout}, {bits} bits, {'marked' if before else 'not marked'}, BT.601 to BT.709"
            print(f"{name}: {true:.1f} levels off the matrices, {nothing:.1f} off the input")
            if bits == 8:
                still(f"{name}: right within a level", true < 1 and nothing > 25)
            else:
                still(f"{name}: as the input, 25 levels and more off", true > 25 and nothing < near)
    for bits in (8, 10, 12):
        true, nothing = off(layout, bits, "bt709", "bt2020")
        name = f"{layout}, {bits} bits, BT.709 to BT.2020"
        print(f"{name}: {true:.1f} levels off the matrices, {nothing:.1f} off the input")
        still(f"{name}: {'right' if bits == 8 else 'over 14 off'}", true < 1 if bits == 8 else true > 14)
    true, nothing = off(layout, 10, "bt709", "bt601", "setparams=colorspace=bt709,")
    still(f"{layout}, 10 bits, marked BT.709, to BT.601: 25 and more off", true > 25)
    true, nothing = off(layout, 10, "bt601", "bt709", out_bits=8)
    still(f"{layout}, from 10 bits to 8: right within a level", true < 1)
    true, nothing = off(layout, 10, "bt601", "bt709", "setparams=colorspace=bt709,")
    still(f"{layout}, 10 bits, marked as BT.709 before: right", true < 1)

sys.exit(bool(changed))
EOF
