#!/usr/bin/env bash
# PaddlePaddle: with `ceil_mode=True` pools add a row and a column beyond the picture: -3.4e38, or NaN for averages.
#
# With `ceil_mode` a last window may hang over the border. Paddle also makes windows that begin beyond it, and have not
# a single pixel: nine pixels by a kernel of 2 and a stride of 3 give four results instead of three. The fourth is
# -3.4028e38 of a max pool, NaN of an average (with `exclusive` True and False), and 0 of `lp_pool2d`. It is so in one,
# two and three dimensions, and with a padding of 1: there the last row and column are so for 9 x 9 by 2 x 2. PyTorch
# leaves such windows out, says so in its manual ("sliding windows that would start in the right padded region are
# ignored"), and is otherwise equal in every case.
#
# Who is bitten: networks that were moved from PyTorch: their shapes differ, and one NaN makes all that follows NaN.
# Sizes for which the strides fit do not show it. Instead: crop the input so that no window begins beyond it.
#
# Versions: paddlepaddle 3.3.1, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/paddle_ceil_mode_pools_beyond_the_picture.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    paddlepaddle==3.3.1 torch==2.13.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import numpy as np
import paddle
import paddle.nn.functional as of_paddle
import torch
import torch.nn.functional as of_torch

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def pooled(name, even, kernel, stride, padding):
    """Return what Paddle and PyTorch make of one array with `ceil_mode`."""
    options = {"kernel_size": kernel, "stride": stride, "padding": padding, "ceil_mode": True}
    found = getattr(of_paddle, name)(paddle.to_tensor(even), **options).numpy()
    return found, getattr(of_torch, name)(torch.tensor(even), **options).numpy()


print("paddle", paddle.__version__, "torch", torch.__version__)
row = np.full((1, 1, 9), 5, np.float32)
for name, beyond in (("max_pool1d", -3.4028235e38), ("avg_pool1d", np.nan)):
    found, wanted = pooled(name, row, 2, 3, 0)
    print(name, "of nine times 5:", found.ravel(), "PyTorch:", wanted.ravel())
    still(f"{name}: three of 5 and one of {beyond}", np.allclose(found.ravel(), [5, 5, 5, beyond], equal_nan=True))
    still(f"{name}: PyTorch makes three", wanted.ravel().tolist() == [5, 5, 5])
for exclusive in (True, False):
    last = of_paddle.avg_pool2d(paddle.to_tensor(row[:, None]), (1, 2), (1, 3), ceil_mode=True, exclusive=exclusive)
    still(f"exclusive={exclusive}: NaN", bool(np.isnan(last.numpy()[..., -1]).all()))
noise = np.random.default_rng(0).random((2, 3, 9, 9), np.float32) + 1
power = of_paddle.lp_pool2d(paddle.to_tensor(noise), 2.0, 2, 3, ceil_mode=True).numpy()
still("lp_pool2d: 4 x 4, the last row is 0", power.shape[2:] == (4, 4) and not power[:, :, -1].any())
for name, kernel, stride, padding in (
    ("max_pool2d", 2, 3, 0),
    ("avg_pool2d", 2, 3, 0),
    ("max_pool2d", 2, 2, 1),
    ("max_pool2d", 3, 3, 0),
    ("avg_pool2d", 3, 3, 0),
    ("max_pool2d", 3, 2, 1),
):
    found, wanted = pooled(name, noise, kernel, stride, padding)
    rows = wanted.shape[2]
    print(f"{name} of 9 x 9, kernel {kernel}, stride {stride}, padding {padding}: {found.shape[2]} and {rows} rows")
    still("    inside as PyTorch", np.allclose(found[:, :, :rows, :rows], wanted))
    more = found.shape[2] - rows
    still("    one row more" if stride + padding != 3 or kernel == 2 else "    as many rows", more == (kernel == 2))
    if more:
        last = np.concatenate([found[:, :, -1].ravel(), found[:, :, :, -1].ravel()])
        empty = np.isnan(last) if "avg" in name else last < -3e38
        still("    the last row and column are no pixels", bool(empty.all()))
volume = np.full((1, 1, 9, 9, 9), 5, np.float32)
found, wanted = pooled("avg_pool3d", volume, 2, 3, 0)
share = np.isnan(found).mean()
print(f"avg_pool3d of 9 x 9 x 9: {found.shape[2:]} for {wanted.shape[2:]}, {share:.0%} NaN")
still("avg_pool3d: 37 of 64 are NaN", np.isnan(found).sum() == 37 and wanted.shape[2:] == (3, 3, 3))

sys.exit(bool(changed))
EOF
