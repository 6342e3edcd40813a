#!/usr/bin/env bash
# imgaug: turned by 90 degrees to a fitting size, a picture gets a black row or column, and its boxes are a pixel off.
#
# `Affine(rotate=90, fit_output=True)` of 48 x 64 pixels is to be 64 x 48, with all of the picture and nothing else. It
# is 64 x 49, with a black column at the right, by 180 degrees 49 x 64, with a black row below. Boxes and keypoints are
# moved for another canvas than the picture: what was marked exactly is marked a pixel too far left after 90 degrees,
# too far left and too high after 180, and too high after 270. `Rot90`, which turns by swapping axes, has the right size
# and the right boxes. By other angles, as 30 degrees, marks are up to half a pixel off; without `fit_output` they are
# exact. OpenCV's and scikit-image's ways of warping give the same.
#
# Who is bitten: detectors, trackers and landmarks that are trained with turned pictures, small objects most; whoever
# turns twice gets two black lines. Instead: `Rot90(keep_size=False)` for right angles.
#
# Versions: imgaug 0.4.0, numpy 1.23.5 (the newest that it runs with), opencv-python-headless 4.10.0.84,
# scikit-image 0.22.0; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/imgaug_fitted_turns_move_boxes.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    numpy==1.23.5 scipy==1.11.4 scikit-image==0.22.0 imageio==2.36.1 opencv-python-headless==4.10.0.84 \
    shapely==2.1.2 six==1.17.0 pillow==11.3.0 matplotlib==3.9.4
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps imgaug==0.4.0
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import imgaug
import numpy as np
from imgaug import augmenters as iaa

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def marked(picture):
    """Return the box (left, top, right, bottom) around all white pixels, in imgaug's way: the last one plus 1."""
    rows, columns = np.nonzero(picture[..., 0] > 250)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def centre(picture):
    """Return the centre of mass (x, y); the centre of the first pixel is 0.5, as in imgaug."""
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]] + 0.5
    return np.array([(picture * columns).sum(), (picture * rows).sum()]) / picture.sum()


print("imgaug", version("imgaug"), "numpy", np.__version__)
picture = np.full((48, 64, 3), 100, np.uint8)
picture[10:20, 12:30] = 255
boxes = imgaug.BoundingBoxesOnImage([imgaug.BoundingBox(12, 10, 30, 20)], picture.shape)
still("the box fits before", marked(picture) == (12, 10, 30, 20))
for angle, off, black in ((90, (-1, 0), "right"), (180, (-1, -1), "below"), (270, (0, -1), "right")):
    size = (64, 48, 3) if angle != 180 else (48, 64, 3)
    for backend in ("cv2", "skimage"):
        turn = iaa.Affine(rotate=angle, fit_output=True, backend=backend)
        turned, moved = turn(image=picture, bounding_boxes=boxes)
        box = moved.bounding_boxes[0]
        found = np.array([box.x1, box.y1, box.x2, box.y2]) - marked(turned)
        print(f"{angle} degrees, {backend}: {turned.shape[:2]}, box off by {found.round(2)}")
        more = (1, 0, 0) if black == "below" else (0, 1, 0)
        still(f"{angle}, {backend}: a row or column more", turned.shape == tuple(np.add(size, more)))
        line = turned[-1] if black == "below" else turned[:, -1]
        still(f"{angle}, {backend}: the last one is black", line.max() == 0)
        still(f"{angle}, {backend}: the rest is the turned picture", (turned[: size[0], : size[1]] >= 99).all())
        still(f"{angle}, {backend}: the box is off by {off}", np.abs(found - (*off, *off)).max() < 0.01)
    turned, moved = iaa.Rot90(angle // 90, keep_size=False)(image=picture, bounding_boxes=boxes)
    box = moved.bounding_boxes[0]
    still(f"{angle}, Rot90: the size is right", turned.shape == size)
    still(f"{angle}, Rot90: the box is right", (box.x1, box.y1, box.x2, box.y2) == marked(turned))
rows, columns = np.mgrid[:96, :128] + 0.5
spot = (255 * np.exp(-((columns - 60.5) ** 2 + (rows - 40.5) ** 2) / 18)).astype(np.float32)
for fit in (True, False):
    points = imgaug.KeypointsOnImage([imgaug.Keypoint(60.5, 40.5)], spot.shape)
    turned, moved = iaa.Affine(rotate=30, fit_output=fit)(image=spot, keypoints=points)
    off = np.array([moved.keypoints[0].x, moved.keypoints[0].y]) - centre(turned)
    print(f"30 degrees, fit_output={fit}: the keypoint of a spot is off by {off.round(3)}")
    still(f"30 degrees, fit_output={fit}", np.abs(off).max() > 0.2 if fit else np.abs(off).max() < 0.02)

sys.exit(bool(changed))
EOF
