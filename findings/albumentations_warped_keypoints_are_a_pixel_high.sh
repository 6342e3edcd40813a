#!/usr/bin/env bash
# albumentations: after every warp by a map, keypoints lie one pixel above what they mark, and doubled ones are lost.
#
# ElasticTransform, OpticalDistortion, GridDistortion and ThinPlateSpline find out by a mask where a keypoint goes (so
# does PiecewiseAffine, which is too slow to be tried here): they draw it as a small disc, warp that, and take the
# first pixel of what arrives, which is its top. An elastic warp of strength 0 leaves the picture as it is and takes
# each keypoint one pixel up; a real one is a pixel off in the median of all points. Fractions of a pixel are dropped.
# Of two keypoints at one place the first is lost, and so is one whose four neighbours have keypoints, also with
# `remove_invisible=False`; its label goes with it. This is the default; `keypoint_remapping_method="direct"` has no
# such step. Affine and Rotate are exact. An OpticalDistortion of 0, moreover, moves the picture itself by half a
# pixel up and to the left. The successor AlbumentationsX 2.5.1 takes the middle.
#
# Who is bitten: whoever trains on tracks or landmarks with these: all of them learn to look one pixel too high, and
# in a clip with people close together the rows of `keypoints` no longer belong to the same points in each frame.
#
# Versions: albumentations 2.0.8, albucore 0.0.24, opencv-python-headless 4.14.0.94, scipy 1.17.1, numpy 2.4.6; seen on
# Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/albumentations_warped_keypoints_are_a_pixel_high.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    albumentations==2.0.8 albucore==0.0.24 opencv-python-headless==4.14.0.94 scipy==1.17.1 numpy==2.4.6
NO_ALBUMENTATIONS_UPDATE=1 ./env/bin/python - <<'EOF'
import sys

import albumentations as A
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


ROWS, COLUMNS = 240, 320
PLACES = [(float(x), float(y)) for x in range(70, 260, 47) for y in range(60, 190, 31)]


def spot(place):
    """Return a picture (ROWS, COLUMNS, 3) that is a round spot at this x, y."""
    y, x = np.mgrid[:ROWS, :COLUMNS]
    bell = np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / 18)
    return np.repeat(bell[..., None], 3, axis=2).astype(np.float32)


def middle(picture):
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]]
    weight = picture[..., 0].astype(np.float64)
    return np.array([(weight * x).sum(), (weight * y).sum()]) / weight.sum()


def applied(warp, picture, places, labels=()):
    fields = A.KeypointParams("xy", remove_invisible=False, label_fields=["labels"])
    labels = list(labels) or list(range(len(places)))
    return A.Compose([warp], keypoint_params=fields, seed=1)(image=picture, keypoints=places, labels=labels)


def offsets(warp):
    """Return how far (x, y) the keypoint of each spot lies from the spot, after this warp of both."""
    found = [applied(warp, spot(place), [place]) for place in PLACES]
    return np.array([one["keypoints"][0] - middle(one["image"]) for one in found if len(one["keypoints"])])


print("albumentations", A.__version__, "numpy", np.__version__)
nothing = A.ElasticTransform(alpha=0, p=1)
kept = np.abs(applied(nothing, spot((100, 90)), [])["image"] - spot((100, 90))).max()
still("an elastic warp of strength 0 leaves the picture as it is", kept < 1e-6)
for name, warp, high in (
    ("ElasticTransform of strength 0", nothing, True),
    ("ElasticTransform", A.ElasticTransform(alpha=300, sigma=10, p=1), True),
    ("GridDistortion", A.GridDistortion(distort_limit=0.2, p=1), True),
    ("OpticalDistortion", A.OpticalDistortion(distort_limit=(0.3, 0.3), p=1), True),
    ("ThinPlateSpline", A.ThinPlateSpline(scale_range=(0.05, 0.05), p=1), True),
    ("Affine", A.Affine(rotate=(20, 20), p=1), False),
    ("Rotate", A.Rotate((20, 20), p=1), False),
):
    away = offsets(warp)
    x, y = np.median(away, axis=0)
    print(f"{name}: median of keypoint minus spot {x:+.2f}, {y:+.2f}; largest {np.abs(away).max(axis=0).round(2)}")
    if high:
        still(f"{name}: the keypoint is 0.6 to 1.5 pixels above the spot", -1.5 < y < -0.6 and abs(x) < 0.6)
    else:
        still(f"{name}: the keypoint is at the spot", np.abs(away).max() < 0.05)
direct = offsets(A.ElasticTransform(alpha=0, keypoint_remapping_method="direct", p=1))
still('with "direct", strength 0 leaves keypoints where they are', np.abs(direct).max() < 0.01)
moved = middle(applied(A.OpticalDistortion(distort_limit=(0, 0), p=1), spot((100, 90)), [])["image"]) - (100, 90)
print("OpticalDistortion of 0 moves the picture by", moved.round(2))
still("OpticalDistortion of 0 moves the picture by half a pixel", np.abs(moved + 0.5).max() < 0.02)
black = np.zeros((50, 50, 3), np.uint8)
twice = applied(nothing, black, [(10.0, 10.0), (10.0, 10.0)], "ab")
still("of two keypoints at one place the first is lost", list(twice["labels"]) == ["b"])
five = applied(nothing, black, [(10.0, 10.0), (11.0, 10.0), (9.0, 10.0), (10.0, 9.0), (10.0, 11.0)], "abcde")
still("one among four neighbours is lost", list(five["labels"]) == ["b", "c", "d", "e"])
part = applied(nothing, black, [(10.4, 10.4)])["keypoints"][0]
still("10.4, 10.4 becomes 10, 9", np.allclose(part, (10, 9)))

sys.exit(bool(changed))
EOF
