#!/usr/bin/env bash
# torchvision: keypoints that are turned by 180 degrees are a pixel away from the ones that are flipped twice.
#
# A picture turned by 180 degrees is, pixel by pixel, the one that is flipped both ways, and boxes agree. Keypoints do
# not: flips take them for indices of pixels, so that 0 of 9 columns goes to 8, and turns take them for places on a
# ruler that begins at the border of the first pixel, so that 0 goes to 9, which is no pixel at all. Turned by 90, 180
# and 270 degrees with `expand`, where each pixel of the picture goes to one other, keypoints that hold indices are a
# pixel off; flips and crops keep them. Places on the ruler (index + 0.5) are right after turns, and a pixel off after
# flips. No reading of the numbers is right for both, and the documentation names none. Seen in torchvision 0.29.1 too.
#
# Who is bitten: poses, tracks and points of flow under flips and turns, up to 1.4 pixels. Instead: keep indices, and
# subtract the rest by hand after a turn; or make points boxes of one pixel, which are right after both.
#
# Versions: torchvision 0.28.0, torch 2.13.0 (CPU), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November
# 2026.
#
# Run: bash findings/torchvision_turned_keypoints_are_a_pixel_off.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torchvision==0.28.0 torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import torch

# where torchvision's wheel is for CUDA and torch is not, two operators that it describes are not there
operators = torch.library.Library("torchvision", "FRAGMENT")
try:
    import torchvision
except RuntimeError:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision

from torchvision import tv_tensors
from torchvision.transforms.v2 import functional

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


HEIGHT, WIDTH = 6, 9
CANVAS = (HEIGHT, WIDTH)


def pixel(picture):
    """Return the column and row of the only bright pixel."""
    row, column = picture[0].nonzero()[0].tolist()
    return [column, row]


def flipped_both(one):
    """Flip to both sides."""
    return functional.vertical_flip(functional.horizontal_flip(one))


print("torchvision", torchvision.__version__)
noise = torch.rand(1, HEIGHT, WIDTH)
still("pictures: a turn by 180 is two flips", torch.equal(functional.rotate(noise, 180.0), flipped_both(noise)))
ways = {
    "flipped to the side": (functional.horizontal_flip, (0, 0)),
    "flipped upside down": (functional.vertical_flip, (0, 0)),
    "flipped both ways": (flipped_both, (0, 0)),
    "turned by 90": (lambda one: functional.rotate(one, 90.0, expand=True), (0, 1)),
    "turned by 180": (lambda one: functional.rotate(one, 180.0), (1, 1)),
    "turned by 270": (lambda one: functional.rotate(one, 270.0, expand=True), (1, 0)),
}
for name, (way, off) in ways.items():
    found = set()
    for column, row in ((0, 0), (2, 1), (8, 5), (4, 3)):
        picture = torch.zeros(1, *CANVAS)
        picture[0, row, column] = 1
        right = pixel(way(picture))
        index = tv_tensors.KeyPoints(torch.tensor([[float(column), float(row)]]), canvas_size=CANVAS)
        ruler = tv_tensors.KeyPoints(torch.tensor([[column + 0.5, row + 0.5]]), canvas_size=CANVAS)
        box = torch.tensor([[column, row, column + 1, row + 1]])
        box = way(tv_tensors.BoundingBoxes(box, format="XYXY", canvas_size=CANVAS))
        by_index = [round(float(a - b), 3) for a, b in zip(way(index)[0], right, strict=True)]
        by_ruler = [round(float(a - b) - 0.5, 3) for a, b in zip(way(ruler)[0], right, strict=True)]
        found.add((*by_index, *by_ruler))
        still(f"{name}: the box of ({column}, {row}) is that of the pixel", box[0, :2].tolist() == right)
    print(f"{name}: (columns, rows) off, taken for indices and for places on a ruler: {found}")
    still(f"{name}: indices are {off} off", {one[:2] for one in found} == {off})
    flips = {"flipped to the side": (-1, 0), "flipped upside down": (0, -1), "flipped both ways": (-1, -1)}
    still(f"{name}: places are {flips.get(name, (0, 0))} off", {one[2:] for one in found} == {flips.get(name, (0, 0))})

sys.exit(bool(changed))
EOF
