#!/usr/bin/env bash
# torch.nn.functional.interpolate: of bytes, bicubic is up to 29 levels off, and each halving is half a level brighter.
#
# For `uint8` the width is changed first, and what comes out is rounded and cut to 0..255 before the height is changed.
# A bicubic kernel overshoots beside edges, and what the second pass would have needed of that is gone: text enlarged to
# twice its size differs by 20 levels from the same picture as float, cut to 0..255 at the end. OpenCV, whose kernel is
# the same, is within half a level of the float result for the same bytes. The documentation says of uint8 only that it
# "already performs saturating cast operation". Rounding twice, halves upwards, makes bilinear halving brighter by 0.5
# level on average: a pyramid of four is 2 levels brighter at its top.
#
# Who is bitten: whoever resizes bytes before dividing by 255, as is quicker, and compares with a model that was trained
# with floats, or with pictures resized by another library.
#
# Versions: torch 2.13.0, OpenCV (opencv-python-headless) 5.0.0.93, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/torch_uint8_bicubic_clips_twice.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torch==2.13.0 opencv-python-headless==5.0.0.93 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import cv2
import numpy as np
import torch
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_torch(picture, size, mode, kind=torch.uint8):
    tensor = torch.from_numpy(picture).permute(2, 0, 1)[None].to(kind)
    return F.interpolate(tensor, size=(size, size), mode=mode)[0].permute(1, 2, 0).double().numpy().clip(0, 255)


def twice(picture, size):
    """Resize with float kernels, but round and cut between width and height."""
    tensor = torch.from_numpy(picture).permute(2, 0, 1)[None].double()
    wide = F.interpolate(tensor, size=(tensor.shape[2], size), mode="bicubic").clamp(0, 255).round()
    return F.interpolate(wide, size=(size, size), mode="bicubic").clamp(0, 255)[0].permute(1, 2, 0).numpy()


print("torch", torch.__version__, "OpenCV", cv2.__version__)
text = np.zeros((64, 64, 3), np.uint8)
cv2.putText(text, "Text", (2, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (255, 255, 255), 1)
noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
for name, picture, least in (("text", text, 15), ("noise", noise, 25)):
    truth = by_torch(picture, 128, "bicubic", torch.float64)
    found = by_torch(picture, 128, "bicubic")
    opencv = cv2.resize(picture, (128, 128), interpolation=cv2.INTER_CUBIC)
    errors = np.abs(found - truth).max(), np.abs(opencv - truth).max(), np.abs(found - twice(picture, 128)).max()
    print(f"{name}: torch {errors[0]:.1f} from float, OpenCV {errors[1]:.1f}; {errors[2]:.1f} from float cut twice")
    still(f"{name}: torch is over {least} levels off", errors[0] > least)
    still(f"{name}: OpenCV is within 0.6", errors[1] < 0.6)
    still(f"{name}: cut and rounded twice, float is within 2 levels of torch's bytes", errors[2] < 2)
pyramid, exact = (torch.from_numpy(noise).permute(2, 0, 1)[None].to(kind) for kind in (torch.uint8, torch.float64))
for level in range(1, 5):
    pyramid, exact = (F.interpolate(one, scale_factor=0.5, mode="bilinear") for one in (pyramid, exact))
    brighter = float(pyramid.double().mean() - exact.mean())
    print(f"halved {level} times: {brighter:.2f} levels brighter")
still("halved four times: over 1.5 levels brighter", brighter > 1.5)
ramp = np.ascontiguousarray(np.broadcast_to(np.arange(0, 64, dtype=np.uint8)[None, :, None], (64, 64, 3)))
halved = by_torch(ramp, 32, "bilinear")[0, :, 0] - by_torch(ramp, 32, "bilinear", torch.float64)[0, :, 0]
still("a ramp of single levels, halved: brighter by 0.5 everywhere", bool((halved == 0.5).all()))

sys.exit(bool(changed))
EOF
