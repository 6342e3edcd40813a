#!/usr/bin/env bash
# FFmpeg: `deflicker` makes a clip of fewer than five frames darker, up to black, although nothing flickers in it.
#
# The filter scales each frame to the mean brightness of `size` frames, five by default. If the clip has fewer, those
# that are missing count as frames of brightness 0: of three equal frames the first two keep 3/5 of their brightness,
# and the third 2/5; with the quadratic mean it is 0.77 and 0.63, with the geometric and harmonic means and the median
# all three are black. Five equal frames and more come out as they were. `size=3` helps for three. The documentation
# tells of no least length.
#
# Who is bitten: whoever deflickers predicted frames (of which there are often three or four) or a clip cut into shots.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/ffmpeg_deflicker_darkens_short_clips.sh
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


HEIGHT, WIDTH = 48, 64


def filtered(frames, chain):
    """Send gray frames as they are through a filter of the ffmpeg program, and return what comes out."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray"]
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", "-", "-vf", chain]
    command += ["-f", "rawvideo", "-pix_fmt", "gray", "-"]
    done = subprocess.run(command, input=b"".join(frame.tobytes() for frame in frames), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
frame = np.random.default_rng(0).integers(1, 256, (HEIGHT, WIDTH), np.uint8)
cases = (
    ("am", 3, [0.6, 0.6, 0.4]),
    ("am", 4, [0.8, 0.8, 0.6, 0.4]),
    ("qm", 3, [np.sqrt(0.6), np.sqrt(0.6), np.sqrt(0.4)]),
    ("cm", 3, [0.6 ** (1 / 3), 0.6 ** (1 / 3), 0.4 ** (1 / 3)]),
    ("gm", 3, [0, 0, 0]),
    ("hm", 3, [0, 0, 0]),
    ("median", 3, [0, 0, 0]),
    ("am", 5, [1] * 5),
    ("am", 12, [1] * 12),
    ("median", 12, [1] * 12),
)
for mode, count, expected in cases:
    found = filtered([frame] * count, f"deflicker=mode={mode}").mean(axis=(1, 2)) / frame.mean()
    print(f"{count} equal frames, mean {mode}: brightness {np.round(found, 2).tolist()} of what it was")
    name = "as it was" if expected == [1] * count else "darker"
    still(f"{count} equal frames, mean {mode}: {name}", len(found) == count and np.allclose(found, expected, atol=0.02))
found = filtered([frame] * 3, "deflicker=size=3")
still("3 equal frames, size=3: as they were", np.array_equal(found, [frame] * 3))

sys.exit(bool(changed))
EOF
