#!/usr/bin/env bash
# FFmpeg: `fftdnoiz` draws dots of 20 levels into an even picture, in its last column.
#
# The denoiser takes overlapping blocks under a window, damps what is weak in their spectra, and divides by the sum of
# the windows. An even picture has to stay as it is, and does so for 64 or 80 columns, within a level. With 65, 81 or
# 97 columns, one more than the blocks of 32 with their overlap of 0.5 fill, the last column is held by the faint rim
# of one window alone, and what the damping has changed there is divided by next to nothing: an even 200 gets dots of
# 179 to 219, and with 66 columns of 191 to 207. With `overlap=0.2`, which the documentation allows, any width will do,
# and the dots are within the picture too: 145 to 213 in 64 x 48. With `sigma=0` all is exact, so that it is no
# rounding, and it is the same with `-cpuflags 0`. Chroma planes of 4:2:0 have such widths when the film has 450 or
# 1058 columns: 225 and 529.
#
# Who is bitten: whoever denoises animation, titles, or flat chroma before a training or a metric. Instead: pad to a
# multiple of 16 and crop after it.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/ffmpeg_fftdnoiz_draws_dots_into_even_pictures.sh
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


def denoised(picture, options="", flags=()):
    """Return the second of three equal gray frames, denoised."""
    height, width = picture.shape
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *flags, "-f", "rawvideo", "-pix_fmt", "gray"]
    command += ["-s", f"{width}x{height}", "-r", "25", "-i", "-", "-vf", f"fftdnoiz={options}"]
    command += ["-f", "rawvideo", "-pix_fmt", "gray", "-"]
    done = subprocess.run(command, input=picture.tobytes() * 3, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(3, height, width)[1].astype(int)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for width, least in ((64, 0), (65, 15), (66, 5), (72, 0), (80, 0), (81, 15), (225, 15), (529, 15)):
    even = np.full((48, width), 200, np.uint8)
    off = np.abs(denoised(even, "sigma=5") - 200)
    where = np.unique(np.argwhere(off > 4)[:, 1])
    print(f"an even 200, {width} columns: up to {off.max()} levels off, in columns {where}")
    if least:
        still(f"{width} columns: over {least} levels off", off.max() > least)
        still(f"{width} columns: in the last two alone", off[:, :-2].max() <= 2)
    else:
        still(f"{width} columns: within 2 levels", off.max() <= 2)
    plain = denoised(even, "sigma=5", ("-cpuflags", "0"))
    still(f"{width} columns: the same without the processor's extensions", np.abs(np.abs(plain - 200) - off).max() <= 2)
    still(f"{width} columns: right with sigma=0", (denoised(even, "sigma=0") == 200).all())
even = np.full((48, 64), 200, np.uint8)
for overlap in (0.2, 0.5):
    off = np.abs(denoised(even, f"sigma=5:overlap={overlap}") - 200)
    print(f"64 x 48, overlap {overlap}: up to {off.max()} levels off")
    still(
        f"overlap {overlap}: {'over 40' if overlap < 0.5 else 'within 2'}",
        off.max() > 40 if overlap < 0.5 else off.max() <= 2,
    )

sys.exit(bool(changed))
EOF
