#!/usr/bin/env bash
# FFmpeg's swscale: with FULL_CHR_H_INT, packed RGB of 16 bits per channel comes out in wrong colours; planar does not.
#
# A flat yuv420p10 frame that means RGB 159, 116, 78 becomes 158, 0, 87 as rgb48 and rgba64: red is right, green is 0,
# and blue is nine levels off. Nothing is raised. Without the flag, or as planar gbrp16, all three are right, and so is
# rgb24 with the flag. The flag is what makes rgb24 exact, so whoever sets it once for all formats gets false colours
# in the deepest one.
#
# Who is bitten: whoever reads HDR or 10-bit video into 16-bit arrays for training, with the flags that are
# recommended for 8 bits.
#
# Versions: av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/swscale_full_chroma_breaks_16_bit_rgb.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    av==18.1.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import av
import numpy as np
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


frame = av.VideoFrame(64, 48, "yuv420p10le")
levels = 492, 420, 598  # Y, Cb, Cr of 10 bits, limited range
for plane, level in zip(frame.planes, levels):
    plane.update(np.full(plane.buffer_size // 2, level, "<u2").tobytes())
luma, blue, red = (levels[0] - 64) / 876, (levels[1] - 512) / 896, (levels[2] - 512) / 896
truth = luma + 1.402 * red, luma - (0.299 * 1.402 * red + 0.114 * 1.772 * blue) / 0.587, luma + 1.772 * blue
truth = 255 * np.array(truth)
print("PyAV", av.__version__, "swscale", av.library_versions["libswscale"])
print("meant: ", truth.round(1))
BILINEAR, FULL = Interpolation.BILINEAR, Interpolation.FULL_CHR_H_INT
for name, flags in (("without the flag", BILINEAR), ("with it", BILINEAR | FULL)):
    for pixels in ("rgb24", "rgb48le", "rgba64le", "gbrp16le"):
        shown = VideoReformatter().reformat(
            frame, format=pixels, interpolation=flags, src_colorspace=Colorspace.ITU601, dst_colorspace=Colorspace.ITU601
        )
        rgb = shown.to_ndarray()[24, 32, :3] / (1 if pixels == "rgb24" else 257)
        print(f"{pixels}, {name}:", rgb.round(1))
        if flags & FULL and pixels in ("rgb48le", "rgba64le"):
            wrong = abs(rgb[0] - truth[0]) < 1 and rgb[1] < 1 and 5 < rgb[2] - truth[2] < 15
            still(f"{pixels}, {name}: no green, blue off by about nine levels", wrong)
        else:
            still(f"{pixels}, {name}: right within 3 levels", np.abs(rgb - truth).max() < 3)

sys.exit(bool(changed))
EOF
