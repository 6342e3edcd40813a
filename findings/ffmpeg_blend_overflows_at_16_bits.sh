#!/usr/bin/env bash
# FFmpeg: the quotients among the modes of `blend` overflow at 16 bits: what should be white or black is any gray.
#
# Divide, dodge, burn, reflect, glow, freeze and heat are quotients that are cut at white or black. At 8, 10 and 12 bits
# FFmpeg does so. At 16 bits the numbers between do not fit, and nothing is cut: 0.53 divided by itself is 0.11, not
# white, and burning 0.53 with 0.47 gives 0.89, not black. Of all pairs of 15 grays between 20 and 44 % are wrong.
# `tblend` has the same modes. At 10 bits `bleach` writes samples of up to 65476 into pictures whose white is 1023.
# Sums, differences and products (average, addition, multiply, screen, difference) are right at each depth.
#
# Who is bitten: whoever blends, flattens or relights 16-bit frames (PNG and TIFF sequences, films of 16 bits) with
# these modes, as with a division by a gain picture.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/ffmpeg_blend_overflows_at_16_bits.sh
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


def over(numerator, denominator, otherwise):
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1), otherwise)


def blended(mode, bits, pictures):
    """Blend two pictures of 0..1 by the ffmpeg program at this depth, and return the samples it gives."""
    kind, name = (np.uint8, "gray") if bits == 8 else (np.dtype("<u2"), f"gray{bits}le")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error"]
    for number, picture in enumerate(pictures):
        (picture * (2**bits - 1)).round().astype(kind).tofile(f"{number}.raw")
        rows, columns = picture.shape
        command += ["-f", "rawvideo", "-pix_fmt", name, "-s", f"{columns}x{rows}", "-i", f"{number}.raw"]
    command += ["-filter_complex", f"[0:v][1:v]blend=all_mode={mode}", "-f", "rawvideo", "-pix_fmt", name, "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, kind).reshape(pictures[0].shape).astype(float)


MODES = {  # of a upper and a lower picture in 0..1, as FFmpeg's filter has them at 8 bits
    "divide": lambda a, b: over(a, b, 1),
    "dodge": lambda a, b: over(b, 1 - a, 1),
    "burn": lambda a, b: 1 - over(1 - b, a, 1),
    "reflect": lambda a, b: over(a * a, 1 - b, 1),
    "glow": lambda a, b: over(b * b, 1 - a, 1),
    "freeze": lambda a, b: 1 - over((1 - a) ** 2, b, 1),
    "heat": lambda a, b: 1 - over((1 - b) ** 2, a, 1),
    "average": lambda a, b: (a + b) / 2,
    "addition": lambda a, b: a + b,
    "multiply": lambda a, b: a * b,
    "screen": lambda a, b: a + b - a * b,
    "difference": lambda a, b: np.abs(a - b),
}
RIGHT = ("average", "addition", "multiply", "screen", "difference")
print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
levels = np.arange(1, 16) / 17  # neither black nor white
pictures = [np.ascontiguousarray(one) for one in np.meshgrid(levels, levels)]
for mode, definition in MODES.items():
    truth = definition(*pictures).clip(0, 1)
    for bits in (8, 10, 12, 16):
        found = blended(mode, bits, pictures) / (2**bits - 1)
        errors = np.abs(found - truth)
        wrong = float((errors > 0.02).mean())
        if bits < 16 or mode in RIGHT:
            still(f"{mode}, {bits} bits: as by definition", wrong == 0)
        else:
            worst = np.unravel_index(errors.argmax(), errors.shape)
            pair = " and ".join(f"{picture[worst]:.2f}" for picture in pictures)
            print(f"{mode}, {bits} bits: {pair} give {found[worst]:.2f}, by definition {truth[worst]:.2f}")
            still(f"{mode}, {bits} bits: {wrong:.0%} are wrong, over 15 %", wrong > 0.15)
            still(f"{mode}, {bits} bits: wrong by over 0.5 in places", float(errors.max()) > 0.5)
highest = blended("bleach", 10, pictures).max()
print(f"bleach, 10 bits: samples of up to {highest:.0f} of 1023")
still("bleach, 10 bits: samples above white", highest > 1023)

sys.exit(bool(changed))
EOF
