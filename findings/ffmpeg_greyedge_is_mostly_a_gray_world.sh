#!/usr/bin/env bash
# FFmpeg: `greyedge` measures brightness where it should measure edges: an even orange becomes gray, and haze sets the
# balance.
#
# The grey-edge algorithm (van de Weijer, Gevers and Gijsenij 2007) takes the mean length of the gradient in each
# colour for the colour of the light: an even area counts nothing, and light that is added to all pixels of a colour
# changes nothing. FFmpeg's gradient of an even picture is not 0 but proportional to its brightness. So (100, 80, 60)
# of red, green and blue, without any edge, comes out as 82, 82, 82, by `difford=1` and by 2, which is what a
# gray-world balance gives. Noise of up to 120, 80 and 40 levels has the same gradients on a ground of 30, 60 and 100:
# by definition blue gains 2.16 in all three cases, by FFmpeg 1.51, 1.30 and 1.19; a gray-world balance gives 1.44,
# 1.27 and 1.17. In pictures whose colours differ by factors alone both are the same, so that a picture with a cast
# made for a test is right.
#
# Who is bitten: whoever takes this filter because a sky, a wall or haze fills the picture, for which it was invented.
# Instead: the gains computed outside, and `colorchannelmixer`.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/ffmpeg_greyedge_is_mostly_a_gray_world.sh
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


def filtered(picture, filters):
    """Send a picture (3 of green, blue, red, height, width) through the program."""
    rows, columns = picture.shape[1:]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "gbrp"]
    command += ["-s", f"{columns}x{rows}", "-i", "-", "-vf", filters, "-f", "rawvideo", "-pix_fmt", "gbrp", "-"]
    done = subprocess.run(command, input=picture.astype(np.uint8).tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(picture.shape).astype(float)


def gains(light):
    """Return the factors of a balance for a light of this colour."""
    return np.linalg.norm(light) / np.sqrt(3) / light


def by_edges(picture):
    """Return the gains by the mean length of the gradient of Gaussians of 1, by definition."""
    ways = [[gaussian_filter(plane, 1, order, mode="nearest") for order in ((0, 1), (1, 0))] for plane in picture]
    return gains(np.array([np.hypot(*both).mean() for both in ways]))


def applied(picture, filters="greyedge"):
    found, dark = filtered(picture, filters), (picture < 130).all(axis=0) & (picture > 20).all(axis=0)
    return np.array([np.median(after[dark] / before[dark]) for before, after in zip(picture, found)])


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
ROWS, COLUMNS = 96, 128
even = np.zeros((3, ROWS, COLUMNS)) + np.array([80, 60, 100])[:, None, None]
for filters in ("greyedge", "greyedge=difford=2"):
    found = [np.unique(plane).tolist() for plane in filtered(even, filters)]
    print(f"{filters}, an even (100, 80, 60): green, blue and red are {found}")
    still(f"{filters}: an even orange becomes gray, 80 to 84", all(len(q) == 1 and 80 <= q[0] <= 84 for q in found))

noise = np.random.default_rng(0).random((ROWS, COLUMNS)) * np.array([80, 40, 120])[:, None, None]
errors = []
for ground, low, high in ((30, 1.3, 1.6), (60, 1.2, 1.4), (100, 1.1, 1.3)):
    picture = np.round(ground + noise)
    found, truth, world = applied(picture), by_edges(picture), gains(picture.mean(axis=(1, 2)))
    print(f"on {ground}: gains {found.round(2)}, by definition {truth.round(2)}, gray world {world.round(2)}")
    still(f"on {ground}: by definition 1.08, 2.16 and 0.72", np.allclose(truth, (1.08, 2.16, 0.72), atol=0.02))
    still(f"on {ground}: blue gains {low} to {high}", low < found[1] < high)
    still(f"on {ground}: nearer to the gray world", np.abs(found - world).max() < np.abs(found - truth).max() / 2)
cast = np.round((20 + np.random.default_rng(0).random((ROWS, COLUMNS)) * 100) * np.array([1, 0.5, 1.5])[:, None, None])
found, truth = applied(cast), by_edges(cast)
print(f"one texture in three strengths: gains {found.round(2)}, by definition {truth.round(2)}")
still("one texture in three strengths: right within 0.05", np.abs(found - truth).max() < 0.05)

sys.exit(bool(changed))
EOF
