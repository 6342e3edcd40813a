#!/usr/bin/env bash
# OpenCV: the KNN background subtractor takes float and 16-bit frames, and reads them as bytes.
#
# MOG2 handles such frames by their values. KNN refuses none and converts none: of each row it takes the first bytes,
# as many as an 8-bit row would have. Of an even float frame in three channels of 100.0 the background it has learned
# is (0, 0, 200), which are three of the bytes 00 00 c8 42 of that number. In gray float frames a square is seen in the
# first quarter only, as stripes four times as far to the right; in 16-bit gray frames it is not seen in the right half,
# and seen twice as far to the right in the left one. There is no error and no warning.
#
# Who is bitten: whoever puts KNN for MOG2 in a pipeline of floats, or gives it a depth or thermal camera's frames.
# Instead: 8-bit frames.
#
# Versions: OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/opencv_knn_background_reads_floats_as_bytes.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


MAKERS = {"KNN": cv2.createBackgroundSubtractorKNN, "MOG2": cv2.createBackgroundSubtractorMOG2}


def seen(name, kind, left):
    """Show 40 even frames and one with a square of 20 x 16 pixels; return which columns the mask has, and its area."""
    subtractor = MAKERS[name](detectShadows=False)
    empty = np.full((64, 96), 100, kind)
    for _ in range(40):
        subtractor.apply(empty)
    frame = empty.copy()
    frame[20:40, left : left + 16] = 180
    mask = subtractor.apply(frame) > 0
    columns = np.flatnonzero(mask.any(axis=0))
    return (int(columns[0]), int(columns[-1])) if columns.size else None, int(mask.sum())


print("OpenCV", cv2.__version__)
for level in (100.0, 50.0, 255.0):
    raw = list(np.float32(level).tobytes())
    learned = {}
    for name, make in MAKERS.items():
        subtractor = make(detectShadows=False)
        for _ in range(20):
            subtractor.apply(np.full((8, 8, 3), level, np.float32))
        learned[name] = subtractor.getBackgroundImage()
    known = {name: image[0, 0].tolist() for name, image in learned.items()}
    print(f"an even {level}, bytes {raw}: {known}")
    still(f"an even {level}: KNN has learned the first bytes", known["KNN"] == raw[:3] != [level] * 3)
    still(f"an even {level}: MOG2 has learned it", known["MOG2"] == [level] * 3)

for left in (16, 64):
    here = (left, left + 15), 320
    for name in MAKERS:
        found = {kind.__name__: seen(name, kind, left) for kind in (np.uint8, np.uint16, np.float32)}
        print(f"a square in columns {here[0]}, {name}: {found}")
        still(f"columns {here[0]}, {name}: right for 8 bits", found["uint8"] == here)
        if name == "MOG2":
            still(f"columns {here[0]}, {name}: right for the others", found["uint16"] == found["float32"] == here)
        else:
            doubled = ((2 * left, 2 * left + 30), 320) if left == 16 else (None, 0)
            stripes = ((66, 94), 160) if left == 16 else (None, 0)
            still(f"columns {here[0]}, {name}: 16 bits: {doubled}", found["uint16"] == doubled)
            still(f"columns {here[0]}, {name}: floats: {stripes}", found["float32"] == stripes)

sys.exit(bool(changed))
EOF
