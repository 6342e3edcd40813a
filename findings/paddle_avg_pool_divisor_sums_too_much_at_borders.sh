#!/usr/bin/env bash
# PaddlePaddle: with `divisor_override`, average pooling multiplies border windows too much: a corner of ones sums to 9.
#
# Of `divisor_override` its manual says: "if specified, it will be used as divisor, otherwise kernel_size will be used".
# Paddle takes the mean first, by default over the pixels inside the picture alone (`exclusive=True`), and multiplies it
# by the size of the whole window over the divisor. So a 3 x 3 sum (divisor 1) of a picture of ones, padded by 1, is 9
# everywhere, where the corners have 4 and the sides 6 ones: PyTorch's avg_pool2d of the same arguments, which the
# function is named after, and SciPy say so. In 3-D the corner is 27 instead of 8. With `ceil_mode=True` the last
# windows are wrong in the same way. With `exclusive=False`, which should not matter where the divisor is given, sums
# without ceil mode are right.
#
# Who is bitten: box sums, local means and variances (SSIM, guided filters), counts of valid pixels, and models ported
# from PyTorch: their borders are up to 2.25 times (3-D: 3.4 times) too large. Instead: `exclusive=False`, or a
# convolution with ones.
#
# Versions: paddlepaddle 3.3.1, torch 2.13.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/paddle_avg_pool_divisor_sums_too_much_at_borders.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    paddlepaddle==3.3.1 torch==2.13.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
import warnings

import numpy as np
import torch
from scipy.ndimage import correlate

warnings.simplefilter("ignore")  # paddle looks for ccache
import paddle

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("paddlepaddle", paddle.__version__, "torch", torch.__version__)
random = np.random.default_rng(0)
for dimensions in (2, 3):
    size = (12, 16) if dimensions == 2 else (6, 12, 16)
    theirs = getattr(paddle.nn.functional, f"avg_pool{dimensions}d")
    module = getattr(paddle.nn, f"AvgPool{dimensions}D")
    other = getattr(torch.nn.functional, f"avg_pool{dimensions}d")
    middle, corner = (..., *(slice(1, -1),) * dimensions), (0,) * (2 + dimensions)
    for kind in ("ones", "noise"):
        x = np.ones((1, 1, *size), np.float32) if kind == "ones" else random.random((1, 1, *size), np.float32)
        sums = correlate(x[0, 0].astype(float), np.ones((3,) * dimensions), mode="constant")[None, None]
        for divisor in (1, 4):
            name = f"{dimensions}-D, {kind}, divisor {divisor}"
            right = sums / divisor
            by_torch = other(torch.from_numpy(x), 3, 1, 1, divisor_override=divisor).numpy()
            found = theirs(paddle.to_tensor(x), 3, 1, 1, divisor_override=divisor).numpy()
            print(f"{name}: corner {found[corner]:.3f} instead of {right[corner]:.3f}")
            still(f"{name}: PyTorch is SciPy's", np.allclose(by_torch, right, rtol=1e-5))
            still(f"{name}: right in the middle", np.allclose(found[middle], right[middle], rtol=1e-5))
            factor = 3**dimensions / 2**dimensions
            times = found[corner] / right[corner]
            still(f"{name}: the corner is {factor:.3f} times too large", np.isclose(times, factor))
            same = module(3, 1, 1, divisor_override=divisor)(paddle.to_tensor(x)).numpy()
            still(f"{name}: so it is by the layer", np.array_equal(same, found))
            told = theirs(paddle.to_tensor(x), 3, 1, 1, exclusive=False, divisor_override=divisor).numpy()
            still(f"{name}: with exclusive=False it is right", np.allclose(told, right, rtol=1e-5))
    x = np.ones((1, 1, *(8,) * dimensions), np.float32)
    by_torch = other(torch.from_numpy(x), 3, 3, 0, ceil_mode=True, divisor_override=1).numpy()
    for exclusive in (True, False):
        found = theirs(paddle.to_tensor(x), 3, 3, 0, True, exclusive, 1).numpy()
        last, right = found.flat[-1], by_torch.flat[-1]
        print(f"{dimensions}-D, ceil mode, exclusive={exclusive}: {last:.0f} instead of {right:.0f}")
        still("    the last window of two ones an axis counts three", found.flat[-1] == 3**dimensions)
    still("    PyTorch counts two", by_torch.flat[-1] == 2**dimensions)

sys.exit(bool(changed))
EOF
