#!/usr/bin/env bash
# torchvision: to uint8, white of half precision becomes black; so does white of float32 to uint16.
#
# `v2.ToDtype(torch.uint8, scale=True)` and the older `ConvertImageDtype` multiply by 255.999 and drop the fraction. In
# float16 and bfloat16 that factor is 256, so 1.0 becomes 256, of which a byte keeps 0 (on a CPU). From float32 to
# uint16 the factor 65535.999 is 65536: white becomes 0, also in `adjust_gamma` and `adjust_hue` of uint16 pictures,
# which go by floats and back. The documentation promises that values are scaled to the range of the type; float32 to
# int32 is refused as unsafe.
#
# Who is bitten: whoever saves pictures of a network that ran in half precision (clamped to 0..1, lights are exactly
# 1.0): black specks in the sky. Whoever augments 16-bit PNG frames or depth maps.
#
# Versions: torchvision 0.28.0, torch 2.13.0 (CPU), numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/torchvision_white_of_half_precision_is_black.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torchvision==0.28.0 torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import torch

# where torchvision's wheel is for CUDA and torch is not, two operators that it describes are not there
operators = torch.library.Library("torchvision", "FRAGMENT")
try:
    import torchvision
except RuntimeError:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    for name in ("nms", "qnms"):
        operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision

from torchvision.transforms import ConvertImageDtype, v2
from torchvision.transforms.v2 import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("torchvision", torchvision.__version__, "torch", torch.__version__)
LEVELS = [0.0, 0.5, 0.99, 1.0]
for given, wanted, truth, wrong in (
    (torch.float32, torch.uint8, [0, 127, 253, 255], None),
    (torch.float16, torch.uint8, [0, 128, 253, 255], 0),
    (torch.bfloat16, torch.uint8, [0, 128, 253, 255], 0),
    (torch.float64, torch.uint16, [0, 32767, 64880, 65535], None),
    (torch.float32, torch.uint16, [0, 32768, 64880, 65535], 0),
):
    picture = torch.tensor(LEVELS, dtype=given).reshape(1, 1, -1)
    for name, transform in (("ToDtype", v2.ToDtype(wanted, scale=True)), ("Convert", ConvertImageDtype(wanted))):
        found = transform(picture).flatten().tolist()
        title = f"{name}, {str(given)[6:]} to {str(wanted)[6:]}"
        print(f"{title}: {LEVELS} is {found}")
        expected = truth if wrong is None else [*truth[:-1], wrong]
        still(f"{title}: white is {expected[-1]}, the others right", found == expected)

# a picture with an overexposed sky, as a network in half precision gives it after clamping
sky = torch.linspace(0.6, 1.2, 64).clamp(0, 1)[:, None].expand(3, 64, 64)
share = float((sky == 1).float().mean())
for kind in (torch.float32, torch.float16, torch.bfloat16):
    byte = F.to_dtype(sky.to(kind), torch.uint8, scale=True)
    black = float((byte == 0).float().mean())
    print(f"a sky of which {share:.0%} is white, {kind}: darkest {int(byte.min())}, black {black:.0%}")
    expected = 0 if kind == torch.float32 else share
    still(f"{kind}: {'nothing' if kind == torch.float32 else 'all white'} is black", black == expected)

white = torch.full((3, 4, 4), 65535, dtype=torch.int32).to(torch.uint16)
for name, adjusted in (("adjust_gamma", F.adjust_gamma(white, 1.5)), ("adjust_hue", F.adjust_hue(white, 0.1))):
    level = int(adjusted.int().max())
    print(f"{name} of a white uint16 picture: {level}")
    still(f"{name}: white of uint16 is black", level == 0)
byte = F.adjust_gamma(torch.full((3, 4, 4), 255, dtype=torch.uint8), 1.5)
still("adjust_gamma: white of uint8 is white", int(byte.min()) == 255)

sys.exit(bool(changed))
EOF
