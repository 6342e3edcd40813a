#!/usr/bin/env bash
# swscale 9: 15- and 16-bit RGB with the most significant byte first becomes RGB in false colours, without a word.
#
# QuickTime's uncompressed video of "thousands of colours" is rgb555be: two bytes a pixel, the most significant first.
# PyAV and OpenCV both open it, and both give frames that are 90 levels off on average: rgb24, bgr24 and rgba read the
# two bytes in the other order. rgb555le is right to the level. By way of planar gbrp the same frame is right but for the
# seven levels that swscale loses there (white is 248). The same holds for rgb565be, bgr555be and bgr565be. FFmpeg 5.1,
# with swscale 6, reads these files rightly.
#
# Who is bitten: whoever trains on, or measures against, old uncompressed QuickTime films and frames from grabber cards.
#
# Versions: av 18.1.0 (swscale 9.5.102), opencv-python-headless 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python
# 3.11, 28 November 2026.
#
# Run: bash findings/swscale_ignores_the_order_of_bytes_of_15_bit_rgb.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import av
import cv2
import numpy as np

HEIGHT, WIDTH = 48, 64
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def film(name, pixels):
    """Write three frames of known 15- or 16-bit pixels as uncompressed video; return how 8 bits show them."""
    ramp = np.add.outer(np.arange(HEIGHT) // 8 * 5, np.arange(WIDTH) // 8) % 32
    bits = [int(digit) for digit in pixels[3:6]]
    parts = [ramp % 2 ** bits[0], (3 * ramp + 5) % 2 ** bits[1], (31 - ramp) % 2 ** bits[2]]
    values = (parts[0] << (bits[1] + bits[2])) | (parts[1] << bits[2]) | parts[2]
    with av.open(name, "w") as container:
        stream = container.add_stream("rawvideo", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, pixels
        for _ in range(3):
            frame = av.VideoFrame(WIDTH, HEIGHT, pixels)
            lines = np.zeros((HEIGHT, frame.planes[0].line_size // 2), ">u2" if pixels.endswith("be") else "<u2")
            lines[:, :WIDTH] = values
            frame.planes[0].update(lines.tobytes())
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    truth = [255 * part / (2**size - 1) for part, size in zip(parts, bits)]
    return np.stack(truth if pixels.startswith("rgb") else truth[::-1], axis=-1)


def off(shown, truth):
    return np.abs(shown.astype(float) - truth).mean()


print("PyAV", av.__version__, "swscale", av.library_versions["libswscale"], "OpenCV", cv2.__version__)
for pixels in ("rgb555le", "rgb555be", "rgb565le", "rgb565be", "bgr555be", "bgr565be"):
    truth = film("film.nut", pixels)
    with av.open("film.nut") as container:
        frame = next(container.decode(video=0))
    assert frame.format.name == pixels
    rgb, bgr = frame.to_ndarray(format="rgb24"), frame.to_ndarray(format="bgr24")
    planar = frame.reformat(format="gbrp").reformat(format="rgb24").to_ndarray()
    print(f"{pixels}: rgb24 {off(rgb, truth):.1f}, bgr24 {off(bgr[..., ::-1], truth):.1f}, by gbrp {off(planar, truth):.1f}")
    if pixels.endswith("le"):
        still(f"{pixels}: right within a level", off(rgb, truth) < 1 and off(bgr[..., ::-1], truth) < 1)
    else:
        still(f"{pixels}: over 50 levels off", off(rgb, truth) > 50 and off(bgr[..., ::-1], truth) > 50)
    still(f"{pixels}: by way of gbrp right within 8 levels", np.abs(planar - truth).max() < 8)

truth = film("film.mov", "rgb555be")
video = cv2.VideoCapture("film.mov", cv2.CAP_FFMPEG)
_, shown = video.read()
print(f"OpenCV, QuickTime: {off(shown[..., ::-1], truth):.1f}")
still("OpenCV reads the QuickTime film over 50 levels off", off(shown[..., ::-1], truth) > 50)

sys.exit(bool(changed))
EOF
