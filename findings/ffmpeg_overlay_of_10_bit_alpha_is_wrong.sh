#!/usr/bin/env bash
# FFmpeg: `overlay` on a 10-bit picture that has transparency of its own mixes wrong colours; at 8 bits it is right.
#
# Where both pictures are translucent the colour is (a * over + b * (1 - a) * under) / (a + b * (1 - a)). The weight of
# the upper one is worked out by a macro with the constants of 255 levels (UNPREMULTIPLY_ALPHA in
# libavfilter/vf_overlay.c), and at 10 bits it is given alphas of up to 1023. So 0.8 over 0.2 with both alphas
# one half, 0.6 by the formula and at 8 bits, is 0.35; over a grid of alphas the colour is up to 45 % of white off, 19 %
# on average. The resulting alpha is right, and so is all where the lower picture is opaque.
#
# Who is bitten: titles and masks that are put together as ProRes 4444 or FFV1 with 10-bit alpha before they are laid
# over the film. Instead: 8 bits (`format=yuva444p`), or lay each of the layers on the opaque film.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026;
# FFmpeg 5.1.9 does the same with yuva420p10 (yuv444p10 is no option there).
#
# Run: bash findings/ffmpeg_overlay_of_10_bit_alpha_is_wrong.sh
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


SIDE = 32


def planes(value, alpha, levels):
    """Return a picture (4, height, width) of one level of Y, U and V, and an alpha of 0..1 that may be an array."""
    picture = np.stack([np.full((SIDE, SIDE), float(value))] * 3 + [np.broadcast_to(alpha, (SIDE, SIDE))])
    return np.round(picture * levels).astype(np.uint8 if levels == 255 else "<u2")


def overlaid(under, over, form, option):
    """Lay one picture over another and return both alphas and the result as 0..1."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error"]
    for name, picture in (("under", under), ("over", over)):
        picture.tofile(name)
        command += ["-f", "rawvideo", "-pix_fmt", form, "-s", f"{SIDE}x{SIDE}", "-i", name]
    command += ["-filter_complex", f"overlay=format={option}", "-f", "rawvideo", "-pix_fmt", form, "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, under.dtype).reshape(under.shape)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
grid = np.linspace(0, 1, SIDE)
for form, option, levels in (("yuva444p", "yuv444", 255), ("yuva444p10le", "yuv444p10", 1023)):
    under, over = planes(0.2, 0.5, levels), planes(0.8, 0.5, levels)
    result = overlaid(under, over, form, option) / levels
    print(f"{form}: 0.8 over 0.2, both alphas 0.5: {result[0, 0, 0]:.3f}, alpha {result[3, 0, 0]:.3f}")
    right = levels == 255
    still(f"{form}: that is {0.6 if right else 0.35}", abs(result[0, 0, 0] - (0.6 if right else 0.35)) < 0.01)
    still(f"{form}: alpha 0.75", abs(result[3, 0, 0] - 0.75) < 0.01)
    for name, lower, fine in (("grid of alphas", grid[:, None], right), ("lower one opaque", np.ones(1), True)):
        under, over = planes(0.2, lower, levels), planes(0.8, grid[None], levels)
        result = overlaid(under, over, form, option) / levels
        a, b = over[3] / levels, under[3] / levels
        whole = a + b * (1 - a)
        true = (a * over[0] / levels + b * (1 - a) * under[0] / levels) / np.maximum(whole, 1e-9)
        off = np.abs(result[0] - true)[whole > 0.05]
        print(f"{form}, {name}: up to {off.max():.3f} off, on average {off.mean():.3f}")
        still(f"{form}, {name}: {'within 0.02' if fine else 'over 0.2'}", off.max() < 0.02 if fine else off.max() > 0.2)
        still(f"{form}, {name}: alpha within 0.01", np.abs(result[3] - whole).max() < 0.01)

sys.exit(bool(changed))
EOF
