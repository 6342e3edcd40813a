#!/usr/bin/env bash
# Pillow: what is half transparent in an animated PNG is read as a quarter, if its frames are blended.
#
# In an APNG whose frames are to be drawn over the canvas (blend operation 1, OVER), a pixel of alpha 128 upon an empty
# canvas stays one of alpha 128, by the specification and for FFmpeg and OpenCV. Pillow, which wrote the file, reads it
# as 64, its alpha squared, and half as bright: it pastes the frame through its own alpha, which mixes alpha and colour
# with those of the empty canvas, instead of laying it over. The first frame is right. imageio, which reads PNG by
# Pillow, does the same. With blend operation 0 (SOURCE), or where all is opaque or empty, Pillow is right.
#
# Who is bitten: overlays, mattes and shadows kept as APNG, which fade from the second frame on, and more so when they
# are saved and read again.
#
# Versions: pillow 13.0.0, av 18.1.0, OpenCV (opencv-python-headless) 5.0.0.93, imageio 2.38.1, numpy 2.4.6; seen on
# Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/pillow_apng_translucent_frames_fade.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pillow==13.0.0 av==18.1.0 opencv-python-headless==5.0.0.93 imageio==2.38.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import io
import struct
import sys
import zlib

import av
import cv2
import imageio
import imageio.v3 as iio
import numpy as np
import PIL
from PIL import Image, ImageSequence

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def pictures(alpha):
    """Return four pictures on which a green square of this alpha moves; all else is empty."""
    moved = []
    for number in range(4):
        picture = np.zeros((24, 32, 4), np.uint8)
        picture[8:16, 4 * number : 4 * number + 8] = 0, 255, 0, alpha
        moved.append(picture)
    return moved


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def by_specification(path):
    """Compose the frames as the PNG specification says; each frame's own data is decoded as a still."""
    with open(path, "rb") as file:
        content = file.read()
    position, header, frames = 8, b"", []
    while position < len(content):
        (length,) = struct.unpack_from(">I", content, position)
        kind, data = content[position + 4 : position + 8], content[position + 8 : position + 8 + length]
        position += 12 + length
        if kind == b"IHDR":
            header = data
        elif kind == b"fcTL":
            frames.append([struct.unpack(">5I2H2B", data)[1:], b""])
        elif frames and kind in (b"IDAT", b"fdAT"):
            frames[-1][1] += data[4 if kind == b"fdAT" else 0 :]
    canvas, shown = np.zeros((24, 32, 4)), []
    for (width, height, left, top, _, _, disposal, blend), data in frames:
        size = struct.pack(">II", width, height) + header[8:]
        still_png = content[:8] + chunk(b"IHDR", size) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
        frame = np.asarray(Image.open(io.BytesIO(still_png)).convert("RGBA")) / 255
        under = canvas[top : top + height, left : left + width]
        alpha = frame[..., 3:] + blend * under[..., 3:] * (1 - frame[..., 3:])
        mixed = frame[..., :3] * frame[..., 3:] + blend * under[..., :3] * under[..., 3:] * (1 - frame[..., 3:])
        under[:] = np.concatenate([mixed / np.maximum(alpha, 1e-9), alpha], axis=-1)
        shown.append((canvas * 255).round().astype(np.uint8))
        assert disposal in (0, 1), "the files of this script clear the frame or leave it"
        if disposal == 1:
            under[:] = 0
    return shown


def by_pyav(path):
    with av.open(path) as container:
        return [frame.to_ndarray(format="rgba") for frame in container.decode(video=0)]


READERS = {
    "the specification": by_specification,
    "FFmpeg": by_pyav,
    "OpenCV": lambda path: [cv2.cvtColor(frame, cv2.COLOR_BGRA2RGBA) for frame in cv2.imreadanimation(path)[1].frames],
    "Pillow": lambda path: [np.asarray(frame.convert("RGBA")) for frame in ImageSequence.Iterator(Image.open(path))],
    "imageio": lambda path: list(iio.imiter(path, plugin="pillow")),
}
print("Pillow", PIL.__version__, "PyAV", av.__version__, "OpenCV", cv2.__version__, "imageio", imageio.__version__)
for alpha, blend, faded in ((128, 1, True), (64, 1, True), (128, 0, False), (255, 1, False)):
    meant = pictures(alpha)
    first, *rest = (Image.fromarray(picture) for picture in meant)
    first.save("moving.png", save_all=True, append_images=rest, duration=100, disposal=1, blend=blend)
    for reader, read in READERS.items():
        found = [tuple(frame[12, 4 * number + 4, 1::2].tolist()) for number, frame in enumerate(read("moving.png"))]
        wrong = faded and reader in ("Pillow", "imageio")
        expected = [(255, alpha)] + 3 * [(alpha, round(alpha * alpha / 255)) if wrong else (255, alpha)]
        print(f"blend operation {blend}, {reader}: green and alpha of the square {found}")
        still(f"alpha {alpha}, blend operation {blend}, {reader}: {'faded' if wrong else 'right'}", found == expected)

sys.exit(bool(changed))
EOF
