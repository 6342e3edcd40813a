#!/usr/bin/env bash
# OpenCV: `guidedFilter` with a guide in colour of 0 to 1 and an eps below 0.01 is a plain blur, blind to edges.
#
# For a guide of three channels each window needs the inverse of a 3 x 3 matrix: the covariance of the colours plus eps
# on its diagonal. If the determinant is below 1e-6, whatever the range of the picture is, the inverse is taken as 0.
# In 0..255 that never happens; in 0..1 the determinant is about the cube of eps where the picture is smooth or its
# colours go together, as they do in most. There the slope is 0, and the window gives its mean: the filter becomes two
# box filters, the more so the smaller eps is, which should make it smooth less. A gray edge as the guide of itself at
# eps 1e-4 stays an edge with one channel and with two; repeated to three it is spread over 12 pixels. Multiplied by 255
# (eps by 255 squared) the same picture is right. A NumPy version of the definition agrees with OpenCV to 1e-4 in all of
# these, if it drops windows with a determinant below 1e-6, and only then in 0..1.
#
# Who is bitten: whoever refines masks, depth or flow by a frame in 0..1; 1e-4 to 1e-3 are the usual values of eps
# there. Instead: the frame as bytes or times 255 as the guide, eps times 65025; or a gray guide.
#
# Versions: opencv-contrib-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/opencv_guided_filter_in_0_to_1_is_a_blur.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    opencv-contrib-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


RADIUS = 3


def mean(plane):
    return cv2.blur(plane, (2 * RADIUS + 1, 2 * RADIUS + 1), borderType=cv2.BORDER_REFLECT)


def defined(guide, source, eps, least=0.0):
    """Return the guided filter by its definition; windows with a determinant below `least` get a slope of 0."""
    colours = np.moveaxis(guide.astype(float), 2, 0)
    means, source_mean = [mean(colour) for colour in colours], mean(source)
    matrix = np.empty((*source.shape, 3, 3))
    for i in range(3):
        for j in range(3):
            matrix[..., i, j] = mean(colours[i] * colours[j]) - means[i] * means[j] + eps * (i == j)
    both = [mean(colour * source) - one * source_mean for colour, one in zip(colours, means)]
    slope = np.linalg.solve(matrix, np.stack(both, 2)[..., None])[..., 0]
    slope[np.linalg.det(matrix) < least] = 0
    offset = source_mean - sum(slope[..., i] * means[i] for i in range(3))
    return sum(mean(slope[..., i]) * colours[i] for i in range(3)) + mean(offset)


def filtered(guide, source, eps, white=1):
    given = (guide * white).astype(np.float32), (source * white).astype(np.float32)
    return cv2.ximgproc.guidedFilter(*given, RADIUS, eps * white**2).astype(float) / white


def apart(one, other):
    return float(np.abs(one - other).max())


print("OpenCV", cv2.__version__)
generator = np.random.default_rng(0)
guide = cv2.GaussianBlur(generator.random((65, 83, 3)), (0, 0), 1.2)
guide = (guide - guide.min()) / (guide.max() - guide.min())
source = (guide.mean(2) > 0.5).astype(float)
for eps, right in ((1e-4, False), (1e-3, False), (3e-3, False), (1e-2, True), (1e-1, True)):
    found, truth = filtered(guide, source, eps), defined(guide, source, eps)
    large, dropped = filtered(guide, source, eps, 255), defined(guide, source, eps, 1e-6)
    print(f"eps {eps}: off by {apart(found, truth):.3f} in 0..1, by {apart(large, truth):.5f} in 0..255")
    if right:
        still(f"eps {eps}, 0..1: right", apart(found, truth) < 1e-4)
    else:
        still(f"eps {eps}, 0..1: off by more than 0.05", apart(found, truth) > 0.05)
    still(f"eps {eps}, 0..1: as if windows below 1e-6 had no slope", apart(found, dropped) < 1e-4)
    still(f"eps {eps}, 0..255: right", apart(large, truth) < 1e-4)
edge = np.tile((np.arange(40) >= 20) * 0.6 + 0.2, (40, 1))
twice = mean(mean(edge))
for channels in (1, 2, 3):
    found = filtered(np.repeat(edge[..., None], channels, 2), edge, 1e-4 * channels)
    between = int(((found[20] > 0.21) & (found[20] < 0.79)).sum())
    print(f"an edge by itself in {channels} channels: {found[20, 15:25].round(2)}, {between} pixels in between")
    if channels < 3:
        still(f"{channels} channels: the edge stays within 0.01", apart(found, edge) < 0.01)
    else:
        still("3 channels: within 0.1 of two box filters", apart(found, twice) < 0.1)
        still("3 channels: over 0.2 off the edge", apart(found, edge) > 0.2)

sys.exit(bool(changed))
EOF
