#!/usr/bin/env bash
# x264: the same frames with the same options, encoded by one thread, may come out as other pictures in every process.
#
# With B-frames and mbtree, as in the presets from veryfast on, what x264 writes depends on what new memory happened to
# hold. glibc's MALLOC_PERTURB_ fills that with a value of one's choice: of 26 frames of 240 x 160 or of 176 x 144
# pixels, two such values make two different films, in what is decoded too; not so for 128 x 64 pixels, nor without
# mbtree, nor without B-frames. Without the variable the memory holds what was there before: eight runs of a program that
# encoded the same 26 frames of 80 x 58 pixels wrote three different films, two of them up to 35 grey levels apart.
#
# Who is bitten: whoever compares films by their checksums, caches by them, or looks for why a deterministic program
# wrote another file. Compare frames before they are encoded, or a lossless format; or give `mbtree=0` or `bframes=0`.
#
# Versions: av 18.1.0 (libavcodec 62.28, libx264), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/x264_same_frames_have_other_bytes.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 numpy==2.4.6
cat > encode.py <<'EOF'
import hashlib
import io

import av
import numpy as np

COUNT = 26
draw = np.random.default_rng(0)
far, near = (draw.random((160 // cell, 400 // cell, 3)).repeat(cell, 0).repeat(cell, 1) * 100 for cell in (8, 4))


def decoded(height, width, **options):
    draw = np.random.default_rng(1)
    """Return a checksum of the pictures that are read from what is written."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", 25, options={"crf": "14", "preset": "veryfast", **options})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.thread_count = 1
        for at in range(COUNT):
            layers = (far[:height, at : at + width], near[:height, 3 * at : 3 * at + width])
            picture = (layers[0] + layers[1] + draw.normal(size=(height, width, 3)) * 5 + 20).clip(0, 255).astype(np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode())
    file.seek(0)
    with av.open(file) as container:
        read = np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)])
    assert len(read) == COUNT
    return hashlib.sha256(read.tobytes()).hexdigest()[:12]


for name, size in {"240x160": (160, 240), "176x144": (144, 176), "128x64": (64, 128)}.items():
    print(name, decoded(*size))
print("240x160,mbtree=0", decoded(160, 240, **{"x264-params": "mbtree=0"}))
print("240x160,bframes=0", decoded(160, 240, bf="0"))
EOF
for filled in 50 150; do
    MALLOC_PERTURB_=$filled ./env/bin/python encode.py > "$filled.txt"
done
./env/bin/python - <<'EOF'
import sys

once, again = (dict(line.split() for line in open(f"{filled}.txt")) for filled in (50, 150))
changed = []
claims = {"240x160": True, "176x144": True, "128x64": False, "240x160,mbtree=0": False, "240x160,bframes=0": False}
for name, differs in claims.items():
    found = once[name] != again[name]
    print("as written:" if found == differs else "CHANGED:   ", name, "differs" if found else "is the same")
    if found != differs:
        changed.append(name)
sys.exit(bool(changed))
EOF
