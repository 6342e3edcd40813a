#!/usr/bin/env bash
# torch.nn.functional.interpolate: with antialias=True, every row of a result one column wide is the first row.
#
# A tensor of 12 rows and one column, with the values 0 to 11, made 4 rows high: 1.25 four times. With two columns, or
# with the axes exchanged, it is the right 1.25, 4, 7, 9.75. The same holds for bilinear and bicubic, float32 and
# float64, larger and smaller, for a tensor that is one column wide already and for an image that becomes so; no error
# and no warning. A channels_last image is right, and the gradient is that of the right result: it differs from what the
# function computes.
#
# Who is bitten: whoever shortens a signal over time in the shape (batch, channels, frames, 1), takes the mean of each
# row of a picture by its size, or makes a small strip of pixels beside a picture.
#
# Versions: torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_antialias_to_one_column.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import torch
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def weights(before, after):
    """Return the matrix (after, before) of a triangle as wide as two pixels of the smaller of both sizes."""
    step = before / after
    distance = np.abs((np.arange(after)[:, None] + 0.5) * step - (np.arange(before) + 0.5)) / max(step, 1)
    triangle = np.maximum(0, 1 - distance)
    return triangle / triangle.sum(axis=1, keepdims=True)


def expected(tensor, rows, columns):
    return weights(tensor.shape[2], rows) @ tensor.double().numpy() @ weights(tensor.shape[3], columns).T


def resized(tensor, rows, columns, mode="bilinear"):
    return F.interpolate(tensor, size=(rows, columns), mode=mode, antialias=True)


def kind(tensor, rows, columns):
    result, truth = resized(tensor, rows, columns).numpy(), expected(tensor, rows, columns)
    if np.abs(result - truth).max() < 1e-4:
        return "right"
    return "first row" if np.abs(result - truth[:, :, :1]).max() < 1e-4 else "other"


print("torch", torch.__version__)
ramp = torch.arange(12.0).view(1, 1, 12, 1)
for name, tensor, size in (("one column", ramp, (4, 1)), ("two columns", ramp.expand(1, 1, 12, 2), (4, 2))):
    print(f"{name}:", resized(tensor, *size)[0, 0, :, 0].numpy(), "expected", expected(tensor, *size)[0, 0, :, 0])
torch.manual_seed(0)
image = torch.rand(2, 3, 13, 17)
for name, tensor, rows, columns, answer in (
    ("one column, shrunk", ramp, 4, 1, "first row"),
    ("one column, enlarged", ramp, 30, 1, "first row"),
    ("float64", ramp.double(), 4, 1, "first row"),
    ("an image to 26 x 1", image, 26, 1, "first row"),
    ("an image to 5 x 1", image, 5, 1, "first row"),
    ("an image to 26 x 1, channels_last", image.contiguous(memory_format=torch.channels_last), 26, 1, "right"),
    ("an image to 26 x 2", image, 26, 2, "right"),
    ("an image to 1 x 26", image, 1, 26, "right"),
    ("one row", ramp.mT, 1, 4, "right"),
):
    still(f"{name}: {answer}", kind(tensor, rows, columns) == answer)
bicubic = resized(ramp, 4, 1, "bicubic").flatten()
still("bicubic: all rows are equal", bool((bicubic == bicubic[0]).all()))
learning = ramp.double().requires_grad_()
resized(learning, 4, 1)[0, 0, 2, 0].backward()
gradient = learning.grad.flatten().numpy()
still("the gradient of row 2 is that of the right result", np.abs(gradient - weights(12, 4)[2]).max() < 1e-6)
moved = ramp.double().clone()
moved[0, 0, 7] += 1
difference = float((resized(moved, 4, 1) - resized(ramp.double(), 4, 1))[0, 0, 2, 0])
print(f"one more at input row 7: the gradient says row 2 grows by {gradient[7]:.3f}, it grows by {difference:.3f}")
still("the gradient says 1/3, the change is 0", abs(gradient[7] - 1 / 3) < 1e-6 and difference == 0)

sys.exit(bool(changed))
EOF
