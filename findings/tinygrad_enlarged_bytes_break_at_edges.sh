#!/usr/bin/env bash
# tinygrad: bytes that are resized linearly break where neighbours are over 128 apart: between 0 and 200 lies 242.
#
# `Tensor.lerp`, on which `interpolate` stands, has its own way for uint8: `end - self` is made an int8 before it is
# multiplied by the weight. A step of 200 is -56 there, one of 255 is -1, so the value goes the other way, and below 0
# it comes back from 255: 0 and 200 doubled in width are 0, 242, 214, 200 instead of 0, 50, 150, 200, and from black to
# white there is no middle. Smaller steps are right within a level, and so are the same values as floats. The step is
# taken in the description of the operation, before any device; it is the same on each.
#
# Who is bitten: bytes resized before they are made floats, and `lerp` by a tensor of two uint8 frames (a fade, a frame
# between two): every strong edge gets a rim of wrong pixels, and half way from black to white is black. Instead: cast
# to float first.
#
# Versions: tinygrad 0.14.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11 and tinygrad's own PYTHON device, which
# needs no compiler, 29 November 2026.
#
# Run: bash findings/tinygrad_enlarged_bytes_break_at_edges.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check tinygrad==0.14.0 numpy==2.4.6
DEV=PYTHON ./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
from tinygrad import Tensor

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def resized(line, count):
    """Linear, with centres of pixels at i + 0.5, and the border repeated."""
    places = (np.arange(count) + 0.5) * len(line) / count - 0.5
    return np.interp(places, np.arange(len(line)), line.astype(float))


def off(a, b):
    return np.abs(np.asarray(a, dtype=float) - b).max()


print("tinygrad", version("tinygrad"))
for step in (100, 127, 140, 200, 255):
    for line in (np.array([0, step], np.uint8), np.array([step, 0], np.uint8)):
        found, right = Tensor(line).interpolate((4,)).numpy(), resized(line, 4)
        floats = Tensor(line.astype(np.float32)).interpolate((4,)).numpy()
        print(f"{line.tolist()} doubled: {found.tolist()}, right {right.tolist()}")
        still(f"{line.tolist()}: of floats it is right", off(floats, right) < 1e-3)
        if step <= 128:
            still(f"{line.tolist()}: right within a level", off(found, right) <= 1)
        else:
            still(f"{line.tolist()}: over 60 off", off(found, right) > 60)
        if line.tolist() == [0, 200]:
            still(f"{line.tolist()}: 0, 242, 214, 200", found.tolist() == [0, 242, 214, 200])

generator = np.random.default_rng(0)
for high in (128, 256):
    picture = generator.integers(0, high, (6, 8)).astype(np.uint8)
    right = np.apply_along_axis(resized, 0, np.apply_along_axis(resized, 1, picture, 16), 12)
    found = Tensor(picture).interpolate((12, 16)).numpy()
    share = (np.abs(found - right) > 20).mean()
    print(f"noise below {high}, doubled: {off(found, right):.1f} levels off at most, {share:.0%} of all over 20")
    if high == 128:
        still("noise below 128: right within two levels", off(found, right) < 2)
    else:
        still("noise below 256: over 100 levels off", off(found, right) > 100)
        still("noise below 256: a tenth of all pixels and more is over 20 off", share > 0.1)
black, white = Tensor(np.zeros(3, np.uint8)), Tensor(np.full(3, 255, np.uint8))
half = black.lerp(white, Tensor(np.full(3, 0.5, np.float32))).numpy()
print("half way from black to white:", half.tolist())
still("half way from black to white is black", not half.any())
casts = [Tensor(np.full(3, level, np.float32)) for level in (0, 255)]
half = casts[0].lerp(casts[1], Tensor(np.full(3, 0.5, np.float32))).numpy()
still("half way from black to white as floats is 127.5", off(half, 127.5) < 1e-3)

sys.exit(bool(changed))
EOF
