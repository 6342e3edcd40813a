#!/usr/bin/env bash
# FFmpeg 9: on x86 `pullup` weaves the fields of neighbouring frames together, and more so where nothing was telecined.
#
# The filter takes 3:2 pulldown back by how much two fields comb with each other. The sum for that was rewritten for
# SSSE3, and the copy that carries a row on to the next turn of the loop has its operands the wrong way round (end of
# the loop of pullup_filter_comb in libavfilter/x86/vf_pullup.asm), so that three of four rows are compared with a
# difference instead of a picture. Of 24 progressive frames of a moving texture all that come out show one field of
# frame k and one of frame k + 1; of the same film after `telecine` 14 of 18 are whole and five lost, or more by the
# motion. With `-cpuflags sse2` or `-cpuflags 0` the same program gives 23 whole frames of both, as FFmpeg 5.1 does.
#
# Who is bitten: whoever has `-vf pullup` in a script for films of mixed kinds: the progressive ones come out combed.
# Instead: `-cpuflags sse2`, or `fieldmatch,decimate`.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28
# November 2026; FFmpeg 5.1.9 is right. It needs a processor with SSSE3.
#
# Run: bash findings/ffmpeg_pullup_combs_film_on_x86.sh
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
from scipy.ndimage import gaussian_filter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


HEIGHT, WIDTH = 64, 96


def film(right, down):
    """Return 24 frames of a smooth texture that moves by so many pixels per frame."""
    texture = gaussian_filter(np.random.default_rng(0).random((264, 296)), 1.2)
    texture = (texture - texture.min()) / (texture.max() - texture.min())
    rows, columns = (range(10, 10 + 24 * step, step) if step else [10] * 24 for step in (down, right))
    frames = [texture[row : row + HEIGHT, column : column + WIDTH] for row, column in zip(rows, columns)]
    return np.round(255 * np.stack(frames)).astype(np.uint8)


def filtered(video, filters, flags=()):
    """Send gray frames (frames, height, width) through the program."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *flags, "-f", "rawvideo", "-pix_fmt", "gray", "-r", "24"]
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-i", "-", "-vf", filters, "-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    done = subprocess.run(command, input=video.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, HEIGHT, WIDTH)


def fields(video, source):
    """Return of which frames of the source the upper and the lower field of each frame are."""
    known = [{frame[parity::2].tobytes(): k for k, frame in enumerate(source)} for parity in (0, 1)]
    return [tuple(known[parity][frame[parity::2].tobytes()] for parity in (0, 1)) for frame in video]


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for motion in ((2, 1), (1, 0), (0, 1), (4, 0)):
    source = film(*motion)
    for flags in ((), ("-cpuflags", "sse2"), ("-cpuflags", "0")):
        right = bool(flags)
        name = " ".join((f"moves by {motion}", *flags))
        found = fields(filtered(source, "pullup", flags), source)
        whole = sum(upper == lower for upper, lower in found)
        print(f"{name}, progressive: {len(found)} frames, {whole} of them whole, first {found[:3]}")
        if right:
            still(f"{name}, progressive: frames 0 to 22", found == [(k, k) for k in range(23)])
        else:
            still(f"{name}, progressive: k + 1 above k, 22 times", found == [(k + 1, k) for k in range(22)])
        found = fields(filtered(source, "telecine,pullup", flags), source)
        whole = [upper for upper, lower in found if upper == lower]
        print(f"{name}, telecined: {len(found)} frames, {len(whole)} of them whole")
        if right:
            still(f"{name}, telecined: frames 0 to 22", found == [(k, k) for k in range(23)])
        else:
            still(f"{name}, telecined: one or more of these lost", len(set(whole)) < 23)

sys.exit(bool(changed))
EOF
