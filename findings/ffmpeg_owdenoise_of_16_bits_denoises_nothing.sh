#!/usr/bin/env bash
# FFmpeg: `owdenoise` at one strength removes 85 % of the noise at 8 bits, a third at 10, and nothing to speak of at
# 16.
#
# Wavelet coefficients below its `luma_strength` are taken for noise. The coefficients of the same picture are 4 times
# as large at 10 bits and 256 times at 16; the strength stays as it is. (The option `depth`, 8 to 16, is the number of
# levels of the wavelets, not of bits.) Noise of 6 levels of 256 becomes 0.9 at 8 bits and strength 10, 2.6 at 9, 4.1 at
# 10, 5.5 at 12 and 6 at 16 bits. At 10 and 12 bits a strength of 40 and 160 helps; at 16 bits 2560 would be needed,
# and 1000 is the most that is taken. The documentation tells of no bits.
#
# Who is bitten: whoever has a strength that is right for 8-bit films and is given 10-bit ones, or works at 16 bits in
# between so as to lose nothing. Instead: the strength times 2 for each bit above 8; at 16 bits, `vaguedenoiser`,
# whose threshold is scaled.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_owdenoise_of_16_bits_denoises_nothing.sh
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
    """Send the luma of a yuv444p frame, as 8-bit levels, through the program at this depth; return it as such."""
    pixels = "yuv444p" if depth == 8 else f"yuv444p{depth}le"
    scale = 1 << (depth - 8)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", pixels]
    command += ["-s", f"{COLUMNS}x{ROWS}", "-i", "-", "-vf", filters, "-f", "rawvideo", "-pix_fmt", pixels, "-"]
    sent = (np.stack([levels] * 3) * scale).astype(np.uint8 if depth == 8 else "<u2")
    done = subprocess.run(command, input=sent.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, sent.dtype).reshape(3, ROWS, COLUMNS)[0] / scale


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
noisy = np.round(100 + np.random.default_rng(0).normal(0, 6, (ROWS, COLUMNS)))
print(f"noise of {noisy.std():.2f} levels")
for depth, low, high in ((8, 0.7, 1.2), (9, 2.2, 3), (10, 3.8, 4.5), (12, 5.2, 5.7), (14, 5.7, 6), (16, 5.85, 6.1)):
    left, wanted = filtered(noisy, depth, "owdenoise=ls=10").std(), 10 * 2 ** (depth - 8)
    print(f"{depth} bits, strength 10: {left:.2f} of it is left")
    still(f"{depth} bits, strength 10: {low} to {high} is left", low < left < high)
    scaled = filtered(noisy, depth, f"owdenoise=ls={min(wanted, 1000)}").std()
    print(f"{depth} bits, strength {min(wanted, 1000)}: {scaled:.2f}")
    if depth < 16:
        still(f"{depth} bits, scaled strength: below 1.2", scaled < 1.2)
    else:
        still(f"{depth} bits, the largest strength: over 2", scaled > 2)
    other = filtered(noisy, depth, "vaguedenoiser=threshold=20").std()
    still(f"{depth} bits, vaguedenoiser: below 3", other < 3)

sys.exit(bool(changed))
EOF
