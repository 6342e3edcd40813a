#!/usr/bin/env bash
# image-similarity-measures: the spectral angle (SAM) of an 8-bit picture and itself is 90 degrees, not 0.
#
# SAM is the angle between the colours of two pictures, seen as vectors: the inverse cosine of their inner product by
# the product of their lengths. The package multiplies the arrays as they come. Products and sums of uint8 keep the
# last 8 bits, the lengths are computed as floats, so that the cosine is nearly 0 whatever the pictures are: the same
# picture scores 89.6 degrees, a noisy one 89.5, one of half the brightness 89.1. As floats the same three are 0, 4.2
# and 0.2, which is what NumPy gives from the definition, and numbers from wrapped products are what is seen. RMSE and
# PSNR of the package take bytes rightly. Its own `evaluation`, which reads files as bytes, says 89.6 of two equal ones.
#
# Who is bitten: whoever compares predicted colour frames by it: all of them score the same, and a worse one may score
# less. Instead: pictures as floats.
#
# Versions: image-similarity-measures 0.3.6, numpy 1.26.4, opencv-python 4.11.0.86, scikit-image 0.20.0, scipy 1.17.1,
# phasepack 1.5; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/image_similarity_measures_sam_of_bytes_is_90_degrees.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    image-similarity-measures==0.3.6 numpy==1.26.4 opencv-python==4.11.0.86 scikit-image==0.20.0 scipy==1.17.1 \
    phasepack==1.5
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import cv2
import numpy as np
from image_similarity_measures.evaluate import evaluation
from image_similarity_measures.quality_metrics import psnr, rmse, sam

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_definition(one, other):
    """The mean angle of colours in degrees."""
    one, other = one.astype(float), other.astype(float)
    lengths = np.sqrt((one**2).sum(-1)) * np.sqrt((other**2).sum(-1))
    return np.degrees(np.arccos(np.clip((one * other).sum(-1) / lengths, -1, 1))).mean()


def of_wrapped_products(one, other):
    """The same with products that keep their last 8 bits."""
    products = (one.astype(np.int64) * other) % 256
    lengths = np.sqrt((one.astype(float) ** 2).sum(-1)) * np.sqrt((other.astype(float) ** 2).sum(-1))
    return np.degrees(np.arccos(np.clip(products.sum(-1) / lengths, -1, 1))).mean()


print("image-similarity-measures", version("image-similarity-measures"), "numpy", np.__version__)
random = np.random.default_rng(0)
picture = cv2.GaussianBlur(random.uniform(0, 255, (64, 64, 3)), (0, 0), 2)
low, high = picture.min((0, 1)), picture.max((0, 1))
picture = (20 + 220 * (picture - low) / (high - low)).astype(np.uint8)
noise = random.integers(-20, 21, picture.shape)
others = {
    "itself": picture,
    "noisy": np.clip(picture + noise, 0, 255).astype(np.uint8),
    "half as bright": picture // 2,
}
for name, other in others.items():
    bytes_, floats = sam(picture, other), sam(picture.astype(float), other.astype(float))
    print(f"{name}: {bytes_:.2f} degrees of bytes, {floats:.2f} of floats")
    still(f"{name}: by floats it is the angle", np.isclose(floats, by_definition(picture, other), atol=1e-4))
    still(f"{name}: by bytes it is over 85 degrees", bytes_ > 85 and by_definition(picture, other) < 10)
    still(f"{name}: by bytes it is of wrapped products", np.isclose(bytes_, of_wrapped_products(picture, other)))
    if name != "itself":
        error = np.square(picture.astype(float) - other).mean((0, 1))
        ratio = 20 * np.log10(255) - 10 * np.log10(error.mean())
        still(f"{name}: PSNR of bytes is right", np.isclose(psnr(picture, other, 255), ratio))
        still(f"{name}: RMSE of bytes is right", np.isclose(rmse(picture, other, 1), np.sqrt(error).mean()))
cv2.imwrite("picture.png", picture)
said = evaluation("picture.png", "picture.png", ["sam"])["sam"]
print(f"of two equal files: {said:.2f}")
still("its reader of files says it of two equal ones", np.isclose(said, of_wrapped_products(picture, picture)))

sys.exit(bool(changed))
EOF
