#!/usr/bin/env bash
# FFmpeg: `scale` with `flags=fast_bilinear` slides more and more to one side: at 1920 to 160 columns what is near the
# right border lies 20 pixels too far left.
#
# With `bilinear` a soft bar keeps its place within 0.15 pixels of the source. With `fast_bilinear`, when the width gets
# smaller at 8 bits, the step from pixel to pixel is made larger or smaller so that the last but one pixel of the source
# is met (`lumXInc` in libswscale/utils.c). On x86 the first columns are nearly right, and the last ones more than a
# pixel of the result too far left; with `-cpuflags 0` the whole picture is moved by half a pixel of the result to the
# right. Rows are right, and so are 16 bits. Mirrored before and after, the result is another picture: of 1920 to 160,
# bars in the middle lie 22 pixels of the source apart. That a fast method is less smooth is expected, but not that the
# sides of a picture are moved and its middle is not where it was.
#
# Who is bitten: whoever makes thumbnails or the input of a network by it, also by `sws_flags`: coordinates found in
# these are over a pixel off at one side. Instead: `bilinear` or `area`.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_fast_bilinear_slides_to_one_side.sh
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


def scaled(row, columns, method, flags=(), bits=8, upright=False, mirrored=False):
    """Scale a picture of equal rows (or columns, if upright) to this many columns (rows); return one row in 8 bits."""
    name, kind = ("gray", np.uint8) if bits == 8 else (f"gray{bits}le", np.dtype("<u2"))
    picture = np.tile(row.astype(int) << (bits - 8), (16, 1))
    size, target = (f"{len(row)}x16", f"{columns}:16")
    if upright:
        picture, size, target = picture.T, f"16x{len(row)}", f"16:{columns}"
    graph = f"scale={target}:flags={method}"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *flags, "-f", "rawvideo", "-pix_fmt", name, "-s", size]
    command += ["-i", "-", "-vf", f"hflip,{graph},hflip" if mirrored else graph]
    command += ["-f", "rawvideo", "-pix_fmt", name, "-"]
    done = subprocess.run(command, input=picture.astype(kind).tobytes(), capture_output=True, check=True)
    found = np.frombuffer(done.stdout, kind) / 2.0 ** (bits - 8)
    return found.reshape(columns, 16)[:, 8] if upright else found.reshape(16, columns)[8]


def off(width, columns, part, method, **options):
    """Return by how many pixels of the source a soft bar is off; a part of 0 is the left border, 1 the right.

    The middle of pixel x lies at x + 0.5, and borders of the picture stay borders.
    """
    middle, spread = int(part * width), 2 * width / columns
    row = np.round(200 * np.exp(-0.5 * ((np.arange(width) - middle) / spread) ** 2))
    found = scaled(row, columns, method, **options)
    place = (found * (np.arange(columns) + 0.5)).sum() / found.sum()
    return place * width / columns - (middle + 0.5)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
slow = ("-cpuflags", "0")
cases = ((1920, 160, -19.7), (1920, 240, -12.5), (640, 64, -16.1), (640, 160, -5.4), (640, 320, -1.7))
for width, columns, expected in cases:
    name = f"{width} to {columns}"
    parts = (0.1, 0.5, 0.9)
    found = [off(width, columns, part, "fast_bilinear") for part in parts]
    plain = [off(width, columns, part, "fast_bilinear", flags=slow) for part in parts]
    print(f"{name}: pixels off at 10, 50 and 90 %: {np.round(found, 1)}, with -cpuflags 0 {np.round(plain, 1)}")
    true = [off(width, columns, part, "bilinear", flags=flags) for part in parts for flags in ((), slow)]
    still(f"{name}: by bilinear within 0.15", np.abs(true).max() < 0.15)
    still(f"{name}: at 90 % about {expected}", abs(found[2] - expected) < 0.1 * width / columns)
    still(f"{name}: the middle is in between", found[2] < found[1] < found[0] + 0.01)
    still(f"{name}: with -cpuflags 0 to the other side", min(plain) >= 0.1 * width / columns)
    rows = [off(width, columns, part, "fast_bilinear", upright=True) for part in parts]
    deep = [off(width, columns, part, "fast_bilinear", bits=16) for part in parts]
    print(f"{name}: rows {np.round(rows, 2)}, 16 bits {np.round(deep, 2)}")
    still(f"{name}: rows and 16 bits within 0.15", np.abs([rows, deep]).max() < 0.15)
    apart = off(width, columns, 0.5, "fast_bilinear", mirrored=True) - found[1]
    print(f"{name}: mirrored before and after, a bar in the middle is {apart:.1f} pixels further right")
    still(f"{name}: over a pixel of the result", apart > 0.9 * width / columns)

sys.exit(bool(changed))
EOF
