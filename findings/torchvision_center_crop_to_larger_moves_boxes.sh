#!/usr/bin/env bash
# torchvision: `center_crop` to a larger size moves boxes and keypoints a pixel further than the picture.
#
# A picture that is smaller than the crop is padded with zeros on both sides, half of the missing pixels each. If their
# number is odd, the picture has the smaller half at the left and above. Boxes and keypoints are moved by the rounded
# half, and Python rounds 9.5 to 10 and 10.5 to 10 as well: with 3, 7, 11 ... missing pixels, each fourth size, they
# are one pixel further to the right or lower than what they mark; with all others they are right. Masks go with the
# picture, so that boxes and masks of one object do not fit any more. It is so in `transforms.v2.CenterCrop` too, for
# each format of boxes, and for rows as for columns. Seen in torchvision 0.29.1 too.
#
# Who is bitten: whoever pads clips of several sizes to one size by `CenterCrop`: 81 columns to 100, 61 rows to 64, 477
# to 480. Instead: `pad` by sizes of your own.
#
# Versions: torchvision 0.28.0, torch 2.13.0 (CPU), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November
# 2026.
#
# Run: bash findings/torchvision_center_crop_to_larger_moves_boxes.sh
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


SIZE = 8


def placed(size, larger, axis):
    """Return where a bright pixel, its mask, its box and its keypoint lie after the crop, along an axis."""
    shape = [SIZE, SIZE]
    shape[axis] = size
    row, column = shape[0] // 2, shape[1] // 2
    picture = torch.zeros(1, *shape)
    picture[0, row, column] = 1
    to = list(shape)
    to[axis] = larger
    box = torch.tensor([[column, row, column + 1, row + 1]])
    results = [
        functional.center_crop(one, to)
        for one in (
            tv_tensors.Image(picture),
            tv_tensors.Mask(picture),
            tv_tensors.BoundingBoxes(box, format="XYXY", canvas_size=tuple(shape)),
            tv_tensors.KeyPoints(torch.tensor([[float(column), float(row)]]), canvas_size=tuple(shape)),
        )
    ]
    seen = [int(one[0].nonzero()[0, axis]) for one in results[:2]]
    return [*seen, int(results[2][0, 1 - axis]), int(results[3][0, 1 - axis])]


print("torchvision", torchvision.__version__)
for axis, name in ((1, "columns"), (0, "rows")):
    wrong = {number: 0 for number in range(4)}
    for size in range(4, 40):
        for larger in range(size, 60):
            picture, mask, box, point = placed(size, larger, axis)
            if mask != picture or not box == point == picture + ((larger - size) % 4 == 3):
                changed.append((size, larger))
            wrong[(larger - size) % 4] += box != picture
    print(f"{name}: pairs of sizes with wrong boxes, by the missing pixels modulo 4: {wrong}")
    still(
        f"{name}: with 3 modulo 4 all are wrong, with others none", wrong[3] > 300 and sum(wrong.values()) == wrong[3]
    )
still("masks are right, boxes and keypoints are one too far where they are wrong", not changed)
for size, larger in ((81, 100), (61, 64), (477, 480), (478, 480)):
    picture, mask, box, point = placed(size, larger, 1)
    print(f"{size} to {larger} columns: the pixel is at {picture}, its mask at {mask}, its box at {box}")
    still(f"{size} to {larger}: {'right' if size == 478 else 'one too far'}", box == point == picture + (size != 478))

sys.exit(bool(changed))
EOF
