#!/usr/bin/env bash
# scikit-video: `blockComp` of a clip and its motion doubles the motion instead of compensating it.
#
# `blockMotion` says for each block of frame i where its like lies in frame i - 1. So blocks of frame i - 1, taken from
# there, make frame i. `blockComp(video, motion)`, "the motion-compensated video data", takes them from frame i itself:
# what has moved by 2 pixels is moved by another 2, and lies 4 from where it was before. Of a clip that moves by 2 rows
# (exhaustive search) the result is 25 levels from the frame before and 15 from the frame itself, which are 15 apart;
# it is the frame after it, if the motion is steady. The first frame is passed as it is, and one that does not move
# stays. It predicts frame i exactly if it is given frame i - 1 in the place of frame i.
#
# Who is bitten: whoever measures how much motion explains (residuals after compensation come out larger than
# without), denoises along motion, or predicts frames by it. Instead: `blockComp(video[[0, *range(len(video) - 1)]],
# motion)[1:]`, compared with `video[1:]`.
#
# Versions: scikit-video 1.1.11, numpy 1.23.5 (the newest that it runs with), scipy 1.11.4; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/skvideo_motion_compensation_doubles_the_motion.sh
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
from scipy import ndimage

warnings.filterwarnings("ignore")
from skvideo.motion import blockComp, blockMotion

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def moving(rows, columns):
    """Return four frames of 64 x 80 whose content moves down by `rows` and to the right by `columns`."""
    texture = ndimage.gaussian_filter(np.random.default_rng(0).random((120, 140)), 2)
    texture = (texture - texture.min()) / np.ptp(texture) * 255
    frames = [texture[20 - rows * k :, 20 - columns * k :][:64, :80] for k in range(4)]
    return np.stack(frames)[..., None]


def apart(one, other):
    """Return the mean difference of two frames, 24 pixels from the border."""
    return np.abs(one - other)[24:-24, 24:-24].mean()


print("scikit-video", version("scikit-video"), "numpy", np.__version__)
for rows, columns in ((2, 0), (0, 2), (2, 3), (-1, 2), (0, 0)):
    video = moving(rows, columns)
    for method in ("ES", "3SS", "N3SS"):
        motion = blockMotion(video, method=method, mbSize=8, p=4)
        found = blockComp(video, motion, mbSize=8)
        shifted = blockComp(video[[0, *range(len(video) - 1)]], motion, mbSize=8)
        name = f"down {rows}, right {columns}, {method}"
        still(f"{name}: the first frame is passed", np.array_equal(found[0], video[0]))
        for i in (1, 2):
            before, itself, after = (apart(found[i], video[k]) for k in (i - 1, i, i + 1))
            alone = apart(video[i], video[i - 1])
            print(f"{name}: frame {i} is {alone:.1f} from the one before; compensated it is", end=" ")
            print(f"{before:.1f} from that, {itself:.1f} from itself, {after:.1f} from the one after")
            predicted = apart(shifted[i], video[i])
            still(f"{name}: given the frame before, frame {i} is predicted", predicted < 0.2 * alone + 1e-9)
            if rows or columns:
                still(f"{name}: compensated, frame {i} is further from the one before", before > 1.2 * alone)
                still(f"{name}: and near the one after it", after < 0.2 * alone)
            else:
                still(f"{name}: frame {i} does not move", max(before, itself, after) == 0)

sys.exit(bool(changed))
EOF
