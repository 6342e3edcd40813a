#!/usr/bin/env bash
# FFmpeg: `fade` to black ends below black with 8-bit alpha, and at a dark gray in films of the full range.
#
# Black is 16 in films of the limited range and 0 in those of the full one. By its documentation `fade` goes to black
# unless a colour is named. It decides by the name of the pixel format alone: yuva420p, yuva422p and yuva444p are not
# on its list, so that they go to 0, 16 levels below black, while the same film at 10 to 16 bits, or without alpha,
# goes to 16. And what a film says of its range is not looked at: marked as full range, yuv420p and the like go to 16,
# a visible gray, while yuvj420p, the same by another name, goes to 0. With `color=black` written out it is the same.
#
# Who is bitten: titles and overlays with alpha are darker through the whole fade, by up to 16 levels, than the film
# below them; films of phones and cameras do not become black. Instead: format=yuva444p10 before it for alpha, and
# format=gbrp for the full range.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/ffmpeg_fade_to_black_misses_black.sh
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


HEIGHT, WIDTH, FRAMES = 16, 16, 6
GRAY = 200


def faded(pixels, bits=8, options="", color_range=None, before="", out=None):
    """Return the luma (or red) of six frames of an even gray that are faded in, in 8-bit levels."""
    planes = 4 if "a4" in pixels else 3
    kind, name = (np.uint8, pixels) if bits == 8 else (np.dtype("<u2"), f"{pixels}{bits}le")
    content = np.zeros((FRAMES, planes, HEIGHT, WIDTH), kind)
    content[:] = np.array([GRAY, 128, 128, 255][:planes], kind)[:, None, None] << (bits - 8)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", name]
    command += ["-color_range", color_range] if color_range else []
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", "-", "-vf", f"{before}fade=in:0:{FRAMES}{options}"]
    command += ["-f", "rawvideo", "-pix_fmt", out or name, "-"]
    done = subprocess.run(command, input=content.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, kind).reshape(FRAMES, -1)[:, 0] / 2 ** (bits - 8)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
steps = np.arange(FRAMES) / FRAMES
for title, black, rooms in (
    ("limited range", 16, [("yuv444p", bits, None, 16) for bits in (8, 10, 12, 16)]),
    ("limited range, with alpha", 16, [("yuva444p", bits, None, 16 if bits > 8 else 0) for bits in (8, 10, 12, 16)]),
    ("full range", 0, [("yuv444p", 8, "pc", 16), ("yuv444p", 10, "pc", 16), ("yuvj444p", 8, "pc", 0)]),
):
    for pixels, bits, color_range, end in rooms:
        found = faded(pixels, bits, color_range=color_range)
        name = f"{title}, {pixels}, {bits} bits"
        print(f"{name}: {found.round(1).tolist()}, black is {black}")
        still(f"{name}: it begins at {end}", found[0] == end)
        still(f"{name}: it rises evenly from there", np.allclose(found, end + (GRAY - end) * steps, atol=1))
        named = faded(pixels, bits, ":color=black", color_range)
        still(f"{name}: as with color=black", np.array_equal(named, found))
darker = faded("yuv444p")[3] - faded("yuva444p")[3]
print(f"half way, the film with alpha is {darker:.0f} levels darker than that without")
still("half way, alpha makes it 8 levels darker", abs(darker - 8) <= 1)
for color_range, first in (("tv", 0), ("pc", 16)):
    for before, end in (("", first), ("format=gbrp,", 0)):
        red = faded("yuv444p", before=before, color_range=color_range, out="rgb24")
        print(f"yuv444p, {color_range}, {before or 'as it is,'} seen as RGB: {red.tolist()}")
        still(f"yuv444p, {color_range}, {before or 'as it is,'} seen as RGB: it begins at {end}", red[0] == end)

sys.exit(bool(changed))
EOF
