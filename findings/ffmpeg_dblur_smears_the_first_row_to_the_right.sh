#!/usr/bin/env bash
# FFmpeg: `dblur=angle=0` blurs all rows alike to both sides, but the first one to the right alone and the last to the
# left.
#
# A picture of equal rows, blurred along them, ought to have equal rows. Those in between have: a bar is spread evenly
# to both sides. In the first row nothing goes to the left of the bar and in the last nothing to the right; both differ
# from their neighbours by up to 72 of 200 levels at the default radius of 5, at 8, 10 and 16 bits, and the bar of the
# first row lies 4 pixels further right. There are two passes, one from right to left and down, one from left to right
# and up, and each leaves out the row that it starts with. The same picture transposed and blurred with angle=90 is
# right in each column, and one with 20 rows more, cut after the blur, has no such rows. NumPy's passes agree: both for
# the rows in between, one alone for the first row.
#
# Who is bitten: whoever makes motion blur for training by it: the border rows of each frame move to one side, and every
# tile that is blurred alone gets seams. Instead: pad, blur and crop.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_dblur_smears_the_first_row_to_the_right.sh
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


def blurred(picture, option, bits=8):
    """Blur a gray picture of 8-bit levels (rows, columns) at this depth; return it in levels of 8 bits."""
    name, kind = ("gray", np.uint8) if bits == 8 else (f"gray{bits}le", np.dtype("<u2"))
    rows, columns = picture.shape
    data = (picture.astype(int) << (bits - 8)).astype(kind)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", name]
    command += ["-s", f"{columns}x{rows}", "-i", "-", "-vf", option, "-f", "rawvideo", "-pix_fmt", name, "-"]
    done = subprocess.run(command, input=data.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, kind).reshape(rows, columns) / 2.0 ** (bits - 8)


def one_way(row, radius):
    """Blur a row from left to right: each value is mixed with what was found to the left of it."""
    width = np.sqrt(0.25 + radius**2)
    found = row.astype(float)
    for index in range(1, len(found)):
        found[index] = (found[index] + (width - 0.5) * found[index - 1]) / (width + 0.5)
    return found


def place(row):
    return float((row * np.arange(len(row))).sum() / row.sum())


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
bar = np.zeros(64, int)
bar[28:36] = 200
picture = np.tile(bar, (32, 1))
for bits in (8, 10, 16):
    for radius in (1, 5, 10):
        found = blurred(picture, f"dblur=angle=0:radius={radius}", bits)
        first, middle, last = found[0], found[16], found[-1]
        off = [np.abs(one - middle).max() for one in (first, last)]
        name = f"{bits} bits, radius {radius}"
        print(f"{name}: first and last row are {off[0]:.0f} and {off[1]:.0f} levels off, and the bar of the first row")
        print(f"    is at {place(first):.1f}, that of the last at {place(last):.1f}, all others at {place(middle):.1f}")
        still(f"{name}: over 45 levels off in both", min(off) > 45)
        still(f"{name}: all other rows are alike", np.abs(found[1:-1] - middle).max() < 1)
        right = one_way(bar, radius)
        both = one_way(one_way(bar[::-1], radius)[::-1], radius)
        still(f"{name}: the middle is NumPy's of both passes", np.abs(middle - both).max() < 2)
        still(f"{name}: the first row is that of one alone", np.abs(first - right).max() < 2)
        still(f"{name}: first to the right, last to the left only", not first[:28].any() | last[36:].any())
        still(f"{name}: the last row is the mirrored first", np.abs(last - first[::-1]).max() < 2)
        upright = blurred(picture.T, f"dblur=angle=90:radius={radius}", bits).T
        still(f"{name}: upright all are alike", np.abs(upright - upright[16]).max() < 1)
        still(f"{name}: level and upright are alike in the middle", np.abs(upright[16] - middle).max() < 6)
        taller = blurred(np.tile(bar, (72, 1)), f"dblur=angle=0:radius={radius}", bits)[20:52]
        still(f"{name}: cut from a taller picture all are alike", np.abs(taller - taller[16]).max() < 1)

sys.exit(bool(changed))
EOF
