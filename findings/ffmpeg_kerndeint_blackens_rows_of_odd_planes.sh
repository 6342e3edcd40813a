#!/usr/bin/env bash
# FFmpeg 9: `kerndeint` and `il` leave out rows of planes of an odd height: 720 x 486 in 4:2:0 gets green lines at its
# end.
#
# Both go through a plane by pairs of rows. Of an even 100 of 63 rows `kerndeint` makes rows 58, 60 and 62 a 0, and
# `il`, asked for nothing (all its modes are "none" unless told), row 62. For 4:2:0 it is enough that a half of the
# height is odd: at 66, 270 and 486 rows luma is right, and rows 238, 240 and 242 of 243 of both chroma planes are 0
# in NTSC's full 720 x 486, which is a bright green. At 64, 480, 576 and 1080 rows nothing is wrong. There is no
# message. `bwdif`, `yadif`, `estdif` and `w3fdif` give an even 100 in all of these.
#
# Who is bitten: whoever deinterlaces archive material of 486 rows, or crops before it deinterlaces. Instead: another
# of FFmpeg's deinterlacers, `pad` before and `crop` after, or 4:2:2 for 486 rows (243 chroma rows become 486).
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_kerndeint_blackens_rows_of_odd_planes.sh
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


COLUMNS = 96


def filtered(rows, pixels, filters):
    """Send three frames of an even 100 through the program; return the planes of the second one that comes out."""
    heights = {"yuv420p": (rows, -(-rows // 2), -(-rows // 2)), "yuv422p": (rows, rows, rows)}[pixels]
    widths = (COLUMNS, COLUMNS // 2, COLUMNS // 2)
    size = sum(height * width for height, width in zip(heights, widths))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-f", "rawvideo", "-pix_fmt", pixels]
    command += ["-s", f"{COLUMNS}x{rows}", "-i", "-", "-vf", filters, "-f", "rawvideo", "-pix_fmt", pixels, "-"]
    film = np.full(3 * size, 100, np.uint8).tobytes()
    done = subprocess.run(command, input=film, capture_output=True, check=True)
    still(f"{filters}, {rows} rows, {pixels}: no message", not done.stderr.strip())
    frame = np.frombuffer(done.stdout, np.uint8).reshape(-1, size)[1]
    planes, begin = [], 0
    for height, width in zip(heights, widths):
        planes.append(frame[begin : begin + height * width].reshape(height, width))
        begin += height * width
    return planes


def others(plane):
    """Return the rows that are not 100 throughout."""
    return np.flatnonzero((plane != 100).any(axis=1)).tolist()


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for rows in (63, 64, 66, 270, 480, 486, 576, 1080):
    for pixels in ("yuv420p", "yuv422p"):
        for filters, ends in (("kerndeint", (5, 3, 1)), ("il", (1,))):
            for number, plane in enumerate(filtered(rows, pixels, filters)):
                expected = [len(plane) - end for end in ends] if len(plane) % 2 else []
                found = others(plane)
                if found:
                    print(f"{filters}, {rows} rows, {pixels}: plane {number} of {len(plane)} rows, not 100 in {found}")
                    still(f"{filters}, {rows} rows, {pixels}: these rows are 0", not plane[found].any())
                still(f"{filters}, {rows} rows, {pixels}, plane {number}: rows {expected}", found == expected)
    for filters in ("bwdif", "yadif", "estdif", "w3fdif"):
        right = not any(others(plane) for plane in filtered(rows, "yuv420p", filters))
        still(f"{filters}, {rows} rows, yuv420p: an even 100", right)

sys.exit(bool(changed))
EOF
