#!/usr/bin/env bash
# FFmpeg's swscale: leaving out the last row of a 4:2:0 picture changes the colours of all other rows.
#
# A picture of 64 rows and the same picture without its last row hold the same planes (32 rows of chroma). Converted
# to RGB, the upper half of the second differs from that of the first by 8 to 17 levels on average where colours are
# busy: with an even height, swscale repeats every row of chroma twice; with an odd one, it scales chroma to the new
# number of rows, which interpolates and moves it. The number of columns matters likewise once FULL_CHR_H_INT is set,
# and not at all without it. None of the three combinations of flags tried gives the same rows for both heights.
#
# Who is bitten: whoever crops before decoding, compares encoders at odd sizes, or tests with 48 rows and runs with
# 49.
#
# Versions: av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/swscale_odd_height_changes_every_row.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


CHROMA = np.random.default_rng(0).integers(60, 196, (2, 32, 32), np.uint8)


def shown(rows, columns, flags):
    """Convert the first rows and columns of a picture of 64 x 64 whose colours are busy, and whose luma is flat."""
    frame = av.VideoFrame(columns, rows, "yuv420p")
    for plane, values in zip(frame.planes, (np.full((64, 64), 128, np.uint8), *CHROMA)):
        padded = np.zeros((plane.height, plane.line_size), np.uint8)
        padded[:, : plane.width] = values[: plane.height, : plane.width]
        plane.update(padded.tobytes())
    return VideoReformatter().reformat(frame, format="rgb24", interpolation=flags).to_ndarray().astype(int)


print("PyAV", av.__version__, "swscale", av.library_versions["libswscale"])
ALL = Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
for name, flags, by_row, by_column in (
    ("bilinear", Interpolation.BILINEAR, True, False),
    ("bicubic", Interpolation.BICUBIC, True, False),
    ("bicubic, ACCURATE_RND, FULL_CHR_H_INT", Interpolation.BICUBIC | ALL, True, True),
):
    whole = shown(64, 64, flags)[:32, :32]
    rows = float(np.abs(whole - shown(63, 64, flags)[:32, :32]).mean())
    columns = float(np.abs(whole - shown(64, 63, flags)[:32, :32]).mean())
    print(
        f"{name}: the first quarter changes by {rows:.2f} levels without the last row, {columns:.2f} without the column"
    )
    still(f"{name}: without the last row, by over 5 levels: {by_row}", (rows > 5) == by_row and (rows == 0) != by_row)
    still(
        f"{name}: without the last column, by over 3: {by_column}",
        (columns > 3) == by_column and (columns == 0) != by_column,
    )

sys.exit(bool(changed))
EOF
