#!/usr/bin/env bash
# kornia-rs: `normalize_mean_std` does not divide bytes by 255, as its documentation says and its siblings do.
#
# "(x/255 - mean) / std" of 3-channel u8, says the package of `imgproc.normalize_mean_std`, in the .pyi file that
# editors show. What it does is (x - mean) / std: with the usual mean and deviation of ImageNet, bytes become up to 1136
# instead of 2.6. The two other ways of the package to the same numbers, `Image.normalize` and the fused
# `Image.resize_normalize_to_tensor`, do divide by 255 and agree with NumPy, so that a network that is fed by one and
# then by another sees two ranges. Nothing is raised.
#
# Who is bitten: whoever feeds frames to a network by it: its input is hundreds of times too large, and the mean is
# hardly taken off. Instead: `Image.normalize`, or mean and deviation times 255.
#
# Versions: kornia_rs 0.2.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/kornia_rs_normalization_forgets_255.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check kornia_rs==0.2.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version
from pathlib import Path

import kornia_rs
import numpy as np
from kornia_rs.image import Image
from kornia_rs.imgproc import normalize_mean_std

changed = []
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("kornia_rs", version("kornia_rs"), "numpy", np.__version__)
said = Path(kornia_rs.__file__).with_name("imgproc.pyi").read_text().split("def normalize_mean_std")[1]
still("it is documented as (x/255 - mean) / std", "(x/255 - mean) / std" in said.split("def ")[0])
noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3)).astype(np.uint8)
noise[0, 0], noise[0, 1] = 0, 255
for name, frame in (("noise", noise), ("gray", np.full((48, 64, 3), 128, np.uint8))):
    wanted = (frame / 255 - MEAN) / DEVIATION
    found = normalize_mean_std(frame, MEAN, DEVIATION)
    image = Image.from_numpy(frame)
    alone = np.asarray(image.normalize(MEAN, DEVIATION))
    fused = np.moveaxis(np.asarray(image.resize_normalize_to_tensor(64, 48, MEAN, DEVIATION).numpy()), 0, 2)
    print(f"{name}: up to {found.max():.1f}; Image.normalize {alone.max():.2f}, NumPy {wanted.max():.2f}")
    still(f"{name}: it is (x - mean) / std", np.allclose(found, (frame - np.array(MEAN)) / DEVIATION, rtol=1e-5))
    still(f"{name}: off by more than 100", np.abs(found - wanted).max() > 100)
    still(f"{name}: Image.normalize is as documented", np.allclose(alone, wanted, atol=1e-5))
    still(f"{name}: the fused one too", np.allclose(fused, wanted, atol=1e-5))
    scaled = normalize_mean_std(frame, [255 * one for one in MEAN], [255 * one for one in DEVIATION])
    still(f"{name}: mean and deviation times 255 are right", np.allclose(scaled, wanted, atol=1e-4))

sys.exit(bool(changed))
EOF
