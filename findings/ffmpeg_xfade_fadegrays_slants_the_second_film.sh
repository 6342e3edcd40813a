#!/usr/bin/env bash
# FFmpeg: `xfade=transition=fadegrays` puts a slanted copy of the second film into every frame of the transition.
#
# For gray and YUV the brightness of the gray stage of the second film is read with the row length in memory of the
# first (`yf1` with a->linesize in libavfilter/vf_xfade.c; the alpha below it too). If both frames were made by
# different parts of the program, their rows are often of different lengths, and row y is read y times the difference
# away. Brightness has to be that of a plain `fade`, since a gray picture is as bright as the one in colour: of 98 x 66
# pixels, fading from an even 50 to a white box on 50, a third is wrong if the second film was mirrored or scaled, by 52
# levels at most. It depends on the processor, as the alignment of rows does: `-cpuflags 0` gives another slant. gbrp is
# right, and so are films with rows of equal lengths.
#
# Who is bitten: whoever joins a scaled or mirrored film to another one; copies of one film look right in any try.
# Instead: format=gbrp before it, or the same last filter on both films.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_xfade_fadegrays_slants_the_second_film.sh
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


HEIGHT, WIDTH, FRAMES = 66, 98, 8
BOX = np.zeros((HEIGHT, WIDTH), bool)
BOX[20:40, 34:64] = True  # in the middle, so that mirrored it is the same


def crossed(transition, pixels, second, first="null", flags=()):
    """Return the luma (or green) planes of a transition from an even 50 to the box on 50."""
    planes = {"gray": 1}.get(pixels, 3)
    for name, picture in (("first", np.full_like(BOX, 50, np.uint8)), ("second", np.where(BOX, 250, 50))):
        np.broadcast_to(picture.astype(np.uint8), (FRAMES, planes, HEIGHT, WIDTH)).tofile(name)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *flags]
    for name in ("first", "second"):
        command += ["-f", "rawvideo", "-pix_fmt", pixels, "-s", f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", name]
    graph = f"[0:v]{first}[a];[1:v]{second}[b];[a][b]xfade=transition={transition}:duration=0.3:offset=0"
    command += ["-filter_complex", graph, "-pix_fmt", pixels, "-f", "rawvideo", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, planes, HEIGHT, WIDTH)[:FRAMES, 0].astype(int)


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
for pixels in ("gray", "yuv444p"):
    for second in ("hflip", "crop=96:64,scale=98:66:flags=neighbor"):
        plain = crossed("fade", pixels, second)
        found = crossed("fadegrays", pixels, second)
        wrong = np.abs(found - plain) > 1
        name = f"{pixels}, {second}"
        counts, most = wrong.sum((1, 2)).tolist(), np.abs(found - plain).max()
        print(f"{name}: unlike a fade, pixels in each frame {counts}, {most} levels at most")
        print("  row 30, frame 3:", found[3, 30, 24:74:5], "by a fade", plain[3, 30, 24:74:5])
        still(f"{name}: frames 0 and 7 as by a fade", counts[0] == counts[7] == 0)
        still(f"{name}: frames 2 to 5, over 500 pixels wrong, by over 20 levels", min(counts[2:6]) > 500 and most > 20)
for name, options in (
    ("gbrp, hflip", {"pixels": "gbrp", "second": "hflip"}),
    ("gray, not mirrored", {"pixels": "gray", "second": "null"}),
    ("gray, both mirrored", {"pixels": "gray", "second": "hflip", "first": "hflip"}),
):
    most = np.abs(crossed("fadegrays", **options) - crossed("fade", **options)).max()
    print(f"{name}: {most} levels from a fade at most")
    still(f"{name}: as by a fade", most <= 1)

sys.exit(bool(changed))
EOF
