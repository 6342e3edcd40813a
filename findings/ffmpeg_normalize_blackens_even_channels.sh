#!/usr/bin/env bash
# FFmpeg: `normalize` makes a channel that is 255 everywhere 0 everywhere; if one pixel is 254, all others stay at 255.
#
# The filter maps the least value of a channel to black and the greatest to white. Where both are the same there is
# nothing to stretch: "There is no dynamic range to expand. No mapping for this channel", says its source, and then maps
# the value to black. So a picture of an even gray or white is black, and one in red and yellow tones, whose red is 255
# all over, becomes green and black; with strength=0.5 the channel is halved, at 8, 10 and 16 bits alike. A single pixel
# of 254 brings the 255 back. With independence=0 an even picture is black too. The formula, computed in NumPy, agrees
# within a level in each case with a range.
#
# Who is bitten: whoever evens out the contrast of clips by it: fades to white, white titles and flat colours are black,
# and frames flicker between the two where noise comes and goes. Instead: colorlevels with limits that are measured.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_normalize_blackens_even_channels.sh
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


def normalized(channels, options="", bits=8):
    """Normalize red, green and blue (3, rows, columns) of 8-bit levels at this depth; return levels of 8 bits."""
    name, kind = ("gbrp", np.uint8) if bits == 8 else (f"gbrp{bits}le", np.dtype("<u2"))
    rows, columns = channels.shape[1:]
    white = 2**bits - 1
    planes = np.rint(channels[[1, 2, 0]] / 255 * white).astype(kind)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", name]
    command += ["-s", f"{columns}x{rows}", "-i", "-", "-vf", f"normalize={options}"]
    command += ["-f", "rawvideo", "-pix_fmt", name, "-"]
    done = subprocess.run(command, input=planes.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, kind).reshape(3, rows, columns)[[2, 0, 1]] / white * 255


def formula(channel, strength=1.0):
    """Map the least value to black and the greatest to white, in part; an even channel stays."""
    low, high = channel.min(), channel.max()
    if low == high:
        return channel.astype(float)
    least, most = low * (1 - strength), 255 * strength + high * (1 - strength)
    return least + (channel - low) / (high - low) * (most - least)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
ramp = np.tile(np.linspace(40, 200, 48).round(), (16, 1))
for bits in (8, 10, 16):
    for level in (255, 200, 100):
        warm = np.stack([np.full_like(ramp, level), ramp, ramp[:, ::-1]])
        for options, strength in (("", 1.0), ("strength=0.5", 0.5), ("smoothing=5", 1.0)):
            found = normalized(warm, options, bits)
            name = f"{bits} bits, red of {level}, {options or 'no options'}"
            print(f"{name}: red becomes {found[0].min():.0f} to {found[0].max():.0f}")
            still(f"{name}: red is {1 - strength:.0%}", np.abs(found[0] - level * (1 - strength)).max() < 1.1)
            off = max(np.abs(found[index] - formula(warm[index], strength)).max() for index in (1, 2))
            still(f"{name}: green and blue as by the formula", off < 1.5)
    spotted = np.stack([np.full_like(ramp, 255), ramp, ramp])
    spotted[0, 3, 3] = 254
    red = normalized(spotted, "", bits)[0]
    others = np.delete(red.flatten(), 3 * 48 + 3)
    still(f"{bits} bits, one pixel of 254: it is 0, all others 254 or 255", red[3, 3] == 0 and others.min() > 253.9)
    for level in (255, 128):
        for options in ("", "independence=0"):
            even = normalized(np.full((3, 16, 48), level), options, bits)
            still(f"{bits} bits, all of {level}, {options or 'no options'}: black", not even.any())
    dim = normalized(np.full((3, 16, 48), 200), "strength=0.1", bits)
    still(f"{bits} bits, all of 200, strength=0.1: 180", np.abs(dim - 180).max() < 1.1)

sys.exit(bool(changed))
EOF
