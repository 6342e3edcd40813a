#!/usr/bin/env bash
# FFmpeg: `atadenoise` with thresholds of 0 averages nine frames at 9 to 16 bits, and leaves 8-bit frames alone.
#
# The filter averages a pixel over time as long as the frames differ by less than two thresholds; 0 is the least of
# their valid ranges, and what one sets for a plane that is to stay as it is. At 8 bits it does stay. At 10, 12 and 16
# bits the thresholds of 0 become the largest there are: each pixel is the mean of nine frames, whatever differs; noise
# comes out 23 % of white off, and a cut from 0.2 to 0.6 becomes a fade over eight frames. With threshold A alone at 0
# it averages as at its greatest, 0.3. A threshold of 0.001 leaves the frames as they are at each depth. At 8 bits the
# fast code of x86 hides it: with `-cpuflags 0` these come out averaged too.
#
# Who is bitten: whoever denoises the brightness of 10-bit video alone (1a=0:1b=0:2a=0:2b=0): colours get trails.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/ffmpeg_atadenoise_of_nothing_averages_all.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import platform
import subprocess
import sys

import imageio_ffmpeg
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


FRAMES, HEIGHT, WIDTH = 24, 32, 48
WHITE = {"gray": 255, "gray9le": 511, "gray10le": 1023, "gray12le": 4095, "gray16le": 65535}


def filtered(video, options, form, flags=()):
    """Send a video of 0..1 (frames, planes, height, width) through atadenoise, and return it as it went in and out."""
    white = WHITE[form.replace("yuv444p", "gray")]
    given = np.round(video * white).astype(np.uint8 if white == 255 else "<u2")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *flags, "-f", "rawvideo", "-pix_fmt", form]
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-i", "-", "-vf", f"atadenoise={options}", "-f", "rawvideo"]
    done = subprocess.run([*command, "-pix_fmt", form, "-"], input=given.tobytes(), capture_output=True, check=True)
    return given / white, np.frombuffer(done.stdout, given.dtype).reshape(given.shape) / white


def averaged(video):
    """Return the mean of each frame and the four before and after it, where there are as many."""
    return np.stack([video[at - 4 : at + 5].mean(0) for at in range(4, FRAMES - 4)])


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
noise = np.random.default_rng(0).random((FRAMES, 1, HEIGHT, WIDTH))
cut = np.where(np.arange(FRAMES) < 12, 0.2, 0.6)[:, None, None, None] * np.ones_like(noise)
for form in WHITE:
    for flags in ((), ("-cpuflags", "0")):
        name = " ".join((form, *flags))
        given, found = filtered(noise, "0a=0:0b=0", form, flags=flags)
        off = float(np.abs(found - given).mean())
        print(f"{name}, thresholds 0: noise is {100 * off:.1f} % of white off")
        if form == "gray" and not flags:
            still(f"{name}: as it was", off == 0 or platform.machine() not in ("x86_64", "AMD64"))
        else:
            still(f"{name}: 20 to 25 % off", 0.2 < off < 0.25)
            apart = np.abs(found[4:-4] - averaged(given)).max()
            still(f"{name}: the mean of nine frames", float(apart) < 1.01 / WHITE[form])
            scene = filtered(cut, "0a=0:0b=0", form, flags=flags)[1][:, 0, 0, 0]
            print("  a cut from 0.2 to 0.6:", *scene[7:17].round(2))
            still(f"{name}: frame 11 of a cut after it is 0.378", abs(scene[11] - 0.378) < 0.005)
        given, found = filtered(noise, "0a=0.001:0b=0.001", form, flags=flags)
        still(f"{name}: thresholds of 0.001 leave it as it was", np.abs(found - given).mean() < 2e-5)
    if form != "gray":
        pair = [filtered(noise, options, form)[1] for options in ("0a=0:0b=0.04", "0a=0.3:0b=0.04")]
        still(f"{form}: A of 0 is as A of 0.3", np.array_equal(*pair))
given, found = filtered(np.repeat(noise, 3, axis=1), "1a=0:1b=0:2a=0:2b=0", "yuv444p10le")
off = np.abs(found - given).mean(axis=(0, 2, 3))
print("yuv444p10le, colour thresholds 0: Y, U and V are off by", off.round(4))
still("brightness is off by less than 0.001, colours by over 0.2", off[0] < 0.001 and off[1:].min() > 0.2)

sys.exit(bool(changed))
EOF
