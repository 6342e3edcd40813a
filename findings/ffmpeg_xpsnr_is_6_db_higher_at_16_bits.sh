#!/usr/bin/env bash
# FFmpeg: the XPSNR of the same pictures is 6 to 7 dB higher at 16 bits than at 8, 10, 12 and 14.
#
# XPSNR weighs the squared errors of each block by the activity around it; the depth of the samples is divided out.
# Moved from 8 bits to 10, 12 and 14 without any change, a pair of films keeps its value within 0.04 dB (white is 255 *
# 4 of 1023). At 16 bits `xpsnr` gives between 6 and 7 dB more, for noise of 0.5 to 20 % upon a texture. It comes with
# the activity: flat pictures have the same value at each depth. PSNR of the same frames by the filter `psnr` is right
# at each. The documentation tells of no limit of depth.
#
# Who is bitten: whoever measures frames from 16-bit PNG or TIFF sequences, or converts to 16 bits "to lose nothing",
# and compares with numbers from 8 or 10 bits.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/ffmpeg_xpsnr_is_6_db_higher_at_16_bits.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    imageio-ffmpeg==0.8.1 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import re
import subprocess
import sys

import imageio_ffmpeg
import numpy as np
from scipy.ndimage import gaussian_filter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def measured(name, films, bits):
    """Return the value of the second of some frames of 0..255, by this filter of the ffmpeg program, at this depth."""
    kind, pixels = (np.uint8, "gray") if bits == 8 else (np.dtype("<u2"), f"gray{bits}le")
    scale = 257 if bits == 16 else 2 ** (bits - 8)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error"]
    for number, film in enumerate(films):
        (film.astype(kind) * scale).astype(kind).tofile(f"{number}.raw")
        size = f"{film.shape[2]}x{film.shape[1]}"
        command += ["-f", "rawvideo", "-pix_fmt", pixels, "-s", size, "-i", f"{number}.raw"]
    command += ["-filter_complex", f"[0:v][1:v]{name},metadata=print:file=-", "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return float(re.findall(rf"lavfi\.{name}\.{name}\.y=(\S+)", done.stdout)[1])


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
generator = np.random.default_rng(0)
textures = np.stack([gaussian_filter(generator.random((64, 96)), 1) for _ in range(4)])
textures = (textures - textures.min()) / (textures.max() - textures.min())
for strength in (0.2, 0.05, 0.02, 0.005):
    noisy = (textures + generator.normal(0, strength, textures.shape)).clip(0, 1)
    films = [(255 * one).round() for one in (textures, noisy)]
    by_hand = 10 * np.log10(255**2 / ((films[0] - films[1])[1] ** 2).mean())
    reference = measured("xpsnr", films, 8)
    for bits in (8, 10, 12, 14, 16):
        psnr, xpsnr = (measured(name, films, bits) for name in ("psnr", "xpsnr"))
        print(f"noise of {strength:.1%}, {bits} bits: PSNR {psnr:.2f} (by hand {by_hand:.2f}), XPSNR {xpsnr:.2f}")
        still(f"noise of {strength:.1%}, {bits} bits: PSNR is right", abs(psnr - by_hand) < 0.05)
        if bits < 16:
            still(f"noise of {strength:.1%}, {bits} bits: XPSNR as at 8 bits", abs(xpsnr - reference) < 0.05)
        else:
            still(f"noise of {strength:.1%}, {bits} bits: XPSNR 6 to 7 dB higher", 6 < xpsnr - reference < 7)
flat = [np.full((4, 64, 96), level) for level in (100, 104)]
eight, sixteen = (measured("xpsnr", flat, bits) for bits in (8, 16))
still(f"flat pictures: {eight:.2f} at 8 bits and at 16", abs(eight - sixteen) < 0.05)

sys.exit(bool(changed))
EOF
