#!/usr/bin/env bash
# FFmpeg: a white bar at the left border of 8 pixels is 188 there after `gblur=sigma=5`, and one at the right border
# 179.
#
# A Gaussian is the same from both sides, so a mirrored picture has to give the mirrored result. At the left and upper
# border it does not give that of the right and lower one: with sigma 3 they are 2 of 200 levels apart, with 5 it is 9,
# with 10 30 and with 20 55, up to 3 sigma into the picture; at 8, 10 and 16 bits, with 1 to 6 steps. A single white
# pixel at the left border weighs 1.6 times as much as one at the right (sigma 3), which keeps its sum as it should. The
# forward pass takes the first pixel for repeated without end, and the backward pass the last one after it was blurred
# forwards, which is another thing; the two passes in NumPy agree with FFmpeg within a level. scipy's Gaussian is
# symmetric in each of its border modes.
#
# Who is bitten: whoever blurs or degrades frames by it: flipping for augmentation or test-time averages changes more
# than the side; bars at the left glow into the picture more than those at the right. Instead: pad, blur and crop.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/ffmpeg_gblur_treats_left_and_right_borders_differently.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys

import imageio_ffmpeg
import numpy as np
from scipy.ndimage import gaussian_filter1d

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def blurred(row, options, bits=8, upright=False):
    """Blur 32 equal rows (or columns) of 8-bit levels; return one of them in 8-bit levels."""
    name, kind = ("gray", np.uint8) if bits == 8 else (f"gray{bits}le", np.dtype("<u2"))
    picture = (np.tile(row, (32, 1)) << (bits - 8)).astype(kind)
    picture = np.ascontiguousarray(picture.T) if upright else picture
    rows, columns = picture.shape
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", name]
    command += ["-s", f"{columns}x{rows}", "-i", "-", "-vf", f"gblur={options}"]
    command += ["-f", "rawvideo", "-pix_fmt", name, "-"]
    done = subprocess.run(command, input=picture.tobytes(), capture_output=True, check=True)
    found = np.frombuffer(done.stdout, kind).reshape(rows, columns) / 2.0 ** (bits - 8)
    return found[:, 16] if upright else found[16]


def passes(row, sigma):
    """Blur a row forwards and backwards, each pass with the value that it begins with repeated without end."""
    spread = sigma**2 / 2
    factor = (1 + 2 * spread - np.sqrt(1 + 4 * spread)) / (2 * spread)
    found = row.astype(float)
    for _ in range(2):
        found[0] /= 1 - factor
        for index in range(1, len(found)):
            found[index] += factor * found[index - 1]
        found = found[::-1]
    return found * factor / spread


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
bar = np.zeros(96, int)
bar[:8] = 200
for sigma, expected in ((3, 2), (5, 9), (10, 30), (20, 55)):
    for bits in (8, 10, 16):
        for upright in (False, True):
            left = blurred(bar, f"sigma={sigma}:steps=1", bits, upright)
            right = blurred(bar[::-1], f"sigma={sigma}:steps=1", bits, upright)[::-1]
            apart = np.abs(left - right).max()
            name = f"sigma {sigma}, {bits} bits, {'upper and lower' if upright else 'left and right'}"
            print(f"{name}: {left[0]:.0f} and {right[0]:.0f} at the border, {apart:.1f} levels apart")
            still(f"{name}: about {expected} levels apart", abs(apart - expected) < 1.6)
            still(f"{name}: the first of them is brighter", left[0] > right[0] + 1)
            both = max(np.abs(left - passes(bar, sigma)).max(), np.abs(right[::-1] - passes(bar[::-1], sigma)).max())
            still(f"{name}: as the passes in NumPy", both < 1.2)
    for mode in ("nearest", "reflect", "mirror"):
        true = [gaussian_filter1d(one.astype(float), sigma, mode=mode, truncate=8) for one in (bar, bar[::-1])]
        still(f"sigma {sigma}, scipy, {mode}: both borders alike", np.abs(true[0] - true[1][::-1]).max() < 1e-9)
    middle = np.roll(bar, 44)
    found = [blurred(one, f"sigma={sigma}:steps=1", 16) for one in (middle, middle[::-1])]
    if sigma <= 5:
        still(f"sigma {sigma}: alike for a bar in the middle", np.abs(found[0] - found[1][::-1]).max() < 0.1)
for steps in (2, 3, 6):
    left = blurred(bar, f"sigma=10:steps={steps}", 16)
    right = blurred(bar[::-1], f"sigma=10:steps={steps}", 16)[::-1]
    near = gaussian_filter1d(bar.astype(float), 10, mode="nearest")
    print(f"sigma 10, {steps} steps: {left[0]:.0f} and {right[0]:.0f} at the border, scipy, nearest: {near[0]:.0f}")
    still(f"sigma 10, {steps} steps: over 15 levels apart", np.abs(left - right).max() > 15)
sums = []
for index in (0, 48, 95):
    spot = np.zeros(96, int)
    spot[index] = 250
    sums.append(blurred(spot, "sigma=3:steps=1", 16).sum() / 250)
print("sums of a pixel at the left border, in the middle and at the right one, of 1:", np.round(sums, 3))
still("1.6 at the left", abs(sums[0] - 1.65) < 0.05)
still("1 in the middle and at the right", np.abs(np.array(sums[1:]) - 1).max() < 0.01)

sys.exit(bool(changed))
EOF
