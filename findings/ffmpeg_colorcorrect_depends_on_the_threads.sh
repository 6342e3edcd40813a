#!/usr/bin/env bash
# FFmpeg: `colorcorrect=analyze=minmax` gives other colours on a computer with more cores.
#
# The filter takes colour casts back that it measures in each frame. For "minmax" every thread finds the least and the
# largest colour of its rows, and the results are averaged (filter_frame in vf_colorcorrect.c); that is right for means,
# but the least value of a frame is not the mean of the least values of its parts. With one thread the result is the one
# by definition. Gray beside one patch of colour becomes 105 with one thread, 116 with two, 121 with four and
# 124 with eight. The number of threads is that of the cores unless -filter_threads says otherwise.
#
# Who is bitten: whoever computes on several computers, or compares results of yesterday's: the same command, file and
# version give other pictures. Instead: `-filter_threads 1`, or "median", which is never divided.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026;
# FFmpeg 5.1.9 does the same.
#
# Run: bash findings/ffmpeg_colorcorrect_depends_on_the_threads.sh
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


HEIGHT, WIDTH = 64, 96


def corrected(frame, threads, analyze, form="yuv444p"):
    """Send one frame (3, height, width) through the filter."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", form]
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-i", "-", "-filter_threads", str(threads)]
    command += ["-vf", f"colorcorrect=analyze={analyze}", "-f", "rawvideo", "-pix_fmt", form, "-"]
    done = subprocess.run(command, input=frame.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, frame.dtype).reshape(frame.shape)


def by_definition(frame, white, parts):
    """Take back the casts of dark and bright by the extremes of the colours, averaged over so many parts."""
    luma, colours = frame[0] / white, frame[1:] / white - 0.5
    pieces = [colours[:, HEIGHT * k // parts : HEIGHT * (k + 1) // parts] for k in range(parts)]
    low, high = (np.mean([getattr(piece, name)((1, 2)) for piece in pieces], axis=0) for name in ("min", "max"))
    cast = low[:, None, None] + (high - low)[:, None, None] * luma
    return np.stack([luma, *(colours - cast + 0.5).clip(0, 1)]) * white


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
frame = np.full((3, HEIGHT, WIDTH), 128, np.uint8)
frame[1:, :8, :8] = 172
for form, white in (("yuv444p", 255), ("yuv444p10le", 1023)):
    given = frame if white == 255 else (frame.astype("<u2") * 4)
    for analyze in ("minmax", "average", "median"):
        first = corrected(given, 1, analyze, form)
        for threads in (1, 2, 4, 8):
            found = corrected(given, threads, analyze, form)
            name = f"{form}, {analyze}, {threads} threads"
            gray = float(found[1, -1, -1]) * 255 / white
            print(f"{name}: the gray has a blue difference of {gray:.2f}")
            if analyze == "minmax":
                for parts, right in ((1, threads == 1), (threads, True)):
                    apart = float(np.abs(found - by_definition(given, white, parts)).max()) * 255 / white
                    claim = f"{name}: {'as' if right else 'over 5 levels from'} the mean of {parts} parts"
                    still(claim, apart < 1.1 if right else apart > 5)
            else:
                still(f"{name}: as of one", np.abs(found.astype(int) - first).max() <= 1)

sys.exit(bool(changed))
EOF
