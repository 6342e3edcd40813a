#!/usr/bin/env bash
# FFmpeg 9: `pp7` without a `qp` leaves frames of 64 x 96 as they are, and makes those of 180 x 320 black (green in
# colour).
#
# Its `qp` is 0 unless told, and then, says the documentation, the quantizer of the stream is used, if available;
# frames without one (raw ones, PNG, VP9, AV1, all that another filter has made, and so most today) are to be left as
# they are. If width and height are multiples of 8 they are. If not, a new frame is taken to write into, nothing is
# written, and it is passed on: luma and chroma are 0 everywhere, with exit status 0 and no message. Sizes like 320 x
# 180, 480 x 270 and 854 x 480 are among them, 1920 x 1080 is not. `spp`, `fspp` and `uspp`, its siblings, leave all
# these sizes as they are, and with `qp=2` so does `pp7` an even picture.
#
# Who is bitten: whoever has `-vf pp7` in a command that works for one film, and runs it on smaller ones or previews.
# Instead: `qp`, or `spp`.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/ffmpeg_pp7_of_other_sizes_is_black.sh
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


def filtered(film, pixels, rows, columns, filters):
    """Send frames, each a row of bytes, through the program; return them in the same form."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "warning", "-f", "rawvideo", "-pix_fmt", pixels]
    command += ["-s", f"{columns}x{rows}", "-i", "-", "-vf", filters, "-f", "rawvideo", "-pix_fmt", pixels, "-"]
    done = subprocess.run(command, input=film.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, np.uint8).reshape(film.shape), done.stderr.decode().strip()


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
generator = np.random.default_rng(0)
sizes = (64, 96), (72, 88), (1080, 1920), (66, 96), (64, 98), (180, 320), (270, 480), (480, 854)
for rows, columns in sizes:
    whole = rows % 8 == 0 and columns % 8 == 0
    for pixels, size in (("gray", rows * columns), ("yuv420p", rows * columns * 3 // 2)):
        film = generator.integers(16, 236, (3, size)).astype(np.uint8)
        found, said = filtered(film, pixels, rows, columns, "pp7")
        name = f"{columns} x {rows}, {pixels}"
        print(f"{name}: {np.mean(found == film):.0%} of the samples are as before, {np.mean(found == 0):.0%} are 0")
        still(f"{name}: no message", not said)
        if whole:
            still(f"{name}: as before", np.array_equal(found, film))
        else:
            still(f"{name}: all 0", not found.any())
        even = np.full_like(film, 100)
        same = np.array_equal(filtered(even, pixels, rows, columns, "pp7=qp=2")[0], even)
        still(f"{name}, even, qp=2: as before", same)
        for other in ("spp", "fspp", "uspp"):
            if rows < 100 and (pixels == "yuv420p" or other == "spp"):
                same = np.array_equal(filtered(film, pixels, rows, columns, other)[0], film)
                still(f"{name}, {other}: as before", same)

sys.exit(bool(changed))
EOF
