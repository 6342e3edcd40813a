#!/usr/bin/env bash
# FFmpeg: `colorlevels` with a black point makes 10- and 12-bit pictures black, and with a raised black, white.
#
# `colorlevels` maps from [rimin, rimax] to [romin, romax], given as parts of the range; its documentation names no
# depth. For 9 to 14 bits the lower ends are taken as parts of 65535 and all else as parts of the picture's own range:
# with `rimin=0.1:gimin=0.1:bimin=0.1`, 6553 is subtracted from samples of at most 1023 or 4095, and all is 0; at 14
# bits what was 40 % gray is black. With `romin=0.2:gomin=0.2:bomin=0.2` every pixel is white. At 8 and 16 bits the same
# options are right, and so are the upper ends (`rimax`, `romax`) at each depth.
#
# Who is bitten: whoever lifts or cuts blacks of 10-bit HEVC, AV1 or ProRes in RGB, with a command that worked for 8
# bits; where FFmpeg picks the format by itself, the depth comes from the input.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/ffmpeg_colorlevels_is_black_at_10_bits.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    imageio-ffmpeg==0.8.1 numpy==2.4.6
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


RAMP = np.linspace(0, 1, 256)


def levels(options, bits):
    """Return a gray ramp of 0..1 after `colorlevels` at this depth, its brightest possible sample being 1."""
    kind, white = np.dtype("u1" if bits == 8 else "<u2"), 2**bits - 1
    given = np.broadcast_to((white * RAMP).round().astype(kind), (3, 16, 256))
    pixels = "gbrp" if bits == 8 else f"gbrp{bits}le"
    layout = ["-f", "rawvideo", "-pix_fmt", pixels]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *layout, "-s", "256x16", "-i", "-"]
    command += ["-vf", f"colorlevels={options}", *layout, "-"]
    done = subprocess.run(command, input=given.tobytes(), capture_output=True, check=True)
    found = np.frombuffer(done.stdout, kind).reshape(3, 16, 256) / white
    assert (found == found[0, 0]).all()
    return found[0, 0]


def every(option, value):
    return ":".join(f"{channel}{option}={value}" for channel in "rgb")


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for options, truth, wrong in (
    (every("imin", 0.1), (RAMP - 0.1) / 0.9, 0),
    (every("omin", 0.2), 0.2 + 0.8 * RAMP, 1),
    (every("imin", 0.1) + ":" + every("imax", 0.9), (RAMP - 0.1) / 0.8, 0),
    (every("imax", 0.9), RAMP / 0.9, None),
    (every("omax", 0.5), 0.5 * RAMP, None),
):
    print(f"colorlevels={options}")
    for bits in (8, 9, 10, 12, 14, 16):
        found = levels(options, bits)
        off = np.abs(found - truth.clip(0, 1)).max()
        shown = ", ".join(f"{RAMP[place]:.2f} is {found[place]:.2f}" for place in (0, 64, 128, 255))
        print(f"  {bits} bits: {shown}; up to {off:.2f} from the truth")
        if wrong is None or bits in (8, 16):
            still(f"{bits} bits: right within 0.01", off < 0.01)
        elif bits == 14:
            still("14 bits: over 0.25 off", off > 0.25)
        else:
            still(f"{bits} bits: all is {wrong}", (found == wrong).all())

sys.exit(bool(changed))
EOF
