#!/usr/bin/env bash
# FFmpeg: `v360=e:e` of nothing squeezes a panorama by one pixel, and `yaw` leaves a seam where its ends meet.
#
# Pixel x of w looks towards (2x + 1) / w - 1, but this direction is looked up at (w - 1) / 2 times itself plus 1, not
# at w / 2 times (libavfilter/vf_v360.c): what is found is x (w - 1) / w, counted from the middle. So the picture is
# squeezed towards its middle, by half a pixel at each border, in rows and columns, with each interpolation but `near`;
# ten times in a row it is 4.9 pixels. For panoramas, where the last column is a neighbour of the first one, a turn by
# 180 degrees has to be a move by half the width: it is one with `near`; with `linear`, `cubic` and `lanczos` the step
# from one old end to the other is twice as high as it was, whatever the size. `c3x2` to `c3x2` is exact with all of
# these, and so is NumPy's interpolation by w / 2. It is so for fisheye, stereographic, Mercator, cylindrical and flat
# pictures too.
#
# Who is bitten: whoever turns or stabilizes 360-degree films: each pass leaves a seam and moves what is far from the
# middle. Instead: `near`, or `scroll` for turns about the upright axis.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_v360_of_nothing_leaves_a_seam.sh
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
SMOOTH = ("linear", "cubic", "lanczos")


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def turned(picture, option, times=1):
    """Run v360 on a gray picture of 0..1, at 16 bits; return the result in 0..1."""
    rows, columns = picture.shape
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray16le"]
    command += ["-s", f"{columns}x{rows}", "-i", "-", "-vf", ",".join([f"v360={option}"] * times)]
    command += ["-f", "rawvideo", "-pix_fmt", "gray16le", "-"]
    data = np.round(picture * 65535).astype("<u2").tobytes()
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    return np.frombuffer(done.stdout, "<u2").reshape(rows, columns) / 65535


def waves(rows, columns, number=6):
    """Return upright waves that go round the panorama a whole number of times."""
    return np.tile(0.5 + 0.4 * np.sin(2 * np.pi * number * (np.arange(columns) + 0.5) / columns), (rows, 1))


def read(row, places):
    """Interpolate linearly in a row that goes round."""
    low = np.floor(places).astype(int)
    part = places - low
    return (1 - part) * row[low % len(row)] + part * row[(low + 1) % len(row)]


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
rows, columns = 96, 192
ramp = np.tile(0.1 + 0.004 * np.arange(columns), (rows, 1))
for projection in ("e", "fisheye", "sg", "mercator", "cylindrical", "flat", "c3x2"):
    moved = {}
    for name in ("near", *SMOOTH):
        moved[name] = (turned(ramp, f"{projection}:{projection}:interp={name}") - ramp) / 0.004
        print(f"{projection}, {name}: pixels off in columns 3, 96, 188:", moved[name][48, [3, 96, 188]].round(2))
    still(f"{projection}: near is exact", np.abs(moved["near"]).max() < 0.02)
    for name in SMOOTH:
        off = moved[name][48, [3, 96, 188]]
        if projection == "c3x2":
            still(f"{projection}, {name}: exact", np.abs(moved[name]).max() < 0.02)
        else:
            still(f"{projection}, {name}: half a pixel to the middle", np.abs(off - [0.48, 0, -0.48]).max() < 0.06)
upright = np.tile(0.1 + 0.008 * np.arange(rows), (columns, 1)).T
off = ((turned(upright, "e:e") - upright) / 0.008)[[3, 48, 92], 96]
still("rows too", np.abs(off - [0.46, 0, -0.46]).max() < 0.06)
ten = ((turned(ramp, "e:e", 10) - ramp) / 0.004)[48, [0, 96, 191]]
print("ten times:", ten.round(2))
still("ten times: 4.7 to 4.9 pixels", np.abs(ten - [4.85, 0, -4.8]).max() < 0.15)

for rows, columns in ((96, 192), (48, 96), (180, 360)):
    panorama, x = waves(rows, columns), np.arange(columns)
    for degrees in (180, 90):
        moved = np.roll(panorama, -columns * degrees // 360, 1)
        true = read(panorama[0], ((2 * x + 1) / columns - 1 + degrees / 180 + 1) * columns / 2 - 0.5)
        still(f"{columns}, {degrees} degrees: NumPy's is a move", np.abs(true - moved[0]).max() < 1e-9)
        near = turned(panorama, f"e:e:yaw={degrees}:interp=near")
        still(f"{columns}, {degrees} degrees: near is a move", np.abs(near - moved).max() < 1e-4)
        for name in SMOOTH:
            found = turned(panorama, f"e:e:yaw={degrees}:interp={name}")
            worst = np.abs(found - moved)[rows // 2]
            seam = columns - columns * degrees // 360
            print(f"{columns} columns, {degrees} degrees, {name}: {worst.max():.4f} off, in column {worst.argmax()}")
            still(f"{columns}, {degrees} degrees, {name}: worst at the old ends", abs(worst.argmax() - seam + 0.5) < 2)
            half = 0.4 * 2 * np.pi * 6 / columns / 2
            still(f"{columns}, {degrees} degrees, {name}: by half a pixel", 0.85 < worst.max() / half < 1.1)
            step = np.diff(found[rows // 2])[seam - 1] / np.diff(moved[0])[seam - 1]
            print(f"    from one old end to the other it rises {step:.2f} times as far as it ought to")
            still(f"{columns}, {degrees} degrees, {name}: the step is twice as high", 1.85 < step < 2.05)

sys.exit(bool(changed))
EOF
