#!/usr/bin/env bash
# vidaug: `InverseOrder` drops the first frame of a clip, and `TemporalRandomCrop` never gives the last one.
#
# "Inverts the order of clip frames": ten frames 0 to 9 come back as nine, 9 to 1. Twice reversed, they are 1 to 8: one
# more is lost each time. A clip of one frame becomes an empty list. `TemporalRandomCrop` chooses a beginning between 0
# and n - size - 1 rather than n - size: of ten frames by four, frame 9 is in none of a thousand crops, and a clip one
# frame longer than the crop always begins at 0. Python's own reversal and slices are the reference. There is no
# warning.
#
# Who is bitten: whoever reverses clips in training: labels, boxes or flow per frame no longer belong to their frames
# (the k-th of the result is not the k-th from the end of what comes with it), and batches of reversed and other clips
# have two lengths. Instead: `clip[::-1]`.
#
# Versions: vidaug 1.5, scipy 1.17.1, scikit-image 0.26.0, opencv-python-headless 5.0.0.93, pillow 13.0.0, numpy 2.4.6;
# seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/vidaug_reversed_clips_lose_a_frame.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    vidaug==1.5 scipy==1.17.1 scikit-image==0.26.0 opencv-python-headless==5.0.0.93 pillow==13.0.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import random
import sys
from importlib.metadata import version

import numpy as np
from PIL import Image
from vidaug import augmentors

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def numbers(clip):
    """Which frames a clip is of."""
    return [int(np.asarray(frame)[0, 0, 0]) for frame in clip]


print("vidaug", version("vidaug"), "numpy", np.__version__)
random.seed(0)
arrays = [np.full((8, 8, 3), number, np.uint8) for number in range(10)]
reverse, crop = augmentors.InverseOrder(), augmentors.TemporalRandomCrop(4)
for kind, clip in (("arrays", arrays), ("pictures", [Image.fromarray(frame) for frame in arrays])):
    once = reverse(clip)
    print(f"ten {kind}, reversed: {numbers(once)}, twice {numbers(reverse(once))}")
    still(f"{kind}: 9 to 1, without 0", numbers(once) == list(range(9, 0, -1)) and numbers(clip[::-1])[-1] == 0)
    still(f"{kind}: twice reversed, 1 to 8", numbers(reverse(once)) == list(range(1, 9)))
    still(f"{kind}: one frame becomes none", reverse(clip[:1]) == [])
    crops = [numbers(crop(clip)) for _ in range(1000)]
    begins = sorted({begin for begin, *_ in crops})
    print(f"1000 crops by four of ten {kind} begin at {begins}; {len(clip) - 4} would be the last place")
    still(f"{kind}: crops are four frames in a row", all(one == list(range(one[0], one[0] + 4)) for one in crops))
    still(f"{kind}: they begin at 0 to 5, so that 9 is in none", begins == list(range(6)))
    still(f"{kind}: a crop of five by four begins at 0", all(numbers(crop(clip[:5]))[0] == 0 for _ in range(100)))

sys.exit(bool(changed))
EOF
