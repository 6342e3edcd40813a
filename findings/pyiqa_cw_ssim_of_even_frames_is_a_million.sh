#!/usr/bin/env bash
# pyiqa: CW-SSIM of two even frames is 1000000, also of black and white; of any two with upright bars alone 125000.
#
# Sampat and others define it within each window as (2 |sum x y*| + K) / (sum |x|^2 + sum |y|^2 + K) of complex bands:
# at most 1, and 1 where both bands are empty. pyiqa takes each absolute value as the root of the square plus 1e-12
# (`abs` in matlab_utils/math_util.py), and K is 0 by default: empty bands give 2e-6 / 2e-12. An even frame has eight
# empty bands. A frame of upright or lying bars, or a ramp, has one, which is enough for 125000. Colour frames are
# rounded to whole levels of luminance first, so that a fainter noise is even too; frames of one channel are neither
# rounded nor scaled to 255, and two such noises of 1e-5 on gray have 7300, by the definition 0.4. Frames with any
# texture, also between black bars, are right, and one pixel that is one level brighter is enough: 1.00002 with itself.
#
# Who is bitten: whoever averages over films that begin in black, cut to white or show test patterns: one black pair of
# ten makes an average of 0.8 into 100000. pyiqa itself states a range of 0 to 1. Instead: K=0.01, which is passed on by
# `create_metric("cw_ssim", K=0.01)`: 1.0002 for even frames, and as defined with that K for the others.
#
# Versions: pyiqa 0.1.16, torch 2.13.0, torchvision 0.28.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python
# 3.11, 30 November 2026.
#
# Run: bash findings/pyiqa_cw_ssim_of_even_frames_is_a_million.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 torchvision==0.28.0 numpy==2.4.6 \
    scipy==1.17.1 opencv-python-headless==5.0.0.93 pillow==13.0.0 huggingface_hub==2.4.0 requests tqdm pyyaml
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps pyiqa==0.1.16
./env/bin/python -W ignore - <<'EOF'
import logging
import sys

import numpy as np
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

logging.disable(logging.CRITICAL)
from scipy.ndimage import uniform_filter  # noqa: E402

import pyiqa  # noqa: E402
from pyiqa.archs import ssim_arch  # noqa: E402, F401  (else all metrics are imported in search of this one)
from pyiqa.matlab_utils import SCFpyr_PyTorch, fspecial  # noqa: E402

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def batch(plane, channels=3):
    """Return a gray picture of 0..1 (height, width) as float32 (1, channels, height, width)."""
    return torch.as_tensor(np.ascontiguousarray(plane), dtype=torch.float32).repeat(1, channels, 1, 1)


def defined(first, second, constant):
    """Return the index as defined: of pyiqa's own bands of levels, with its weights, and nothing but K added."""
    total, levels = [], [255 * torch.tensor(each)[None, None].double() for each in (first, second)]
    for one, other in zip(*(SCFpyr_PyTorch(4, 8).build(each)[4] for each in levels), strict=True):
        x, y = (band[0, ..., 0].numpy() + 1j * band[0, ..., 1].numpy() for band in (one, other))
        products, powers = x * y.conj(), np.abs(x) ** 2 + np.abs(y) ** 2
        inside = (slice(3, -3), slice(3, -3))
        real, imaginary, powers = (uniform_filter(each, 7)[inside] for each in (products.real, products.imag, powers))
        place = (2 * np.hypot(real, imaginary) + constant) / (powers + constant)
        weights = fspecial(np.array(place.shape), x.shape[0] / 4, 1).numpy()[0, 0]
        total.append((place * weights).sum())
    return np.mean(total)


print("pyiqa", pyiqa.__version__, "torch", torch.__version__, "torchvision", torchvision.__version__)
metric = pyiqa.create_metric("cw_ssim", device="cpu")
with_constant = pyiqa.create_metric("cw_ssim", device="cpu", K=0.01)


def score(first, second, of=metric, channels=3):
    return float(of(batch(first, channels), batch(second, channels)))


random = np.random.default_rng(0)
texture = random.integers(0, 256, (128, 128)) / 255
noisy = np.round(np.clip(255 * texture + 50 * random.standard_normal((128, 128)), 0, 255)) / 255
black, white, gray = np.zeros((128, 128)), np.ones((128, 128)), np.full((128, 128), 77 / 255)
bars = np.repeat(np.arange(8) * 36, 16)[None].repeat(128, axis=0) / 255
ramp = (np.arange(128) * 2 / 255)[None].repeat(128, axis=0)
other = np.repeat(random.integers(0, 256, 16), 8)[None].repeat(128, axis=0) / 255
average = np.mean([score(texture, noisy)] * 9 + [score(black, black)])
print(f"the average of ten pairs, one of them black: {average:.1f}")
still("the average of ten pairs, one of them black: 100000", abs(average / 1e5 - 1) < 1e-3)
for name, first, second, expected, low, high in (
    ("black, black", black, black, 1e6, 1, 1),
    ("black, white", black, white, 1e6, 1, 1),
    ("a gray of 77, white", gray, white, 1e6, 1, 1),
    ("eight upright bars, the same", bars, bars, 1.25e5, 1, 1),
    ("eight lying bars, the same", bars.T, bars.T, 1.25e5, 1, 1),
    ("a ramp, the same", ramp, ramp, 1.25e5, 1, 1),
    ("eight upright bars, other ones", bars, other, 1.25e5, 0, 0.9),
):
    found, right = score(first, second), defined(first, second, 0.01)
    mended = score(first, second, with_constant)
    print(f"{name}: {found:.2f}, with K=0.01 {mended:.4f}, as defined with K = 0.01 {right:.4f}")
    still(f"{name}: about {expected:.0f}", abs(found / expected - 1) < 1e-3)
    still(f"{name}: by the definition from {low} to {high}", low - 1e-6 <= right <= high + 1e-6)
    still(f"{name}: with K=0.01 as defined", abs(mended - right) < 1e-3)
for shape in ((64, 64), (96, 160), (100, 180)):
    found = score(np.full(shape, 0.2), np.full(shape, 0.6))
    print(f"two grays of {shape}: {found:.2f}")
    still(f"two grays of {shape}: about 1000000", abs(found / 1e6 - 1) < 1e-3)
dot = gray.copy()
dot[64, 64] = 78 / 255
boxed = texture * ((np.arange(128) // 16) % 7 > 0)[:, None]
for name, first, second, low, high in (
    ("texture, the same", texture, texture, 1, 1),
    ("texture, noisy", texture, noisy, 0.5, 0.99),
    ("texture, even", texture, gray, 0, 1e-3),
    ("texture between black bars, the same", boxed, boxed, 1, 1),
    ("one pixel of 78 in 77, the same", dot, dot, 1, 1),
    ("one pixel of 78 in 77, an even 77", dot, gray, 0, 0.02),
):
    found, right = score(first, second), defined(first, second, 1e-12)
    print(f"{name}: {found:.5f}, as defined {right:.5f}")
    still(f"{name}: from {low} to {high}", low <= found + 1e-4 and found - 1e-4 <= high)
    still(f"{name}: as defined to 0.01", abs(found - right) < 1e-2)
first, second = (gray + 1e-5 * random.uniform(-1, 1, (128, 128)) for _ in range(2))
found, single, right = score(first, second), score(first, second, channels=1), defined(first, second, 1e-12)
print(f"gray with two noises of 1e-5: {found:.2f}, as one channel {single:.2f}, as defined {right:.4f}")
still("two noises of 1e-5: about 1000000, rounded to one level", abs(found / 1e6 - 1) < 1e-3)
still("two noises of 1e-5: over 1000 as one channel, by the definition less than 0.7", single > 1000 and right < 0.7)

sys.exit(bool(changed))
EOF
