#!/usr/bin/env bash
# FFmpeg: `tmedian` and `amplify` show each frame `radius` frames too early, and make the film shorter.
#
# The median of frames 0, 1 and 2 belongs where frame 1 is; `tmedian=radius=1` gives it the time of frame 0, and so on:
# the picture is 1 frame ahead of its sound and of the original, with radius 2 it is 2, with radius 10 it is 10, and the
# film ends twice as many frames early. `amplify=factor=0`, which changes nothing, is ahead by its radius, too, and two
# frames per radius and one more are lost. `atadenoise`, which looks to both sides as well, keeps each frame's time and
# all frames. The documentation of tmedian and amplify tells of neither.
#
# Who is bitten: whoever removes noise or flicker from predicted frames and then measures PSNR or SSIM against the
# truth, frame by frame, or lays the sound beside it.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/ffmpeg_tmedian_is_ahead_of_its_film.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import re
import subprocess
import sys

import imageio_ffmpeg
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


HEIGHT, WIDTH, RATE = 48, 64, 25
FRAMES = [np.full((HEIGHT, WIDTH), 5 * number, np.uint8) for number in range(30)]


def shown(chain):
    """Return, for each frame that comes out of a filter, its time in frames and the number of the frame it shows."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "info", "-f", "rawvideo", "-pix_fmt", "gray"]
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-", "-vf", chain + ",showinfo"]
    command += ["-fps_mode", "passthrough", "-f", "null", "-"]
    done = subprocess.run(command, input=b"".join(frame.tobytes() for frame in FRAMES), capture_output=True, check=True)
    found = re.findall(r"pts_time:(\S+).*?mean:\[(\d+)", done.stderr.decode())
    return [(round(float(time) * RATE), int(mean) / 5) for time, mean in found]


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for chain in ("null", "atadenoise=s=5", "fps=25"):
    still(f"{chain}: each frame at its time", shown(chain) == [(number, number) for number in range(30)])
for radius in (1, 2, 10):
    found = shown(f"tmedian=radius={radius}")
    first = f"frame {found[0][1]:.0f} at the time of frame {found[0][0]}"
    print(f"tmedian, radius {radius}: {len(found)} of 30 frames; {first}")
    expected = [(number, number + radius) for number in range(30 - 2 * radius)]
    still(f"tmedian, radius {radius}: {radius} ahead, {2 * radius} frames shorter", found == expected)
for radius in (1, 2):
    found = shown(f"amplify=radius={radius}:factor=0:threshold=255")
    first = f"frame {found[0][1]:.0f} at the time of frame {found[0][0]}"
    print(f"amplify by 0, radius {radius}: {len(found)} of 30 frames; {first}")
    expected = [(number, number + radius) for number in range(1, 30 - 2 * radius)]
    still(f"amplify by 0, radius {radius}: {radius} ahead, {2 * radius + 1} frames shorter", found == expected)

sys.exit(bool(changed))
EOF
