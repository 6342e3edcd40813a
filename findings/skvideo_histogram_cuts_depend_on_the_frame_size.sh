#!/usr/bin/env bash
# scikit-video: the default scene detection finds no cut at all in small frames, and any flicker in large ones.
#
# `scenedet` by "histogram" compares histograms of 256 bins of neighbouring frames, each divided by 256 rather than by
# the number of pixels. The mean difference is then at most pixels / 32768: below the default threshold of 1 for frames
# of fewer than 32768 pixels, so that even black to white is no cut at 160 x 120 (0.59), and 127 at 1920 x 1080, where
# 1.6 % of all pixels with another level are a cut. A clip of 96 x 128 with a cut in its middle has one scene; the same
# clip, each pixel repeated to 2 x 2 or 16 x 16, has two. A wall of
# two levels of gray has two scenes at 1536 x 2048 if the light gets one level brighter, and one at 96 x 128. Divided by
# the pixels, the numbers are the same for all sizes.
#
# Who is bitten: whoever cuts films for training by it, after making them small, or compares thresholds of films of
# different sizes. Instead: `parameter1` times pixels / 65536.
#
# Versions: scikit-video 1.1.11, numpy 1.23.5 (the newest that it runs with), scipy 1.11.4; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/skvideo_histogram_cuts_depend_on_the_frame_size.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scikit-video==1.1.11 numpy==1.23.5 scipy==1.11.4
./env/bin/python - <<'EOF'
import sys
import warnings
from importlib.metadata import version

import numpy as np

warnings.filterwarnings("ignore")
from skvideo.measure import scenedet

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def repeated(clip, times):
    return clip.repeat(times, 1).repeat(times, 2)


def cuts(clip, **options):
    return scenedet(clip, method="histogram", **options).tolist()


random = np.random.default_rng(0)
dark, bright = random.integers(0, 100, (96, 128, 1)), random.integers(150, 256, (96, 128, 1))
cut = np.stack([dark] * 6 + [bright] * 6).astype(np.uint8)
black = np.zeros((12, 120, 160, 1), np.uint8)
black[6:] = 255
room = np.stack([120 + random.integers(0, 2, (96, 128, 1))] * 12)
room[6:] += 1  # one level brighter
room = room.astype(np.uint8)
print("scikit-video", version("scikit-video"), "numpy", np.__version__)
found = cuts(black)
print("black to white, 120 x 160:", found)
still("black to white, 120 x 160: no cut", found == [0])
for times, expected in ((1, [0]), (2, [0, 6]), (16, [0, 6])):
    found = cuts(repeated(cut, times))
    print(f"dark to bright, {96 * times} x {128 * times}:", found)
    still(f"dark to bright, pixels repeated {times} times: {expected}", found == expected)
    found = cuts(repeated(cut, times), parameter1=1.9 * 96 * 128 * times**2 / 65536)
    still(f"dark to bright, {times}: with a threshold in proportion to the pixels it is found", found == [0, 6])
for times, expected in ((1, [0]), (16, [0, 6])):
    found = cuts(repeated(room, times))
    print(f"a level brighter, {96 * times} x {128 * times}:", found)
    still(f"a level brighter, pixels repeated {times} times: {expected}", found == expected)

sys.exit(bool(changed))
EOF
