#!/usr/bin/env bash
# piq: SR-SIM of a pair is 0.997 alone and 0.735 beside a white frame; HaarPSI of two black frames is infinite.
#
# SR-SIM weighs by how much of each picture strikes the eye, and scales that of a picture to 0..1. piq scales by the
# least and the greatest of the whole batch. That of a white frame is large all over before it is scaled: beside one,
# a little noise (a deviation of 0.02) of 0.997 is 0.735, worse than a strong noise of 0.3 alone, 0.88. An even gray of
# 0.5 makes it 0.86, one of 0.3 makes it 0.91; black and textured frames change it by less than 0.002. The white pair
# itself stays at 1. SSIM, GMSD, VSI and FSIM do not depend on the batch. HaarPSI, which is at most 1, of two black
# frames is inf, and so is the mean of a batch with such a pair; of two even grays it is a little above 1.
#
# Who is bitten: whoever scores or trains in batches: a flash or a fade to white in a clip lowers all other frames.
#
# Versions: piq 0.8.0, torch 2.13.0, torchvision 0.28.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/piq_srsim_depends_on_the_batch.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torch==2.13.0 torchvision==0.28.0 numpy==2.4.6
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps piq==0.8.0
./env/bin/python -W ignore - <<'EOF'
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

import piq
from torch.nn.functional import interpolate

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def together(metric, pair, other):
    """Return the score of a pair in a batch with a pair of two equal pictures, and that of this second pair."""
    batch = (torch.cat([picture, other]) for picture in pair)
    return metric(*batch, reduction="none").flatten().tolist()


print("piq", piq.__version__, "torch", torch.__version__, "torchvision", torchvision.__version__)
torch.manual_seed(0)
picture = interpolate(torch.rand(1, 3, 32, 32), (128, 128), mode="bicubic").clamp(0, 1)
texture = interpolate(torch.rand(1, 3, 16, 16), (128, 128), mode="bicubic").clamp(0, 1)
noise = torch.randn_like(picture)
pair = picture, (picture + 0.02 * noise).clamp(0, 1)
alone = float(piq.srsim(*pair))
strong = float(piq.srsim(picture, (picture + 0.3 * noise).clamp(0, 1)))
print(f"SR-SIM alone: a little noise {alone:.4f}, strong noise {strong:.4f}")
still("alone: about 0.997 and 0.88", abs(alone - 0.997) < 0.002 and abs(strong - 0.88) < 0.02)
for name, other, expected in (
    ("white", torch.ones_like(picture), 0.735),
    ("gray of 0.5", torch.full_like(picture, 0.5), 0.856),
    ("gray of 0.3", torch.full_like(picture, 0.3), 0.912),
    ("black", torch.zeros_like(picture), 0.997),
    ("texture", texture, 0.997),
):
    found, itself = together(piq.srsim, pair, other)
    print(f"SR-SIM of a little noise beside {name}: {found:.4f}")
    tolerance = 0.002 if expected > 0.99 else 0.02
    still(f"beside {name}: about {expected}, and 1 of the second pair", abs(found - expected) < tolerance)
    still(f"the second pair, {name}: 1", abs(itself - 1) < 1e-3)
white = torch.ones_like(picture)
for metric in (piq.ssim, piq.gmsd, piq.vsi, piq.fsim):
    found = together(metric, pair, white)[0]
    still(f"{metric.__name__}: as alone, beside white too", abs(found - float(metric(*pair))) < 1e-5)
black = torch.zeros_like(picture)
still("HaarPSI of two black frames: inf", float(piq.haarpsi(black, black)) == float("inf"))
scores = together(piq.haarpsi, pair, black)
print("HaarPSI of a batch of a little noise and two black frames:", scores)
still("HaarPSI: the first is as alone", abs(scores[0] - float(piq.haarpsi(*pair))) < 1e-5)
mean = float(piq.haarpsi(torch.cat([pair[0], black]), torch.cat([pair[1], black])))
still("HaarPSI: the mean of that batch is inf", mean == float("inf"))
even = float(piq.haarpsi(black + 0.5, black + 0.5))
print(f"HaarPSI of two even grays: {even:.7f}")
still("HaarPSI of two even grays: a little above 1", 1 < even < 1.00002)

sys.exit(bool(changed))
EOF
