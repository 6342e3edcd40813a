#!/usr/bin/env bash
# swscale: adding or dropping the alpha of planar RGB of 10 to 16 bits leaves half of the last row unwritten.
#
# From gbrp10 to gbrap10, from gbrap16 to gbrp16 and so on, nothing need be calculated: the planes are copied. The last
# row of a plane is copied as if a sample had one byte, so that its right half keeps what the memory held before: black
# in the first frames, later often what was there in another frame. The ffmpeg program cuts a picture into as many
# slices as the machine has cores, and each slice has such a row: with five threads it is five half rows. 8 bits are
# right, and so is the way to packed RGB (rgba64) and from yuv444p16; no warning tells of it.
#
# Who is bitten: masks and mattes of lossless 10- to 16-bit film (FFV1, PNG and EXR sequences) and every filter that
# needs alpha (`premultiply`, `backgroundkey`), before which FFmpeg inserts this step by itself. How many rows are black
# depends on the machine.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), PyAV 18.1.0 (swscale 9.5.102), numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 28 November 2026.
#
# Run: bash findings/swscale_alpha_of_deep_planar_rgb_loses_half_a_row.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check imageio-ffmpeg==0.8.1 av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys

import av
import imageio_ffmpeg
import numpy as np

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


ROWS, COLUMNS, FRAMES = 48, 64, 4
DEPTHS = {"": 8, "10le": 10, "12le": 12, "16le": 16}


def converted(planes, source, target, threads):
    """Send frames of shape (frame, plane, ROWS, COLUMNS) through `format=target` of the ffmpeg program."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-filter_threads", str(threads), "-f", "rawvideo"]
    command += ["-pix_fmt", source, "-s", f"{COLUMNS}x{ROWS}", "-i", "-", "-vf", f"format={target}"]
    command += ["-f", "rawvideo", "-pix_fmt", target, "-"]
    done = subprocess.run(command, input=planes.tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, planes.dtype).reshape(FRAMES, -1, ROWS, COLUMNS)


def wrong_rows(before, after):
    """Return the rows that differ, and whether it is the right half that does, in all three planes of each frame."""
    wrong = before[:, :3] != after[:, :3]
    rows = np.flatnonzero(wrong.any(axis=(0, 1, 3))).tolist()
    halves = bool(wrong[:, :, rows, COLUMNS // 2 :].all()) and not wrong[..., : COLUMNS // 2].any()
    return rows, halves


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version(), "PyAV", av.__version__)
random = np.random.default_rng(0)
for suffix, depth in DEPTHS.items():
    kind = np.uint8 if depth == 8 else np.dtype("<u2")
    for count, source, target in ((3, "gbrp", "gbrap"), (4, "gbrap", "gbrp")):
        planes = random.integers(1, 1 << depth, (FRAMES, count, ROWS, COLUMNS)).astype(kind)
        for threads, ends in ((1, [47]), (2, [23, 47]), (5, [9, 19, 29, 39, 47])):
            after = converted(planes, source + suffix, target + suffix, threads)
            rows, halves = wrong_rows(planes, after)
            name = f"{source}{suffix} to {target}{suffix}, {threads} threads"
            print(f"{name}: rows {rows} wrong")
            if depth == 8:
                still(f"{name}: right", rows == [])
            else:
                still(f"{name}: the right halves of rows {ends} are unwritten", rows == ends and halves)
planes = random.integers(1, 1 << 16, (FRAMES, 3, ROWS, COLUMNS)).astype("<u2")
packed = planes[:, [2, 0, 1]].transpose(0, 2, 3, 1)  # from planes G, B, R to R, G, B of each pixel
command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", "gbrp16le"]
command += ["-s", f"{COLUMNS}x{ROWS}", "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgba64le", "-"]
done = subprocess.run(command, input=planes.tobytes(), capture_output=True, check=True)
found = np.frombuffer(done.stdout, "<u2").reshape(FRAMES, ROWS, COLUMNS, 4)
still("gbrp16le to rgba64le: right", np.array_equal(found[..., :3], packed))

frame = av.VideoFrame(COLUMNS, ROWS, "gbrp16le")
for plane, values in zip(frame.planes, planes[0]):
    plane.update(values.tobytes())
result = frame.reformat(format="gbrap16le")
after = np.stack([np.frombuffer(plane, "<u2").reshape(ROWS, -1)[:, :COLUMNS] for plane in result.planes])
same = after[:3] == planes[0]
last, others = int((~same[:, -1]).sum()), int((~same[:, :-1]).sum())
print(f"PyAV: {last} samples are wrong in the last row, {others} elsewhere")
still("PyAV: right but in the last row", bool(same[:, :-1].all()))
still("PyAV: the right half of the last row is unwritten", bool((~same[:, -1, COLUMNS // 2 :]).mean() > 0.9))

sys.exit(bool(changed))
EOF
