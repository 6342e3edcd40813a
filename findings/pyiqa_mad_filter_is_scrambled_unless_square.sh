#!/usr/bin/env bash
# pyiqa: MAD filters frames that are not square by a scrambled filter: of equal waves, upright ones 99, lying ones 13.
#
# The detection half of MAD (HI) looks at both pictures through a filter of contrast sensitivity, which is smooth and
# even in both directions of frequency. `make_csf` in pyiqa/archs/mad_arch.py makes it of (rows, columns) and returns it
# transposed, as (columns, rows); `hi_index` then reshapes that to (rows, columns), which cuts its rows at other places.
# (The authors' code transposes too, but a filter that it made of (columns, rows).) For squares that is no difference.
# For others, values between 0 and 1 are up to 0.8 to 0.97 off, the filter is not even any more, and frequency 0, the
# brightness that contrast is relative to, is 0.79 in 360 x 640 and 0.32 in 640 x 360 instead of 0.98. Waves of 3 pixels
# on a soft ground in 120 x 160 have a MAD of 99 upright and 13 lying; with the filter of the authors' code in its place
# 80 and 90; in 128 x 128 83 and 84 with either.
#
# Who is bitten: whoever scores video, which is hardly ever square: its scores depend on the shape, and fine lying
# damage is hardly seen. Instead: replace `mad_arch.make_csf` by one that transposes its result again, or cut squares
# out.
#
# Versions: pyiqa 0.1.16, torch 2.13.0, torchvision 0.28.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30
# November 2026.
#
# Run: bash findings/pyiqa_mad_filter_is_scrambled_unless_square.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 torchvision==0.28.0 numpy==2.4.6 \
    scipy==1.17.1 opencv-python-headless==5.0.0.93 pillow==13.0.0 huggingface_hub==2.4.0 requests tqdm pyyaml
./env/bin/python -m pip install --quiet --disable-pip-version-check --no-deps pyiqa==0.1.16
./env/bin/python -W ignore - <<'EOF'
import logging
import sys

import numpy as np
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

logging.disable(logging.CRITICAL)
import pyiqa  # noqa: E402
from pyiqa.archs import mad_arch  # noqa: E402

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def batch(plane):
    """Return a gray picture of 0..1 (height, width) as float32 (1, 3, height, width)."""
    return torch.as_tensor(plane, dtype=torch.float32).repeat(1, 3, 1, 1)


def defined(rows, columns, per_degree):
    """Return the filter (rows, columns) of the authors' code: both frequencies in cycles per picture width."""
    down, right = (np.arange(size) - (size - 1) / 2 for size in (rows, columns))
    place = (right[None] + 1j * down[:, None]) / columns * 2 * per_degree
    radius = np.abs(place) / (0.15 * np.cos(4 * np.angle(place)) + 0.85)
    gain = 2.6 * (0.0192 + 0.114 * radius) * np.exp(-((0.114 * radius) ** 1.1))
    return np.where(radius < 7.8909, 0.9809, gain)


print("pyiqa", pyiqa.__version__, "torch", torch.__version__, "torchvision", torchvision.__version__)
metric = pyiqa.create_metric("mad", device="cpu")
own = mad_arch.make_csf
for shape in ((128, 128), (120, 160), (96, 160), (360, 640), (640, 360)):
    used, right = own(*shape, 32).reshape(shape), defined(*shape, 32)  # as `hi_index` reshapes it
    turned = own(*shape, 32).T
    off, lopsided = np.abs(used - right).max(), np.abs(used - used[::-1]).max()
    middle = used[shape[0] // 2, shape[1] // 2], right[shape[0] // 2, shape[1] // 2]
    print(f"{shape}: up to {off:.2f} off, upside down {lopsided:.2f}; at frequency 0 {middle[0]:.2f}, {middle[1]:.2f}")
    still(f"{shape}: transposed again it is the defined one", np.abs(turned - right).max() < 1e-9)
    square = shape[0] == shape[1]
    still(f"{shape}: as defined if square, else over 0.8 off", off < 1e-9 if square else off > 0.8)
    still(f"{shape}: even in both directions only if square", lopsided < 1e-9 if square else lopsided > 0.5)
for shape in ((128, 128), (120, 160)):
    down, right = np.ogrid[: shape[0], : shape[1]]
    ground = 0.5 + 0.15 * np.sin(right / 9) * np.cos(down / 11)
    scores = {}
    for direction, place in (("upright", right), ("lying", down)):
        waves = ground + 0.06 * np.sin(2 * np.pi * place / 3)
        for which, made in (("own", own), ("defined", defined)):
            mad_arch.make_csf = made
            detected = mad_arch.hi_index(255 * batch(ground)[:, :1], 255 * batch(waves)[:, :1])
            scores[direction, which] = float(metric(batch(waves), batch(ground))), float(detected)
        mad_arch.make_csf = own
        values = ["MAD %.1f (HI %.0f)" % scores[direction, which] for which in ("own", "defined")]
        print(f"{shape}, {direction} waves: {values[0]}; with the defined filter {values[1]}")
    upright, lying = ([scores[each, which] for which in ("own", "defined")] for each in ("upright", "lying"))
    if shape[0] == shape[1]:
        same = max(abs(each[0][0] - each[1][0]) for each in (upright, lying))
        still(f"{shape}: MAD is that with the defined filter", same < 0.1)
        still(f"{shape}: HI of both directions is equal to 2 %", abs(upright[0][1] / lying[0][1] - 1) < 0.02)
    else:
        still(f"{shape}: HI of upright waves is over 3 times too high", upright[0][1] > 3 * upright[1][1])
        still(f"{shape}: HI of lying waves is over 10 times too low", lying[0][1] < lying[1][1] / 10)
        still(f"{shape}: MAD of upright waves is over 5 times that of lying ones", upright[0][0] > 5 * lying[0][0])
        still(f"{shape}: with the defined filter it is less than that", upright[1][0] < lying[1][0])

sys.exit(bool(changed))
EOF
