#!/usr/bin/env bash
# FFmpeg: `chromakey` and `chromahold` at 16 bits take yellow, green and red for blue; at 8 to 12 bits blue alone.
#
# How far a colour is from the key is the root of the sum of two squares, of differences of samples. The sum is made in
# 32-bit integers (vf_chromakey.c), where it overflows at 16 bits if the colour is over 46340 of 65535 away: the root
# of a negative number is NaN, which is not greater than `similarity`, or what is left is too small. So the colours that
# are farthest from the key become transparent (chromahold: stay coloured) like the key itself. Of colour bars keyed by
# blue with a similarity of 0.1 yellow, green and red vanish as well, by red cyan, green and blue, by a green of the
# bars red, magenta and blue. Of all pairs of U and V over 30 % come out wrong; at 8, 10 and 12 bits none does.
#
# Who is bitten: whoever keys or masks in the deepest format for the sake of exactness.
# Instead: format=yuva444p12 before the filter.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/ffmpeg_chromakey_at_16_bits_keys_other_colours.sh
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


FORMATS = {8: "yuva444p", 10: "yuva444p10le", 12: "yuva444p12le", 16: "yuva444p16le"}
BARS = {
    "white": (235, 128, 128),
    "yellow": (210, 16, 146),
    "cyan": (170, 166, 16),
    "green": (145, 54, 34),
    "magenta": (106, 202, 222),
    "red": (81, 90, 240),
    "blue": (41, 240, 110),
    "black": (16, 128, 128),
}


def filtered(spec, bits, planes):
    """Send Y, U, V (rows, columns; of 8 bits) at a bit depth through a filter; return Y, U, V, A as of 8 bits."""
    opaque = np.full_like(planes[0], 2**bits - 1)
    samples = np.stack([*(plane << (bits - 8) for plane in planes), opaque])
    rows, columns = planes[0].shape
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", FORMATS[bits]]
    command += ["-s", f"{columns}x{rows}", "-i", "-", "-vf", spec, "-f", "rawvideo", "-pix_fmt", FORMATS[bits], "-"]
    kind = np.dtype("u1" if bits == 8 else "<u2")
    found = subprocess.run(command, input=samples.astype(kind).tobytes(), capture_output=True, check=True).stdout
    return np.frombuffer(found, kind).reshape(4, rows, columns) / 2 ** (bits - 8)


def patches(colours):
    """Return Y, U, V of a row of patches of 8 x 8 pixels."""
    return [np.array(plane).repeat(8)[None].repeat(8, 0) for plane in zip(*colours, strict=True)]


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
others = {
    "blue": ["yellow", "green", "red"],
    "red": ["cyan", "green", "blue"],
    "green": ["magenta", "red", "blue"],
}
for name, others_at_16 in others.items():
    key = "0x" + "".join(f"{value:02x}" for value in BARS[name])
    for bits in FORMATS:
        alpha = filtered(f"chromakey={key}:0.1:0:yuv=1", bits, patches(BARS.values()))[3, 4, 4::8]
        gone = [bar for bar, opaque in zip(BARS, alpha, strict=True) if opaque == 0]
        held = filtered(f"chromahold={key}:0.1:0:yuv=1", bits, patches(BARS.values()))[1:3, 4, 4::8]
        kept = [bar for bar, chroma in zip(BARS, held.T, strict=True) if (chroma != 128).any()]
        print(f"{bits} bits, key {name}: transparent are", *gone, "- still coloured by chromahold are", *kept)
        expected = sorted([name, *(others_at_16 if bits == 16 else [])])
        still(f"{bits} bits, key {name}: so are {' '.join(expected)}", sorted(gone) == sorted(kept) == expected)
levels = range(16, 241, 8)
pairs = np.array([(128, u, v) for u in levels for v in levels])
distance = np.hypot(pairs[:, 1] - 40, pairs[:, 2] - 32) / 255 / 2**0.5
clear = np.abs(distance - 0.2) > 0.005
for bits in FORMATS:
    alpha = filtered("chromakey=0x802820:0.2:0:yuv=1", bits, patches(pairs))[3, 4, 4::8]
    wrong = ((alpha > 0) != (distance > 0.2))[clear]
    print(f"{bits} bits, all pairs of U and V: {wrong.mean():.1%} wrong")
    still("over 30 %" if bits == 16 else "none", wrong.mean() > 0.3 if bits == 16 else not wrong.any())
    if bits == 16:
        still("only ones that are far away", float(distance[clear][wrong].min()) > 0.4)

sys.exit(bool(changed))
EOF
