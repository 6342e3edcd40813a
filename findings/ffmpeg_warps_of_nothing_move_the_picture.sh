#!/usr/bin/env bash
# FFmpeg: bilinear `lenscorrection` moves every picture by half a pixel; `shear` blackens a row and a column.
#
# With both coefficients 0 a lens correction has nothing to correct, and by nearest neighbour (the default) the picture
# comes out as it was. With `i=bilinear` each pixel is the mean of four, itself and those to the right and below: the
# picture is moved up and left by half a pixel, and blurred. A correction that does something is moved in the same way:
# against nearest neighbour, a ramp of 4 levels a pixel is 2 levels brighter. `shear=shx=0:shy=0` fills the last row and
# the last column with black; with `shx=0.5` the last row is black, too. `rotate=0` and `perspective` of the picture's
# own corners change nothing, with their bilinear interpolation.
#
# Who is bitten: whoever removes a lens's distortion from frames, or adds one for training, and compares with the
# original, with optical flow or with labels; half a pixel costs more PSNR than a good method wins.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/ffmpeg_warps_of_nothing_move_the_picture.sh
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


HEIGHT, WIDTH = 48, 64


def filtered(frame, chain):
    """Send a gray frame as it is through a filter of the ffmpeg program, and return what comes out."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "gray"]
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-i", "-", "-vf", chain, "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    done = subprocess.run(command, input=frame.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(HEIGHT, WIDTH)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
noise = np.random.default_rng(0).integers(1, 256, (HEIGHT, WIDTH), np.uint8)
found = filtered(noise, "lenscorrection=k1=0:k2=0:i=nearest")
still("no correction, nearest neighbour: as it was", np.array_equal(found, noise))
found = filtered(noise, "lenscorrection=k1=0:k2=0:i=bilinear").astype(int)[:-1, :-1]
exact = noise.astype(float)
mean = (exact[:-1, :-1] + exact[1:, :-1] + exact[:-1, 1:] + exact[1:, 1:]) / 4
print(f"no correction, bilinear: {np.abs(found - exact[:-1, :-1]).mean():.1f} levels off on average, for noise")
still("no correction, bilinear: each pixel is the mean of four", float(np.abs(found - mean).max()) <= 1)
ramp = np.broadcast_to(np.arange(0, 4 * WIDTH, 4, dtype=np.uint8), (HEIGHT, WIDTH))
for strength in (0, 0.1, -0.2):
    nearest, bilinear = (
        filtered(ramp, f"lenscorrection=k1={strength}:k2=0:i={kind}").astype(int)[8:-8, 8:-8]
        for kind in ("nearest", "bilinear")
    )
    brighter = float((bilinear - nearest).mean())
    print(f"a ramp of 4 levels a pixel, k1={strength}: bilinear is {brighter:.2f} brighter than nearest neighbour")
    still(f"k1={strength}: moved by half a pixel", abs(brighter - 2) < 0.1)
for kind in ("nearest", "bilinear"):
    found = filtered(noise, f"shear=shx=0:shy=0:interp={kind}")
    cut = not found[-1].any() and not found[:, -1].any() and np.array_equal(found[:-1, :-1], noise[:-1, :-1])
    still(f"no shear, {kind}: the last row and column are black, the rest as it was", cut)
found = filtered(np.full((HEIGHT, WIDTH), 200, np.uint8), "shear=shx=0.5:shy=0")
still("a shear by a half: the last row is black, the one above is not", not found[-1].any() and bool(found[-2].any()))
for chain in ("rotate=0", "perspective=x0=0:y0=0:x1=W:y1=0:x2=0:y2=H:x3=W:y3=H"):
    still(f"{chain.split('=')[0]} by nothing: as it was", np.array_equal(filtered(noise, chain), noise))

sys.exit(bool(changed))
EOF
