#!/usr/bin/env bash
# FFmpeg: `fillborders=mode=fade` ends a step too early at the right and at the lower border, and does nothing there
# for 1 pixel.
#
# The fade goes from the picture to a colour over the width of the border. At the left and upper sides the outermost
# pixel has the colour: for 8 pixels, white over 100, it is 235, 218, 201, 184, 167, 150, 133, 116. At the right and
# lower sides it is one step behind: 100, 116, ... 218, so that the outermost one is not white and the innermost one
# not faded. With a border of 1 pixel the left column and the first row are white and the last ones as before; with 2
# the last ones are half white. It is so at 8, 10 and 16 bits. A mirrored picture has a fade that is not the mirrored
# one; by the modes smear, mirror, reflect and fixed it is.
#
# Who is bitten: whoever hides the black or torn last row and column of digitized tapes, which this filter is for:
# they are what is left. Instead: one pixel more at the right and below.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_fillborders_fades_less_at_right_and_below.sh
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


ROWS, COLUMNS = 48, 64


def filtered(levels, depth, filters):
    """Send a gray frame of 8-bit levels through the program at this depth; return levels of 0 to 255."""
    pixels = "gray" if depth == 8 else f"gray{depth}le"
    scale = 1 << (depth - 8)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", pixels]
    command += ["-s", f"{COLUMNS}x{ROWS}", "-i", "-", "-vf", filters, "-f", "rawvideo", "-pix_fmt", pixels, "-"]
    sent = (levels * scale).astype(np.uint8 if depth == 8 else "<u2")
    done = subprocess.run(command, input=sent.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, sent.dtype).reshape(ROWS, COLUMNS) / scale


def faded(width):
    """Return the levels of a fade from white, 235, to 100, from the outermost pixel on."""
    return 100 + 135 * (1 - np.arange(width) / width)


def mirrored(way, picture):
    return picture[:, ::-1] if way == "left and right" else picture[::-1]


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
even = np.full((ROWS, COLUMNS), 100)
for depth in (8, 10, 16):
    for width in (1, 2, 4, 8):
        sides = f"left={width}:right={width}:top={width}:bottom={width}"
        found = filtered(even, depth, f"fillborders={sides}:mode=fade:color=white")
        row, column = found[ROWS // 2], found[:, COLUMNS // 2]
        for name, line in (("left", row), ("top", column)):
            apart = np.abs(line[:width] - faded(width)).max()
            still(f"{depth} bits, {width} pixels, {name}: the fade within a level", apart <= 1.2)
        for name, line in (("right", row[::-1]), ("bottom", column[::-1])):
            late = np.append(faded(width)[1:], 100)
            apart = np.abs(line[:width] - late).max()
            print(f"{depth} bits, {width} pixels, {name}: {np.round(line[:width])}, meant {np.round(faded(width))}")
            still(f"{depth} bits, {width} pixels, {name}: a step late, within a level", apart <= 1.2)

noise = np.random.default_rng(0).integers(40, 200, (ROWS, COLUMNS))
for mode, same in (("fade", False), ("smear", True), ("mirror", True), ("reflect", True), ("fixed", True)):
    filters = f"fillborders=left=4:right=4:top=4:bottom=4:mode={mode}"
    for way in ("left and right", "top and bottom"):
        apart = np.abs(filtered(noise, 8, filters) - mirrored(way, filtered(mirrored(way, noise), 8, filters))).max()
        print(f"{mode}, mirrored {way}: {apart:.0f} levels apart")
        still(f"{mode}, mirrored {way}: {'the same' if same else 'over 20 apart'}", apart == 0 if same else apart > 20)

sys.exit(bool(changed))
EOF
