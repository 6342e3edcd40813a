#!/usr/bin/env bash
# FFmpeg's swscale: the flag for accurate rounding makes RGB darker and less accurate, unless another flag is set.
#
# Of 4:2:0 video without chroma, plain bicubic conversion to RGB is 0.49 levels too dark on average (it cuts where it
# should round). ACCURATE_RND makes that 1.77: Y=126 becomes 126 instead of 128, and white becomes 253. Only
# ACCURATE_RND together with FULL_CHR_H_INT, which seems to be about chroma alone, is right: 0.00 on average, and
# never more than 0.5 off. Conversion to grey is the same with and without the flags, so that a colour and a grey
# reading of one file disagree by two levels.
#
# Who is bitten: whoever asks for accuracy, and then compares with another reader, or writes and reads a clip again
# and again.
#
# Versions: av 18.1.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/swscale_accurate_rounding_is_darker.sh
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
from av.video.reformatter import Interpolation, VideoReformatter

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def shown(luma, flags, pixels):
    """Convert a frame of one grey, limited range, to one level."""
    frame = av.VideoFrame(16, 8, "yuv420p")
    for plane, value in zip(frame.planes, (luma, 128, 128)):
        plane.update(bytes([value]) * plane.buffer_size)
    return float(VideoReformatter().reformat(frame, format=pixels, interpolation=flags).to_ndarray().mean())


BICUBIC, ACCURATE, FULL = Interpolation.BICUBIC, Interpolation.ACCURATE_RND, Interpolation.FULL_CHR_H_INT
print("PyAV", av.__version__, "swscale", av.library_versions["libswscale"])
greys = np.arange(16, 236)
truth = (greys - 16) * 255 / 219
for name, flags, mean, largest in (
    ("no flag", BICUBIC, -0.49, 0.99),
    ("ACCURATE_RND", BICUBIC | ACCURATE, -1.77, 2.27),
    ("FULL_CHR_H_INT", BICUBIC | FULL, -0.49, 0.99),
    ("both", BICUBIC | ACCURATE | FULL, 0.0, 0.49),
):
    errors = np.array([shown(luma, flags, "rgb24") for luma in greys]) - truth
    found = float(errors.mean()), float(np.abs(errors).max())
    print(f"{name}: mean error {found[0]:+.2f}, largest {found[1]:.2f}; Y=126, 128: {shown(126, flags, 'rgb24'):g}")
    still(f"{name}: {mean:+.2f} on average, {largest} at most", np.allclose(found, (mean, largest), atol=0.01))
    still(f"{name}: grey is 128 for Y=126", shown(126, flags, "gray") == 128)

sys.exit(bool(changed))
EOF
