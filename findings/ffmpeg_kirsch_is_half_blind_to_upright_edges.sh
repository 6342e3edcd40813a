#!/usr/bin/env bash
# FFmpeg: `kirsch` sees an upright edge half as well as a level one; its masks turn in the order of reading.
#
# Kirsch's operator is the greatest of eight masks: three fives in a row and five minus threes on the ring of eight
# neighbours, turned by one place each. An edge of 5 levels gives 75, whether level or upright. FFmpeg lays the eight
# neighbours out row by row instead, and shifts the fives along that: only the two masks for level edges are Kirsch's,
# the other six are shaped like no edge. An upright edge gives 35, a transposed picture gives another result, and on
# noise 85 % of the values are wrong. The documentation says "Apply kirsch operator to input video stream".
#
# Who is bitten: edges as losses, masks and features of generated frames, made with `kirsch` beside `sobel` or
# `prewitt`, which treat both directions alike.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/ffmpeg_kirsch_is_half_blind_to_upright_edges.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    imageio-ffmpeg==0.8.1 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys

import imageio_ffmpeg
import numpy as np
from scipy.ndimage import correlate

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


RING = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]  # around the middle
READING = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)]  # row by row


def greatest(picture, places):
    """Return the greatest response of eight masks, whose fives move along these places."""
    masks = np.zeros((8, 3, 3))
    for turn in range(8):
        for number, place in enumerate(places):
            masks[turn][place] = 5 if (number - turn) % 8 < 3 else -3
    return np.max([correlate(picture.astype(float), mask, mode="mirror") for mask in masks], axis=0)


def by_ffmpeg(name, picture):
    rows, columns = picture.shape
    layout = ["-f", "rawvideo", "-pix_fmt", "gray16le"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *layout, "-s", f"{columns}x{rows}", "-i", "-"]
    given = picture.astype("<u2").tobytes()
    done = subprocess.run([*command, "-vf", name, *layout, "-"], input=given, capture_output=True, check=True)
    return np.frombuffer(done.stdout, "<u2").reshape(rows, columns).astype(float)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
level = np.full((32, 32), 100)
level[16:] = 105
for below, right, picture in (("below", "right", level), ("above", "left", level[::-1])):
    for title, given, kirsch in ((f"level edge, bright {below}", picture, 75), (f"upright, bright {right}", picture.T, 35)):
        given = np.ascontiguousarray(given)
        found = {operator: by_ffmpeg(operator, given).max() for operator in ("kirsch", "sobel", "prewitt")}
        truth = greatest(given, RING).max()
        print(f"{title}: by definition {truth:.0f};", ", ".join(f"{one} {most:.0f}" for one, most in found.items()))
        still(f"{title}: FFmpeg gives {kirsch}, the definition 75", found["kirsch"] == kirsch and truth == 75)
        still(f"{title}: sobel 20 and prewitt 15", found["sobel"] == 20 and found["prewitt"] == 15)
noise = np.random.default_rng(0).integers(0, 256, (64, 64))
found, inside = by_ffmpeg("kirsch", noise), (slice(1, -1), slice(1, -1))
wrong = (found != greatest(noise, RING))[inside].mean()
print(f"noise: {wrong:.1%} of the values are not those of the definition")
still("noise: over 80 % are wrong", wrong > 0.8)
still("noise: all are those of fives that move row by row", (found == greatest(noise, READING))[inside].all())
turned = by_ffmpeg("kirsch", np.ascontiguousarray(noise.T)).T
still("noise: transposed, over 70 % of the values change", (found != turned)[inside].mean() > 0.7)
turned = by_ffmpeg("sobel", np.ascontiguousarray(noise.T)).T
still("noise: sobel stays the same", (by_ffmpeg("sobel", noise) == turned)[inside].all())

sys.exit(bool(changed))
EOF
