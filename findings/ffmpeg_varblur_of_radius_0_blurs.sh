#!/usr/bin/env bash
# FFmpeg: `varblur` of radius 0 blurs and moves the picture by half a pixel, `max_r=8` is a radius of 33, and the last
# row and column are lost.
#
# The second film gives the radius of the blur at each pixel, black `min_r` (0) and white `max_r` (8). Radii are turned
# into widths, 2 r + 1, and these are then taken for radii; and a sum of x - r up to x + r leaves out x + r
# (libavfilter/vf_varblur.c). So black is the mean of 2 x 2 pixels, up and to the left, instead of nothing, and white is
# the mean of 66 x 66 pixels instead of 17 x 17; mirroring before and after gives another picture. The last row and
# column belong to no sum: if they are white on black, all of the result is black. NumPy's means agree at 8, 10 and 16
# bits; `avgblur=8` is 17 x 17.
#
# Who is bitten: whoever blurs backgrounds or faces by a mask or a depth map: what ought to stay sharp is soft and
# moved, the rest is blurred four times as far, and the mask is off by half a pixel. Instead: maskedmerge with a film
# blurred by `avgblur`.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_varblur_of_radius_0_blurs.sh
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


def filtered(graph, bits, *pictures):
    """Run a graph on gray pictures of 8-bit levels at this depth; return the result in levels of 8 bits."""
    name, kind = ("gray", np.uint8) if bits == 8 else (f"gray{bits}le", np.dtype("<u2"))
    rows, columns = pictures[0].shape
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error"]
    for number, picture in enumerate(pictures):
        np.round(picture * (2**bits - 1) / 255).astype(kind).tofile(f"{number}.raw")
        command += ["-f", "rawvideo", "-pix_fmt", name, "-s", f"{columns}x{rows}", "-i", f"{number}.raw"]
    command += ["-filter_complex", graph, "-f", "rawvideo", "-pix_fmt", name, "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, kind).reshape(rows, columns).astype(float) * 255 / (2**bits - 1)


def mean(picture, before, after):
    """Return means over this many pixels before and after each one, in both directions, without the borders."""
    size = before + 1 + after
    sums = np.pad(picture, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    return (sums[size:, size:] + sums[:-size, :-size] - sums[size:, :-size] - sums[:-size, size:]) / size**2


def off(found, picture, before, after):
    rows, columns = picture.shape
    inside = found[before : rows - after, before : columns - after]
    return np.abs(inside - mean(picture, before, after)).max()


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
random = np.random.default_rng(0)
picture = random.integers(0, 256, (120, 160)).astype(float)
picture[-1], picture[:, -1] = picture[-2], picture[:, -2]
black, white = np.zeros_like(picture), np.full_like(picture, 255)
for bits in (8, 10, 16):
    sharp = filtered("[0][1]varblur", bits, picture, black)
    print(f"{bits} bits, radius 0: {np.abs(sharp - picture).mean():.1f} levels off on average")
    print(f"    the mean of 2 x 2 up and to the left: {off(sharp, picture, 1, 0):.2f} off, down and right", end=" ")
    print(f"{off(sharp, picture, 0, 1):.0f}")
    still(f"{bits} bits, radius 0: over 30 levels off on average", np.abs(sharp - picture).mean() > 30)
    still(f"{bits} bits, radius 0: a mean of 2 x 2", off(sharp, picture, 1, 0) <= 1)
    soft = filtered("[0][1]varblur", bits, picture, white)
    print(f"{bits} bits, radius 8: {off(soft, picture, 8, 8):.0f} levels off the mean of 17 x 17,", end=" ")
    print(f"{off(soft, picture, 33, 32):.2f} off that of 66 x 66")
    still(f"{bits} bits, radius 8: a mean of 66 x 66", off(soft, picture, 33, 32) <= 1.5)
    still(f"{bits} bits, radius 8: not one of 17 x 17", off(soft, picture, 8, 8) > 15)
    plain = filtered("[0]avgblur=8", bits, picture)
    still(f"{bits} bits: avgblur=8 is a mean of 17 x 17", off(plain, picture, 8, 8) <= 1)
    mirrored = filtered("[0]hflip[m];[m][1]varblur,hflip", bits, picture, black)
    still(f"{bits} bits, radius 0: mirrored another picture", np.abs(mirrored - sharp).max() > 100)
    frame = np.zeros_like(picture)
    frame[-1] = frame[:, -1] = 255
    for name, radii in (("0", black), ("8", white)):
        lost = not filtered("[0][1]varblur", bits, frame, radii).any()
        still(f"{bits} bits, radius {name}: a last row of white is lost", lost)
    frame = frame[::-1, ::-1]
    still(f"{bits} bits, radius 0: a first one is not", filtered("[0][1]varblur", bits, frame, black).max() > 100)

sys.exit(bool(changed))
EOF
