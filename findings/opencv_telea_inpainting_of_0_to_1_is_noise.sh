#!/usr/bin/env bash
# OpenCV: INPAINT_TELEA of a picture of 0 to 1 fills the hole of a smooth ramp with values from -1.1 to 2.0.
#
# `cv2.inpaint` takes "8-bit, 16-bit unsigned or 32-bit float" pictures. To each mean of known neighbours Telea's method
# adds the sum of the two slopes divided by their length, which is a direction without any size: it lies between -1.4
# and 1.4 whatever the picture is. In levels of 0..255 nobody sees that; in 0..1 it is more than the whole range. A hole
# of 5 x 5 pixels in the middle of a ramp from 0 to 1 is filled by salt and pepper, and what is filled first is
# continued by what comes after it. The same ramp as uint8, as uint16, or as float32 times 255 is within 0.06 of the
# truth, and INPAINT_NS fills it rightly in all of them. Where the picture is even there is no slope, and all is right.
#
# Who is bitten: whoever fills holes of warped frames, of depth or of flow (in pixels, so that 1.4 are added there too)
# as floats. Instead: INPAINT_NS, or multiply by 255 before and divide after.
#
# Versions: opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/opencv_telea_inpainting_of_0_to_1_is_noise.sh
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


METHODS = {"Telea": cv2.INPAINT_TELEA, "NS": cv2.INPAINT_NS}
HOLE = np.zeros((21, 21), np.uint8)
HOLE[8:13, 8:13] = 1


def filled(picture, kind, white, method):
    """Return the 25 pixels of the hole of a picture in 0..1 that was kept as the given type up to white."""
    given = picture * white
    given = given.astype(kind) if kind == "float32" else given.round().astype(kind)
    return cv2.inpaint(given, HOLE, 3, METHODS[method])[8:13, 8:13].astype(float) / white


print("OpenCV", cv2.__version__)
ramp = np.tile(np.linspace(0, 1, 21), (21, 1))
truth = ramp[8:13, 8:13]
print("a ramp; in the hole it was", truth[0].round(2))
for kind, white in (("float32", 1), ("float32", 255), ("uint8", 255), ("uint16", 65535)):
    for method in METHODS:
        found = filled(ramp, kind, white, method)
        error = np.abs(found - truth).max()
        name = f"{method}, {kind}, 0..{white}"
        print(f"{name}: middle row {found[2].round(2)}, from {found.min():.2f} to {found.max():.2f}")
        if (method, kind, white) == ("Telea", "float32", 1):
            still(f"{name}: below -0.5 and above 1.5", found.min() < -0.5 and found.max() > 1.5)
        else:
            still(f"{name}: within 0.06 of the truth", error < 0.06)
for white in (1, 2, 5, 20, 255):
    worst = np.abs(filled(ramp, "float32", white, "Telea") - truth).max() * white
    print(f"Telea, float32, 0..{white}: {worst:.2f} off at most, in units of the picture")
    if white <= 5:
        still(f"Telea, float32, 0..{white}: off by more than 0.8", worst > 0.8)
even = filled(np.full((21, 21), 0.25), "float32", 1, "Telea")
still("Telea, float32, an even 0.25 stays", np.abs(even - 0.25).max() < 1e-5)

sys.exit(bool(changed))
EOF
