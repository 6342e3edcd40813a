#!/usr/bin/env bash
# torchmetrics: without data_range, the SSIM of one pair of images depends on the others in its batch.
#
# `structural_similarity_index_measure` is said to determine a missing `data_range` "from the image". It takes it from
# the whole batch: with `reduction="none"`, a dark pair scores 0.75 alone, and 0.99 beside a bright one, to which
# nothing was done but to share the call. Batch size, shuffling and the last, smaller batch change the mean. With
# `data_range=1.0` each pair has one score. A pair of black images scores nan alone, and 1 beside any other.
#
# Who is bitten: tables whose numbers were computed with another batch size.
#
# Versions: torchmetrics 1.9.0, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 27 November 2026.
#
# Run: bash findings/torchmetrics_ssim_depends_on_the_batch.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torchmetrics==1.9.0 torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import torch
import torchmetrics
from torchmetrics.functional.image import structural_similarity_index_measure as ssim

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def scores(first, second, **options):
    return [round(float(score), 4) for score in ssim(first, second, reduction="none", **options)]


print("torchmetrics", torchmetrics.__version__, "torch", torch.__version__)
rows, columns = torch.meshgrid(torch.linspace(0, 3, 96), torch.linspace(0, 4, 128), indexing="ij")
bright = (0.5 + 0.5 * torch.sin(3 * rows) * torch.cos(2 * columns)).expand(1, 3, 96, 128)
noisy = (bright + 0.05 * torch.sin(9999 * rows * columns)).clamp(0, 1)
dark, dark_noisy, black = bright / 10, noisy / 10, torch.zeros_like(bright)
both = torch.cat([dark, bright]), torch.cat([dark_noisy, noisy])
alone, beside = scores(dark, dark_noisy)[0], scores(*both)[0]
print("the dark pair alone:", alone, "beside a bright one:", beside)
still("alone and beside a bright pair, over 0.1 apart", beside - alone > 0.1)
given = scores(dark, dark_noisy, data_range=1.0)[0], scores(*both, data_range=1.0)[0]
print("with data_range=1.0:", given)
still("with data_range, the same score", given[0] == given[1])
with_black = scores(torch.cat([black, bright]), torch.cat([black, noisy]))[0]
print("two black images alone:", scores(black, black)[0], "beside a bright pair:", with_black)
still("black: nan alone, 1 beside others", scores(black, black)[0] != scores(black, black)[0] and with_black == 1)

sys.exit(bool(changed))
EOF
