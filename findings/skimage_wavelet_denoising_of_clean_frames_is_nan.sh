#!/usr/bin/env bash
# scikit-image: `denoise_wavelet` of a black frame, a title, bars or a ramp is NaN all over; a clean disc is spread by
# its edge.
#
# The strength of the noise is estimated from the finest wavelet coefficients, and those that are 0 are left out
# before. Where a picture has no noise nothing is left: the median of nothing is NaN, and so is each pixel of the
# result; with noise in one colour and none in the others, the others are NaN. If a few coefficients are left, they
# are those of edges, which are taken for noise then: a disc of 0.8 on 0.1, without any noise, is changed by up to
# 0.69. A `sigma` of 0 does not help: soft thresholding in PyWavelets by a threshold of 0 makes a 0 to 0 / 0, NaN
# (`pywt.threshold([0, 1, 2], 0, "soft")`). With `sigma=1e-4` all are right within 0.001. NumPy's warnings of a mean
# of an empty slice are all there is to be seen, and for the disc nothing.
#
# Who is bitten: whoever denoises films, animations, screen captures or masks frame by frame: fades and titles become
# NaN, and means over the film with them. Instead: a `sigma` of one's own, greater than 0.
#
# Versions: scikit-image 0.26.0, PyWavelets 1.9.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/skimage_wavelet_denoising_of_clean_frames_is_nan.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scikit-image==0.26.0 PyWavelets==1.9.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import numpy as np
import pywt
import skimage
from skimage.restoration import denoise_wavelet

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def shrunk(values, threshold):
    """Return soft thresholding by its definition."""
    return np.sign(values) * np.maximum(np.abs(values) - threshold, 0)


print("scikit-image", skimage.__version__)
values = np.array([0.0, 1.0, 2.0])
found = pywt.threshold(values, 0, "soft")
print("soft thresholding of", values, "by 0:", found, "by definition", shrunk(values, 0))
still("0 thresholded by 0 is NaN, all others are right", np.isnan(found[0]) and np.array_equal(found[1:], values[1:]))
still("thresholded by 0.5 all are right", np.allclose(pywt.threshold(values, 0.5, "soft"), shrunk(values, 0.5)))

ROWS, COLUMNS = 96, 128
down, across = np.mgrid[:ROWS, :COLUMNS]
black = np.zeros((ROWS, COLUMNS))
title = black.copy()
title[30:60, 40:90] = 0.8
disc = 0.1 + 0.7 * ((across - 60) ** 2 + (down - 50) ** 2 < 900)
pictures = {"black": black, "even": black + 0.5, "title": title, "bars": across // 16 % 2 * 1.0, "ramp": across / 127}
for name, picture in pictures.items():
    for method in ("BayesShrink", "VisuShrink"):
        lost = np.isnan(denoise_wavelet(picture, method=method)).mean()
        print(f"{name}, {method}: {lost:.0%} NaN")
        still(f"{name}, {method}: all NaN", lost == 1)
    still(f"{name}, sigma 0: NaN as well", np.isnan(denoise_wavelet(picture, sigma=0.0)).any())
for name, picture in {**pictures, "disc": disc}.items():
    apart = np.abs(denoise_wavelet(picture, sigma=1e-4) - picture).max()
    still(f"{name}, sigma 1e-4: right within 0.001", apart < 1e-3)
apart = np.abs(denoise_wavelet(disc) - disc)
print(f"a clean disc: up to {apart.max():.2f} off, over 0.05 in {np.mean(apart > 0.05):.1%} of the pixels")
still("a clean disc: over 0.6 off", apart.max() > 0.6)
generator = np.random.default_rng(0)
noise = generator.normal(0, 0.02, (ROWS, COLUMNS))
apart = np.abs(denoise_wavelet(title + noise) - title)
print(f"the title with noise of 0.02: mean {np.abs(noise).mean():.4f} off, afterwards {apart.mean():.4f}")
still("the title with noise of 0.02: less than half of it is left", apart.mean() < np.abs(noise).mean() / 2)
colours = np.stack([0.5 + noise, black, black + 0.5], axis=2)
lost = np.isnan(denoise_wavelet(colours, channel_axis=2)).mean(axis=(0, 1))
print("noise in red, even green and blue: NaN", lost)
still("noise in red, even green and blue: the last two are NaN", np.array_equal(lost, [0, 1, 1]))

sys.exit(bool(changed))
EOF
