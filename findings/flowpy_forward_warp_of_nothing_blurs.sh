#!/usr/bin/env bash
# flowpy: `forward_warp` by a flow of 0 blurs, moves a spot to the right and down, and makes bytes half a level darker.
#
# Each pixel of the result is a mean of the four (`k`) nearest warped pixels, weighted by exp(-distance). If a warped
# pixel lies exactly there its distance is 0 and its weight 1, and the next ones, a pixel away, have 0.37 each: of a
# spot of 1 is left 0.48. There are four such neighbours and room for three of them; which is left out depends on the
# search, and is the same one nearly everywhere, so that a spot is seen at its right and below and not at its left and
# above. The standard deviation of noise falls to 55 %. Bytes are cut off, and so become 0.46 levels darker with each
# warp. A flow of three pixels to the right does the same besides its motion. `backward_warp` by 0 is exact, and so is
# `forward_warp` with `k=1`.
#
# Who is bitten: whoever judges a flow, or predicts a frame, by a forward warp: a perfect flow has an error, and smaller
# for a blurred film than for a sharp one. Instead: `k=1`, or a splatting with bilinear weights.
#
# Versions: flowpy 0.6.0, numpy 1.23.5, scipy 1.11.4; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/flowpy_forward_warp_of_nothing_blurs.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    flowpy==0.6.0 numpy==1.23.5 scipy==1.11.4
./env/bin/python - <<'EOF'
import sys
import warnings
from importlib.metadata import version

import flowpy
import numpy as np
import scipy

warnings.filterwarnings("ignore")
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("flowpy", version("flowpy"), "numpy", np.__version__, "scipy", scipy.__version__)
noise = np.random.default_rng(0).random((40, 50))
nothing = np.zeros((40, 50, 2), np.float32)
for k, deviation in ((1, 1), (2, 0.78), (3, 0.65), (4, 0.55), (8, 0.40)):
    found = flowpy.forward_warp(noise, nothing, k=k)
    ratio = found.std() / noise.std()
    print(f"noise, k={k}: up to {np.abs(found - noise).max():.2f} off, deviation {ratio:.2f} of what it was")
    still(f"    it is {deviation}", abs(ratio - deviation) < 0.02)
still("with k=1 it is exact", np.array_equal(flowpy.forward_warp(noise, nothing, k=1), noise))
still("the default is 4", np.array_equal(flowpy.forward_warp(noise, nothing), flowpy.forward_warp(noise, nothing, k=4)))
still("backward_warp is exact", np.allclose(flowpy.backward_warp(noise, nothing), noise))
right = nothing + np.array([3, 0], np.float32)
found = flowpy.forward_warp(noise, right)[:, 6:-3]
still("three pixels to the right: as much", np.allclose(found, flowpy.forward_warp(noise, nothing)[:, 3:-6]))
spot = np.zeros((40, 50))
spot[20, 25] = 1
found = flowpy.forward_warp(spot, nothing)
print("around a spot of 1:", found[19:22, 24:27].round(3).tolist())
still("0.475 of it is left", abs(found[20, 25] - 1 / (1 + 3 * np.exp(-1))) < 1e-6)
still("it is seen at its right and below", min(found[20, 26], found[21, 25]) > 0.15)
places = np.argwhere(found > 0) - (20, 25)
centre = (places * found[found > 0][:, None]).sum(axis=0) / found.sum()
print("its centre moves by", centre.round(3), "pixels")
still("its centre moves down and right by over 0.15", bool(np.all(centre > 0.15)))
frame = (noise * 255).astype(np.uint8)
darker = frame.mean() - flowpy.forward_warp(frame, nothing).mean()
change = flowpy.forward_warp(frame.astype(float), nothing).mean() - frame.mean()
print(f"bytes become {darker:.2f} levels darker, the same as floats change by {change:.2f}")
still("bytes become 0.4 to 0.55 levels darker", 0.4 < darker < 0.55)
still("floats hardly change", abs(change) < 0.1)

sys.exit(bool(changed))
EOF
