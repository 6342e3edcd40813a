#!/usr/bin/env bash
# flowpy: a motion of 600 pixels to the right, written as a KITTI file, is read as one of 424 to the left.
#
# A PNG of KITTI holds 64 times the motion plus 32768 in 16 bits, so -512 to 511.98 pixels. What is beyond is to be cut
# at these ends: the development kit that comes with the data set does so. flowpy casts to uint16, which wraps: 512 is
# -512, 600 is -424, -600 is 424. The pixel stays marked as valid, and nothing is raised. A .flo file keeps all exactly.
# (Within the range the fraction is cut off, as by the kit: what is read is 1/128 pixel lower on average, and never
# higher.)
#
# Who is bitten: flows of 4K and wide panoramas, of a model that diverges in the corners, and of tests with exaggerated
# motion: a few wrapped pixels add 1000 to the endpoint error of each. Instead: `numpy.clip(flow, -512, 511.98)` and
# `numpy.round(flow * 64) / 64` before it is written.
#
# Versions: flowpy 0.6.0, numpy 1.23.5 (it cannot read with later ones), pypng 0.20220715.0; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/flowpy_kitti_flow_wraps_beyond_512_pixels.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    flowpy==0.6.0 numpy==1.23.5 pypng==0.20220715.0
./env/bin/python - <<'EOF'
import sys
import warnings
from importlib.metadata import version

import flowpy
import numpy as np

warnings.filterwarnings("ignore")
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def through(flow, name):
    """Return a flow after it has been written to a file and read from it."""
    flowpy.flow_write(name, flow.astype(np.float32))
    return flowpy.flow_read(name)


print("flowpy", version("flowpy"), "numpy", np.__version__)
flow = np.zeros((4, 6, 2))
for given, expected in ((511, 511), (512, -512), (600, -424), (-512, -512), (-513, 511), (-600, 424), (1100, 76)):
    flow[0, 0] = given, -3
    found = through(flow, "kitti.png")
    print(f"{given} is read as {found[0, 0, 0]:.0f}")
    still(f"{given} becomes {expected}", found[0, 0, 0] == expected and found[0, 0, 1] == -3)
    still("    it stays valid", not np.isnan(found).any())
    still("    all others are right", bool(np.all(found[1:] == 0)))
    still("    by a .flo it is right", np.array_equal(through(flow, "middlebury.flo"), flow.astype(np.float32)))
flow = np.random.default_rng(0).uniform(-20, 20, (100, 120, 2)).astype(np.float32)
found = through(flow, "kitti.png")
off = (found - flow) * 64
print(f"random motion: off by {off.min():.3f} to {off.max():.3f} steps of 1/64 pixel, {off.mean():.3f} on average")
still("never higher, and lower by up to a whole step", off.max() < 0.01 and -1 < off.min() < -0.99)
still("half a step on average", abs(off.mean() + 0.5) < 0.02)
still("a second time it stays", np.array_equal(through(found, "kitti.png"), found))
rounded = through(np.round(flow * 64) / 64, "kitti.png") - flow
print(f"rounded before: {rounded.mean() * 64:.3f} steps on average")
still("rounded before it is right on average", abs(rounded.mean() * 64) < 0.02 and np.abs(rounded).max() * 64 < 0.51)

sys.exit(bool(changed))
EOF
