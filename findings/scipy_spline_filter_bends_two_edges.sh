#!/usr/bin/env bash
# scipy: spline_filter leaves an even picture even at the left and at the top, and bends it at the right and the bottom.
#
# A smoothing spline of a constant is that constant. `scipy.signal.spline_filter`, with all its defaults, turns an even
# 100 into up to 113.6 in the lower right corner if it is float32, and into 99.45 if it is float64. The left and the top
# edge are right within 0.2. A picture that is extended by its own mirror image before, as the filter does by itself
# ("mirror-symmetric boundary conditions" of `symiirorder2`, upon which it stands), has no such rim: of a texture, the
# last four columns are 1.4 to 7.1 levels off in float32, the first four 0.03 to 0.15. float32 and float64 agree within
# 0.01 in the middle and are 18 levels apart in the corner, and a mirrored picture gives another result by 13. Without
# smoothing (`lmbda=0`) all is right, and so it was in scipy 1.13.1: there the even 100 is off by 0.001 in float64 and
# by 0.6 in float32.
#
# Who is bitten: smoothing of frames, flow fields and backgrounds in float32, the type that networks give: the last rows
# and columns get brighter, and whatever is measured there is measured wrong.
#
# Versions: scipy 1.17.1, numpy 2.4.6; before: scipy 1.13.1, numpy 1.26.4; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/scipy_spline_filter_bends_two_edges.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scipy==1.17.1 numpy==2.4.6
python3 -m venv before
./before/bin/python -m pip install --quiet --disable-pip-version-check \
    scipy==1.13.1 numpy==1.26.4
./env/bin/python - <<'EOF'
import subprocess
import sys

import numpy as np
import scipy
from scipy.ndimage import gaussian_filter
from scipy.signal import spline_filter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def extended(picture, margin=64):
    """Filter a picture that is extended by its mirror image first, and cut the margin off again."""
    padded = np.pad(picture, margin, mode="symmetric")
    return spline_filter(padded)[margin:-margin, margin:-margin]


print("scipy", scipy.__version__, "numpy", np.__version__)
for kind, corner, least in ((np.float32, 113.6, 5), (np.float64, 99.45, 0.2)):
    name = np.dtype(kind).name
    even = np.full((64, 64), 100, kind)
    found = spline_filter(even)
    print(f"an even 100 of {name}: left edge {found[32, :3].round(2)}, right edge {found[32, -5:].round(2)}")
    print(f"  top {found[:3, 32].round(2)}, bottom {found[-5:, 32].round(2)}, last corner {found[-1, -1]:.2f}")
    left, right = (float(np.abs(column - 100).max()) for column in (found[16:48, :8], found[16:48, -8:]))
    still(f"{name}: the middle is 100", abs(float(found[32, 32]) - 100) < 0.01)
    still(f"{name}: the left edge is right within 0.2", left < 0.2)
    still(f"{name}: the right edge is off by {right:.2f}", right > least)
    still(f"{name}: the last corner is {corner}", abs(float(found[-1, -1]) - corner) < 0.1)
    still(f"{name}: with a mirrored margin it is 100 everywhere", np.abs(extended(even) - 100).max() < 0.01)
    plain = np.abs(spline_filter(even, 0) - 100).max()
    still(f"{name}: without smoothing it is 100 everywhere", plain < 0.05)

picture = gaussian_filter(np.random.default_rng(0).random((64, 64)), 2)
picture = 255 * (picture - picture.min()) / (picture.max() - picture.min())
results = {}
for kind in (np.float32, np.float64):
    name = np.dtype(kind).name
    given = picture.astype(kind)
    results[name] = spline_filter(given)
    error = np.abs(results[name] - extended(given))[16:-16].mean(axis=0)
    print(f"a texture of {name}: off by {error[:4].round(2)} at the left, {error[-4:].round(2)} at the right")
    still(f"{name}: the right edge is 5 times further off than the left one", error[-4:].min() > 5 * error[:4].mean())
    mirrored = spline_filter(np.ascontiguousarray(given[:, ::-1]))[:, ::-1]
    print(f"  mirrored, filtered and mirrored: up to {np.abs(mirrored - results[name]).max():.2f} apart")
apart = np.abs(results["float32"] - results["float64"])
print(f"float32 and float64: {apart[16:-16, 16:-16].max():.4f} apart in the middle, {apart.max():.2f} in all")
still("float32 and float64 agree in the middle", apart[16:-16, 16:-16].max() < 0.01)
still("float32 and float64 are over 10 levels apart in all", apart.max() > 10)

code = '''
import numpy, scipy.signal
for kind in ("float32", "float64"):
    print(abs(scipy.signal.spline_filter(numpy.full((64, 64), 100, kind)) - 100).max())
'''
errors = subprocess.run(["./before/bin/python", "-c", code], check=True, capture_output=True, text=True).stdout.split()
print(f"scipy 1.13.1: an even 100 is off by up to {errors[0]} in float32, {errors[1]} in float64")
still("scipy 1.13.1 was right within 0.6 and 0.001", float(errors[0]) < 0.6 and float(errors[1]) < 0.001)

sys.exit(bool(changed))
EOF
