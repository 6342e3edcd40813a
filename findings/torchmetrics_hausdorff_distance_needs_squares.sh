#!/usr/bin/env bash
# torchmetrics: the Hausdorff distance of a mask and its copy moved by 4 pixels is 4 in 40 x 40 and 23 in 30 x 40.
#
# The distance transform behind it writes the distance of row i and column j to place i * rows + j of the flattened
# picture, where it ought to be i * columns + j. For squares that is the same. In wider pictures all distances lie
# elsewhere, and those of two masks are read at places that hold those of other pixels, or 0. Of random pairs of discs
# in 36 x 64, nearly all are wrong, by 20 pixels on average; in 48 x 48 none is. Moving both masks together changes the
# distance. It is so for all three metrics, for indices and one-hot masks, in the class and the function. The distance
# between edges by SciPy's `cdist` agrees in squares, and `distance_transform` of a wide mask is up to 19 pixels off
# SciPy's.
#
# Who is bitten: whoever scores masks of objects in video frames, which are hardly ever square. Instead: pad to a square
# on the right and below, which gives the true distance.
#
# Versions: torchmetrics 1.9.0, torch 2.13.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/torchmetrics_hausdorff_distance_needs_squares.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torchmetrics==1.9.0 torch==2.13.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import numpy as np
import torch
import torchmetrics
from scipy import ndimage
from scipy.spatial.distance import cdist
from torchmetrics.functional.segmentation import hausdorff_distance
from torchmetrics.functional.segmentation.utils import distance_transform
from torchmetrics.segmentation import HausdorffDistance

changed = []
METRICS = {"euclidean": "euclidean", "chessboard": "chebyshev", "taxicab": "cityblock"}


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def true(first, second, metric="euclidean"):
    """Return the greatest distance from an edge pixel of a mask to the next one of the other, of both directions."""
    edges = [np.argwhere(mask & ~ndimage.binary_erosion(mask)) for mask in (first, second)]
    every = cdist(*edges, METRICS[metric])
    return max(every.min(0).max(), every.min(1).max())


def found(first, second, metric="euclidean", padded=False):
    masks = [torch.tensor(mask[None].astype(np.int64)) for mask in (first, second)]
    if padded:
        side = max(first.shape)
        masks = [torch.nn.functional.pad(mask, (0, side - mask.shape[2], 0, side - mask.shape[1])) for mask in masks]
    return float(hausdorff_distance(*masks, 2, distance_metric=metric, input_format="index"))


def disc(shape, middle, radius):
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return (rows - middle[0]) ** 2 + (columns - middle[1]) ** 2 <= radius**2


print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
for shape, expected in (((40, 40), 4), ((30, 40), 23)):
    first, second = np.zeros(shape, bool), np.zeros(shape, bool)
    first[5:15, 5:15] = second[5:15, 9:19] = True
    value = found(first, second)
    print(f"{shape}: a square moved by 4 pixels: {value:.2f}, true is {true(first, second):.2f}")
    right = true(first, second)
    still(f"{shape}: true is 4, torchmetrics says {expected}", right == 4 and abs(value - expected) < 1e-4)
    one_hot = [torch.tensor(np.stack([~mask, mask])[None].astype(np.int64)) for mask in (first, second)]
    metric = HausdorffDistance(num_classes=2, include_background=False)
    metric.update(*one_hot)
    still(f"{shape}: the class with one-hot masks says the same", abs(float(metric.compute()) - value) < 1e-4)
    down = found(np.roll(first, 9, 0), np.roll(second, 9, 0))
    print(f"{shape}: both 9 pixels lower: {down:.2f}")
    still(f"{shape}: both lower: the same in the square alone", (abs(down - value) < 1e-4) == (expected == 4))
random = np.random.default_rng(0)
for shape in ((48, 48), (36, 64), (27, 48)):
    for metric in METRICS:
        off, off_padded = [], []
        for _ in range(20):
            pair = [disc(shape, random.uniform(8, np.array(shape) - 8), random.uniform(3, 7)) for _ in range(2)]
            off.append(abs(found(*pair, metric) - true(*pair, metric)))
            off_padded.append(abs(found(*pair, metric, padded=True) - true(*pair, metric)))
        wrong = np.mean(np.array(off) > 1e-3)
        print(f"{shape}, {metric}: {wrong:.0%} of all pairs are wrong, {np.mean(off):.1f} pixels off on average")
        if shape == (48, 48):
            still(f"{shape}, {metric}: none is wrong", wrong == 0)
        else:
            still(f"{shape}, {metric}: 90 % and more, by over 5 pixels", wrong >= 0.9 and np.mean(off) > 5)
        still(f"{shape}, {metric}: padded to a square none is wrong", max(off_padded) < 1e-3)
for shape in ((32, 32), (24, 32)):
    mask = ~disc(shape, (10, 12), 4)
    truth = ndimage.distance_transform_edt(mask)
    off = np.abs(distance_transform(torch.tensor(mask.astype(np.float32))).numpy() - truth).max()
    print(f"distance_transform of {shape}: {off:.2f} pixels off SciPy's at most")
    still(f"distance_transform of {shape}: SciPy's if it is a square", off < 1e-4 if shape[0] == 32 else off > 10)

sys.exit(bool(changed))
EOF
