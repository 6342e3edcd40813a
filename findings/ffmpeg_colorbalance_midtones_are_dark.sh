#!/usr/bin/env bash
# FFmpeg: the midtones of `colorbalance` are the grays of 27 to 100; middle gray, 128, is a highlight like all above
# 100.
#
# The documentation has shadows (the darkest pixels), midtones (medium pixels) and highlights (the brightest). Which a
# pixel is follows from its lightness, with limits at a third and at two thirds in the formula, which is GIMP's and
# takes the mean of the largest and the smallest colour for it. FFmpeg takes their sum, which goes up to 2. So all
# limits are at half of where they belong: `rm=1`, more red in the midtones, changes grays of 27 to 100 and leaves 101
# to 255 alone; `rh` changes all of 70 and more, 128 by all that it can; `rs` ends at 58. What shadows do to a gray,
# highlights ought to do to its negative; they are up to 157 levels apart. The formula, computed in NumPy, agrees with
# FFmpeg within a level in each case with the sum, and with the mean in none.
#
# Who is bitten: whoever grades frames or makes casts for training by it: skin and grass do not answer to midtones at
# all. Instead: `curves`, or `selectivecolor`.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_colorbalance_midtones_are_dark.sh
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


GRAYS = np.arange(256)


def red(option):
    """Return the red that the program makes of each gray."""
    planes = np.tile(GRAYS.astype(np.uint8), (3, 8, 1))
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "gbrp", "-s", "256x8"]
    command += ["-i", "-", "-vf", f"colorbalance={option}", "-f", "rawvideo", "-pix_fmt", "gbrp", "-"]
    done = subprocess.run(command, input=planes.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(3, 8, 256)[2, 0].astype(int)


def step(value):
    return np.clip(value * 4 + 0.5, 0, 1)


def formula(option, lightness):
    """Return the red by the formula for shadows, midtones or highlights and this lightness of each gray."""
    part, strength = option[1], float(option[3:])
    weight = {
        "s": step(0.333 - lightness),
        "m": step(lightness - 0.333) * step(1 - lightness - 0.333),
        "h": step(lightness + 0.333 - 1),
    }[part]
    return np.clip(GRAYS / 255 + 0.7 * strength * weight, 0, 1) * 255


def changed_grays(values):
    found = np.flatnonzero(np.abs(values - GRAYS) >= 1)
    return int(found[0]), int(found[-1])


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
total, mean = 2 * GRAYS / 255, GRAYS / 255
expected = {"rs=1": (0, 58), "rm=1": (27, 100), "rh=-1": (70, 255), "rs=-1": (1, 58), "rm=-1": (27, 100)}
for option, grays in expected.items():
    found, by_sum, by_mean = red(option), formula(option, total), formula(option, mean)
    print(f"{option}: grays of {changed_grays(found)} are changed; by the mean {changed_grays(by_mean)}")
    still(f"{option}: grays of {grays}", changed_grays(found) == grays)
    still(f"{option}: the formula with the sum, within a level", np.abs(found - by_sum).max() <= 1)
    still(f"{option}: over 70 levels off the formula with the mean", np.abs(found - by_mean).max() > 70)
for gray in (120, 128, 144):
    values = {part: int(red(f"r{part}=-0.5")[gray]) - gray for part in "smh"}
    print(f"gray {gray}, -0.5 of shadows, midtones and highlights: red by {values}")
    still(f"gray {gray}: a highlight alone", values["s"] == 0 and values["m"] == 0 and values["h"] < -80)
    by_mean = formula("rm=-0.5", mean)[gray] - gray
    still(f"gray {gray}: by the mean a midtone", by_mean < -70)
lost, gained = red("rs=-1"), red("rh=1")
same = np.abs((lost - GRAYS) + (gained - GRAYS)[::-1]).max()
print(f"shadows of a gray and highlights of its negative: up to {same} levels apart")
still("shadows of a gray and highlights of its negative: over 100 levels apart", same > 100)

sys.exit(bool(changed))
EOF
