#!/usr/bin/env bash
# x264: the same frames at the same CRF are encoded worse, the more frames per second the stream says it has.
#
# CRF reads as a quality: 18 is 18. But x264 weighs a frame by how long it is shown. 48 frames of one moving texture, with
# nothing changed but the rate of the stream: 36.3 dB and 27.3 kB at 6 frames per second, 35.8 dB and 20.7 kB at 25,
# 34.7 dB and 15.9 kB at 100; from there on (10 ms per frame) nothing changes. With a fixed quantiser (qp) all rates give
# the same pictures.
#
# Who is bitten: whoever encodes interpolated film, where the kept frames become worse than in a plain re-encoding (by
# 1.8 dB in a film of three times the rate); slow motion against its original; clips of a data set that are resampled to
# one rate, or whose rate is guessed (PNG frames as 25 or 30), and then compared by PSNR or trained on. `qp` helps, or a
# CRF that is lowered until the kept frames agree.
#
# Versions: av 18.1.0 (libavcodec 62.28, libx264), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/x264_same_frames_differ_by_rate.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import io
import sys

import av
import numpy as np

HEIGHT, WIDTH, COUNT, STEP = 160, 240, 48, 2
draw = np.random.default_rng(0)
canvas = np.full((HEIGHT, WIDTH + STEP * COUNT, 3), 90.0)
for cell, contrast in ((4, 40), (20, 80)):  # fine and coarse
    shape = -(-canvas.shape[0] // cell), -(-canvas.shape[1] // cell), 3
    noise = draw.random(shape).repeat(cell, 0).repeat(cell, 1)[: canvas.shape[0], : canvas.shape[1]]
    canvas += contrast * noise
canvas = (canvas + np.roll(canvas, 1, 0) + np.roll(canvas, 1, 1)) / 3
frames = [np.ascontiguousarray(canvas[:, STEP * at : STEP * at + WIDTH]).astype(np.uint8) for at in range(COUNT)]


def encoded(rate, **options):
    """Return PSNR in dB and kB of the frames, written and read again."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = options
        for frame in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    size = len(file.getvalue()) / 1000
    file.seek(0)
    with av.open(file) as container:
        read = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(read) == COUNT
    error = np.mean([(one.astype(float) - frame) ** 2 for one, frame in zip(read, frames)])
    return 10 * np.log10(255**2 / error), size


print("PyAV", av.__version__, "libavcodec", av.library_versions["libavcodec"])
changed = []
found = {rate: encoded(rate, crf="18") for rate in (6, 25, 50, 100, 200)}
fixed = {rate: encoded(rate, qp="20") for rate in (6, 200)}
for name, results in (("crf=18", found), ("qp=20", fixed)):
    for rate, (psnr, size) in results.items():
        print(f"{name}, {rate:3d} frames per second: {psnr:.2f} dB, {size:.1f} kB")
for claim, holds in (
    ("from 6 to 100 frames per second the same frames lose more than 1 dB", found[6][0] - found[100][0] > 1),
    ("and a third of their bytes", found[100][1] < 0.67 * found[6][1]),
    ("every higher rate is worse, up to 100", found[6][0] > found[25][0] > found[50][0] > found[100][0]),
    ("100 and 200 are alike", abs(found[100][0] - found[200][0]) < 0.01),
    ("with a fixed quantiser the rate does nothing", abs(fixed[6][0] - fixed[200][0]) < 0.01),
):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)
sys.exit(bool(changed))
EOF
