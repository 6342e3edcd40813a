#!/usr/bin/env bash
# SimpleITK: `N4BiasFieldCorrection` of an even 100 is 0.24, and of an even 1000 it is 0.13.
#
# The filter estimates a smooth field that multiplies the picture and divides by it. An even picture has no shading, so
# what comes out should be what went in, and nearly is for a picture with noise of a hundredth of a level (99.98) or one
# of two even halves (50 and 100). Of a wholly even one all logarithms lie in one bin of the histogram, whose width is
# 0, and the field that is found is greater than the picture itself. What is left is not even: 100 becomes 0.230 to
# 0.248, 10 becomes 0.46 to 0.48 and 1000 becomes 0.12 to 0.15; only 1 stays, since its logarithm is 0. With a mask of
# ones it is the same, and in three dimensions 0.16 to 0.18. (The method leaves the level of the field open, but not a
# field of 400, nor a pattern in it.) Nothing is raised.
#
# Who is bitten: batches with a title, a calibration frame or a phantom in them: these come out nearly black while all
# others keep their brightness. Instead: leave out pictures whose minimum is their maximum.
#
# Versions: SimpleITK 2.5.7, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/simpleitk_n4_of_even_pictures_is_nearly_black.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    SimpleITK==2.5.7 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import SimpleITK as sitk

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def corrected(picture, mask=None):
    image = sitk.GetImageFromArray(picture.astype(np.float32))
    masks = [] if mask is None else [sitk.GetImageFromArray(mask.astype(np.uint8))]
    return sitk.GetArrayFromImage(sitk.N4BiasFieldCorrection(image, *masks)).astype(np.float64)


print("SimpleITK", sitk.Version_VersionString(), "numpy", np.__version__)
shape = (24, 28)
for level in (10, 100, 1000):
    for name, found in (
        ("", corrected(np.full(shape, level))),
        (", with a mask", corrected(np.full(shape, level), np.ones(shape))),
        (", of 64 x 64", corrected(np.full((64, 64), level))),
        (", of 16 x 16 x 16", corrected(np.full((16, 16, 16), level))),
    ):
        pattern = np.ptp(found) / found.mean()
        print(f"an even {level}{name}: {found.min():.3f} to {found.max():.3f}, a pattern of {pattern:.0%}")
        still(f"an even {level}{name}: below 6 % of it", found.max() < 0.06 * level)
still("an even 1 stays", np.allclose(corrected(np.ones(shape)), 1))
random = np.random.default_rng(0)
noisy = corrected(100 + random.normal(0, 0.01, shape))
print(f"with noise of 0.01: {noisy.min():.2f} to {noisy.max():.2f}")
still("with noise of 0.01 it keeps its level to 0.2", np.abs(noisy - 100).max() < 0.2)
halves = np.where(np.arange(shape[1]) < 14, 50.0, 100.0) * np.ones((shape[0], 1))
print(f"halves of 50 and 100: {np.abs(corrected(halves) - halves).max():.3f} off")
still("halves of 50 and 100 keep theirs", np.abs(corrected(halves) - halves).max() < 0.1)

sys.exit(bool(changed))
EOF
