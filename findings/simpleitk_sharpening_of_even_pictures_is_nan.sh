#!/usr/bin/env bash
# SimpleITK: `LaplacianSharpening` and `AdaptiveHistogramEqualization` of an even picture are NaN all over, and black
# for bytes.
#
# The first scales the Laplacian to the range of the picture and the second the picture to that of its levels; both
# divide by that range, which is 0. A black or white frame, a fade's first frame or an even tile ought to stay: nothing
# is sharpened in it, and equalization by a local histogram of one level has nothing to change. As floats all pixels are
# NaN, as bytes an even 100 and an even 255 become 0, without an error. With one pixel of another level all others stay
# within 3 levels of 100 in the first; in all of the other filters that are tried here, `UnsharpMask`, `CurvatureFlow`,
# `Bilateral`, `Median` and `RescaleIntensity` among them, nothing is NaN.
#
# Who is bitten: whoever sharpens or equalizes film frames: a fade begins with black even where it comes from white, and
# means over a batch are NaN. Instead: leave out frames whose minimum is their maximum.
#
# Versions: SimpleITK 2.5.7, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/simpleitk_sharpening_of_even_pictures_is_nan.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check SimpleITK==2.5.7 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import SimpleITK as sitk

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def run(filter, picture):
    return sitk.GetArrayFromImage(filter(sitk.GetImageFromArray(picture)))


print("SimpleITK", sitk.Version.VersionString())
for name in ("LaplacianSharpening", "AdaptiveHistogramEqualization"):
    filter = getattr(sitk, name)
    for level in (100, 255):
        for kind in (np.float32, np.float64, np.uint8, np.uint16):
            even = np.full((40, 60), level, kind)
            found = run(filter, even)
            print(f"{name} of an even {level} as {kind.__name__}: {np.unique(found)}")
            if issubclass(kind, np.floating):
                still(f"{name}, {level}, {kind.__name__}: NaN", bool(np.isnan(found).all()))
            else:
                still(f"{name}, {level}, {kind.__name__}: 0", not found.any())
    spotted = np.full((40, 60), 100.0)
    spotted[20, 30] = 101
    found = run(filter, spotted)
    print(f"{name} of 100 with a pixel of 101: {found.min():.2f} to {found.max():.2f}")
    still(f"{name}: with a pixel of 101 no NaN, within 3 levels", np.abs(found - 100).max() < 3)
for name in ("UnsharpMask", "CurvatureFlow", "Bilateral", "Median", "DiscreteGaussian", "GradientAnisotropicDiffusion"):
    found = run(getattr(sitk, name), np.full((40, 60), 100, np.float32))
    still(f"{name} of an even 100 is 100", np.abs(found - 100).max() < 0.01)
still("RescaleIntensity is a number", not np.isnan(run(sitk.RescaleIntensity, np.full((40, 60), 100.0))).any())

sys.exit(bool(changed))
EOF
