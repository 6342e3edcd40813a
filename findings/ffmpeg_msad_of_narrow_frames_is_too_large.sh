#!/usr/bin/env bash
# FFmpeg: `msad` of frames narrower than 64 pixels is up to 8 times too large on x86, and greater than 1, its maximum.
#
# The mean absolute difference is summed up in steps of a vector, and what is left of a row pixel by pixel (the number
# of pixels for the first part is `width & ~(MMSIZE - 1)` in libavfilter/x86/scene_sad_init.c). For rows shorter than
# one step, 64 bytes with AVX-512 and 32 with AVX2, that is 0, but the loop runs once all the same: it adds a step of
# pixels, the memory behind the row among them, and the whole row is added again. Noise has 0.33 at a width of 64, and
# 0.68 at 62, 1.7 at 16 and 2.9 at 8 with AVX-512; with `-cpuflags 0` it has 0.33 at each. Of 4:2:0 the chroma is half
# as wide: U and V of clips of 64 x 64 are measured as rows of 32. 10 bits have it as well, 16 bits not. `scdet` uses
# the same sum: a change between two scenes of noise of 16 columns scores 42 instead of 8.
#
# Who is bitten: small clips, as of Moving MNIST, BAIR and KTH, measured or cut into scenes by FFmpeg.
# Instead: `-cpuflags 0`, or `psnr` and `ssim`, which are right.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with AVX-512 and Python 3.11, 28
# November 2026; FFmpeg 5.1.9 has it for 8 bits and 31 pixels and less.
#
# Run: bash findings/ffmpeg_msad_of_narrow_frames_is_too_large.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import re
import subprocess
import sys

import imageio_ffmpeg
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def logged(filters, form, width, videos, flags=()):
    """Send videos (frames, bytes or words) of 64 rows through the program and return what it says."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "info", *flags]
    for number, video in enumerate(videos):
        video.tofile(f"{number}.raw")
        command += ["-f", "rawvideo", "-pix_fmt", form, "-s", f"{width}x64", "-r", "25", "-i", f"{number}.raw"]
    command += ["-filter_complex", filters, "-f", "null", "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stderr


def measured(form, width, videos, flags=()):
    """Return the mean difference of each plane as msad gives it."""
    line = re.findall(r"msad (Y:.*) average", logged("msad", form, width, videos, flags))[-1]
    return [float(value) for value in re.findall(r":([\d.]+)", line)]


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
noise = np.random.default_rng(0)
for width in (8, 16, 62, 64, 100, 640):
    pair = [noise.integers(0, 256, (3, 64 * width)).astype(np.uint8) for _ in range(2)]
    ten, sixteen = ([video.astype("<u2") * scale for video in pair] for scale in (4, 257))
    true = np.abs(pair[0].astype(int) - pair[1]).mean() / 255
    for form, videos in (("gray", pair), ("gray10le", ten), ("gray16le", sixteen)):
        vector, plain = (measured(form, width, videos, flags)[0] for flags in ((), ("-cpuflags", "0")))
        print(f"{form}, {width} wide: {vector:.3f}, with -cpuflags 0 {plain:.3f}, by definition {true:.3f}")
        still(f"{form}, {width} wide, -cpuflags 0: right", abs(plain - true) < 2e-3)
        if form == "gray16le" or width >= 64:
            still(f"{form}, {width} wide: right", abs(vector - true) < 2e-3)
        elif width == 8 or (width == 16 and form == "gray"):
            still(f"{form}, {width} wide: over 2.5 times as large", vector > 2.5 * true)
pair = [noise.integers(0, 256, (3, 64 * 32 * 3 // 2)).astype(np.uint8) for _ in range(2)]
vector, plain = (measured("yuv420p", 32, pair, flags) for flags in ((), ("-cpuflags", "0")))
print("yuv420p, 32 wide: Y, U, V", *vector, "with -cpuflags 0", *plain)
still("U and V of 16 columns: over 2.5 times as large", min(vector[1:]) > 2.5 * max(plain[1:]))
scenes = np.repeat(noise.integers(0, 64, (2, 64 * 16)).astype(np.uint8), 5, axis=0)
scores = []
for flags in ((), ("-cpuflags", "0")):
    text = logged("scdet=threshold=1,metadata=print", "gray", 16, [scenes], flags)
    scores.append(max(float(value) for value in re.findall(r"scd\.mafd=([\d.]+)", text)))
print(f"scdet, 16 wide: a change of scene scores {scores[0]}, with -cpuflags 0 {scores[1]}")
still("over 2.5 times as large", scores[0] > 2.5 * scores[1])

sys.exit(bool(changed))
EOF
