#!/usr/bin/env bash
# FFmpeg 9: `yaepblur`, the blur that keeps edges, hardly does anything to pictures of more than 8 bits.
#
# It compares the variance about each pixel with its `sigma`, 128 unless told. The variance of the same picture is 16
# times as large at 10 bits and 65536 times at 16 bits; `sigma` stays as it is, and nothing in the documentation tells
# of depths. Noise of 4 levels of 256 becomes 0.84 at 8 bits, 1.5 at 9, 2.7 at 10, 3.87 at 12 and 3.99 at 16 bits.
#
# Who is bitten: whoever has a script for 8-bit films and is given HDR or 10-bit ones. Instead: a `sigma` that is 4 to
# the power of the additional bits larger: 2048 at 10 bits, 32768 at 12, with which 0.75 and 0.74 are left.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_yaepblur_of_10_bits_blurs_nothing.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys

import imageio_ffmpeg
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


ROWS, COLUMNS = 64, 96


def filtered(levels, depth, filters):
    """Send a gray frame of 8-bit levels through the program at this depth; return levels of 0 to 255."""
    pixels = "gray" if depth == 8 else f"gray{depth}le"
    scale = 1 << (depth - 8)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", pixels]
    command += ["-s", f"{COLUMNS}x{ROWS}", "-i", "-", "-vf", filters, "-f", "rawvideo", "-pix_fmt", pixels, "-"]
    sent = (levels * scale).astype(np.uint8 if depth == 8 else "<u2")
    done = subprocess.run(command, input=sent.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, sent.dtype).reshape(ROWS, COLUMNS) / scale


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
noisy = np.round(100 + np.random.default_rng(0).normal(0, 4, (ROWS, COLUMNS)))
print(f"noise of {noisy.std():.2f} levels")
for depth, low, high in ((8, 0.8, 0.9), (9, 1.4, 1.5), (10, 2.6, 2.8), (12, 3.8, 3.9), (14, 3.97, 3.99), (16, 3.98, 4)):
    left = filtered(noisy, depth, "yaepblur").std()
    larger = 128 * 4 ** (depth - 8)
    scaled = filtered(noisy, depth, f"yaepblur=sigma={larger}").std()
    print(f"{depth} bits: {left:.2f} of it is left, and with sigma={larger} {scaled:.2f}")
    still(f"{depth} bits: {low} to {high} is left", low < left < high)
    still(f"{depth} bits: 0.7 to 0.9 with the larger sigma", 0.7 < scaled < 0.9)

sys.exit(bool(changed))
EOF
