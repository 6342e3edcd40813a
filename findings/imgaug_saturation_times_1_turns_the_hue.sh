#!/usr/bin/env bash
# imgaug: `MultiplySaturation(1.0)` and `MultiplyHue(1.0)` turn the hue, each time again: green becomes yellow-green.
#
# Both are to multiply by 1, that is to do nothing but round. OpenCV's hue of bytes has 180 levels; imgaug stretches it
# to 0..255 and back, and the way back cuts off instead of rounding, so that hue 5 becomes 7 and then 4. Of 180 hues
# 165 come back one level, or 2 degrees, lower; each application does it again, until it meets one of the other 15.
# Green (60, 200, 30) is (98, 200, 30) after twenty times. `MultiplyHueAndSaturation` is the same. `AddToHue(0)` changes
# nothing but what OpenCV's conversion rounds. Stretched and shrunk with rounding, each hue stays as it is.
#
# Who is bitten: whoever augments colours by saturation alone, and expects their hues as they were, as for labels by
# colour; films in which each frame is made from the one before; hues in all are 1.8 degrees lower a time.
#
# Versions: imgaug 0.4.0, numpy 1.23.5 (the newest that it runs with), opencv-python-headless 4.10.0.84; seen on Linux
# x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/imgaug_saturation_times_1_turns_the_hue.sh
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

import cv2
import numpy as np
from imgaug import augmenters as iaa

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def repeated(way, picture, times):
    for _ in range(times):
        picture = way(image=picture)
    return picture


print("imgaug", version("imgaug"), "OpenCV", cv2.__version__, "numpy", np.__version__)
hues = np.zeros((1, 180, 3), np.uint8)
hues[0, :, 0], hues[..., 1:] = np.arange(180), 255
colours = cv2.cvtColor(hues, cv2.COLOR_HSV2RGB)
same = cv2.cvtColor(colours, cv2.COLOR_RGB2HSV)[0, :, 0]
still("by OpenCV alone each of the 180 hues comes back", (same == np.arange(180)).all())
green = np.full((4, 4, 3), (60, 200, 30), np.uint8)
ways = {
    "MultiplySaturation(1.0)": iaa.MultiplySaturation(1.0),
    "MultiplyHue(1.0)": iaa.MultiplyHue(1.0),
    "MultiplyHueAndSaturation(mul_saturation=1.0)": iaa.MultiplyHueAndSaturation(mul_saturation=1.0),
    "AddToHue(0)": iaa.AddToHue(0),
}
for name, way in ways.items():
    lower = same.astype(int) - cv2.cvtColor(way(image=colours), cv2.COLOR_RGB2HSV)[0, :, 0]
    far = repeated(way, green, 20)[0, 0]
    red = cv2.cvtColor(way(image=colours[:, 5:6]), cv2.COLOR_RGB2HSV)[0, 0, 0]
    print(f"{name}: {np.sum(lower == 1)} of 180 hues a level lower; hue 5 is {red}; green 20 times: {far}")
    if name == "AddToHue(0)":
        still(f"{name}: every hue as it was", not lower.any())
        still(f"{name}: green within 2 levels after twenty times", np.abs(far - [60.0, 200, 30]).max() <= 2)
    else:
        still(f"{name}: over 100 of 180 hues a level lower", np.sum(lower == 1) > 100 and set(lower) == {0, 1})
        still(f"{name}: hue 5 becomes 4", red == 4)
        still(f"{name}: green has gained 30 levels of red after twenty times", far[0] >= 90)
stretched = np.round(np.arange(180) * 255 / 180)
table = np.round(stretched * 180 / 255)
still("stretched and shrunk with rounding, each hue stays", (table == np.arange(180)).all())
cut = np.floor(np.floor(np.arange(180) * 255 / 180) * 180 / 255)
still("cut off both times, over 100 hues are lower", np.sum(cut < np.arange(180)) > 100)

sys.exit(bool(changed))
EOF
