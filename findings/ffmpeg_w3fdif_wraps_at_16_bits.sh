#!/usr/bin/env bash
# FFmpeg: deinterlacing by `w3fdif` turns white into black and black into white at 16 bits, along every edge.
#
# The filter's kernel overshoots beside edges, and what is beyond white or black is cut, at 8, 10, 12 and 14 bits: there
# the same film comes out the same within a level. At 16 bits it wraps instead: of a picture of black and white shapes
# 4 to 5 % of all samples are off by the whole range, both with the complex and the simple kernel. Smooth pictures are
# right, and so is `bwdif`, which has a kernel of the same kind, at each depth. `yadif` is right at 8 to 12 and 16 bits,
# but at 14 bits it is up to 109 of 255 levels off, in 9 % of the samples.
#
# Who is bitten: whoever deinterlaces films of 14 and 16 bits (masters, scans, medical and scientific cameras) before a
# training or a metric.
#
# Versions: FFmpeg 9.0.2 (imageio-ffmpeg 0.8.1), scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/ffmpeg_w3fdif_wraps_at_16_bits.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    imageio-ffmpeg==0.8.1 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys

import imageio_ffmpeg
import numpy as np
from scipy.ndimage import gaussian_filter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


HEIGHT, WIDTH = 48, 64


def filtered(frames, chain, bits):
    """Send gray frames of 0..255 through a filter of the ffmpeg program as 4:4:4 of this depth; return 0..255."""
    kind, name = (np.uint8, "yuv444p") if bits == 8 else (np.dtype("<u2"), f"yuv444p{bits}le")
    scale = 2 ** (bits - 8)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "rawvideo", "-pix_fmt", name]
    command += ["-s", f"{WIDTH}x{HEIGHT}", "-r", "25", "-i", "-", "-vf", chain, "-f", "rawvideo", "-pix_fmt", name, "-"]
    content = b"".join((np.stack([frame] * 3).astype(kind) * scale).tobytes() for frame in frames)
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return np.frombuffer(done.stdout, kind).reshape(-1, 3, HEIGHT, WIDTH) / scale


print("FFmpeg", imageio_ffmpeg.get_ffmpeg_version())
generator = np.random.default_rng(1)
blurred = [gaussian_filter(generator.random((HEIGHT, WIDTH)), 1) for _ in range(4)]
shapes = [np.where(frame > 0.5, 235, 16).astype(np.uint8) for frame in blurred]
slope = np.broadcast_to(np.arange(HEIGHT, dtype=np.uint8)[:, None], (HEIGHT, WIDTH))
smooth = [slope + np.uint8(60 + 40 * number) for number in range(4)]
for chain in ("w3fdif", "w3fdif=filter=simple", "bwdif", "yadif"):
    eight = filtered(shapes, chain, 8)
    for bits in (10, 12, 14, 16):
        errors = np.abs(filtered(shapes, chain, bits) - eight)
        share = float((errors > 20).mean())
        print(f"{chain}, {bits} bits: up to {errors.max():.1f} levels from 8 bits, over 20 in {share:.1%}")
        if chain.startswith("w3fdif") and bits == 16:
            still(f"{chain}, {bits} bits: white for black", errors.max() > 254 and share > 0.03)
        elif chain == "yadif" and bits == 14:
            still(f"{chain}, {bits} bits: over 100 levels off", errors.max() > 100 and share > 0.05)
        else:
            still(f"{chain}, {bits} bits: as at 8 bits", errors.max() <= 1)
errors = np.abs(filtered(smooth, "w3fdif", 16) - filtered(smooth, "w3fdif", 8))
still("w3fdif, 16 bits, smooth: as at 8 bits", errors.max() <= 1)

sys.exit(bool(changed))
EOF
