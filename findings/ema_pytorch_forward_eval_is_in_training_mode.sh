#!/usr/bin/env bash
# ema-pytorch: `forward_eval` runs the averaged network in training mode, and changes what it has learned.
#
# It is meant for looking at the average: "handy function for invoking ema model with no grad + eval". The average is a
# copy of the network in training, so it is in training mode, and `forward_eval` notes that mode, runs the network, and
# sets the mode again, without ever calling `eval()`. So dropout drops: two calls on the same input differ, and with a
# rate of 0.5 half of all outputs are 0. Batch norm uses the mean of the batch, so that a picture's result depends on
# the others, and each look moves the running statistics: ten looks at brighter pictures change what the average gives
# afterwards in eval mode. Gradients alone are switched off as said.
#
# Who is bitten: whoever scores or samples by it during training: random scores, and an average that learns from the
# validation pictures. Instead: `ema.eval()` before, which it keeps; `ema.ema_model.train()` puts it back.
#
# Versions: ema-pytorch 0.8.3, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/ema_pytorch_forward_eval_is_in_training_mode.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check ema-pytorch==0.8.3 torch==2.13.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import copy
import sys
from importlib.metadata import version

import torch
from ema_pytorch import EMA

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def averaged(*layers):
    """The average of a network in training, after one update."""
    ema = EMA(torch.nn.Sequential(*layers).train())
    ema.update()
    return ema


def off(one, other):
    return float((one - other).abs().max())


@torch.no_grad()
def truth(ema, pictures):
    """What a copy of the average gives in eval mode."""
    return copy.deepcopy(ema.ema_model).eval()(pictures)


print("ema-pytorch", version("ema-pytorch"), "torch", torch.__version__)
torch.manual_seed(0)
pictures = torch.rand(8, 3, 16, 16)

ema = averaged(torch.nn.Conv2d(3, 64, 3), torch.nn.Dropout(0.5))
first, second, right = ema.forward_eval(pictures), ema.forward_eval(pictures), truth(ema, pictures)
zeros = float((first == 0).float().mean())
print(f"dropout: two calls are {off(first, second):.2f} apart, {zeros:.0%} of the outputs are 0")
still("two calls differ", off(first, second) > 0.5)
still("half of the outputs are dropped", abs(zeros - 0.5) < 0.02)
still("no output of eval mode is 0", bool((right != 0).all()))
still("gradients are off", not first.requires_grad)
ema.eval()
still("after `ema.eval()` it is right, twice", all(off(ema.forward_eval(pictures), right) == 0 for _ in range(2)))
ema.ema_model.train()
still("and wrong again in training mode", off(ema.forward_eval(pictures), right) > 0.5)

ema = averaged(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8))
before = truth(ema, pictures)
alone, among = ema.forward_eval(pictures[:1]), ema.forward_eval(torch.cat((pictures[:1], pictures[1:] + 3)))[:1]
print(f"batch norm: a picture alone and among brighter ones, {off(alone, among):.2f} apart")
still("a picture's result depends on the others", off(alone, among) > 1)
for _ in range(10):
    ema.forward_eval(pictures + 3)
after = truth(ema, pictures)
count = int(ema.ema_model[1].num_batches_tracked)
print(f"after {count} looks eval mode gives something {off(before, after):.2f} off")
still("each look moves the running statistics", count == 12)
still("eval mode gives something else afterwards", off(before, after) > 0.5)
kept = zip(ema.ema_model.parameters(), ema.model.parameters(), strict=True)
still("its parameters are the same", all(torch.equal(one, other) for one, other in kept))

sys.exit(bool(changed))
EOF
