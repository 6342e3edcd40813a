#!/usr/bin/env bash
# ema-pytorch: averages with `update_every` above 1 (100 is the default) are of much older weights than asked for.
#
# `KarrasEMA` and `PostHocEMA` keep averages whose length is a share of all training: weights of step s count as
# s ** gamma, and `sigma_rel` (0.05 and 0.28 in the package's own example) sets gamma. `update_every` is "how often to
# actually update, to save on compute". A network whose weight is the share of training that is done shows where the
# average lies: with `sigma_rel=0.05` at 0.947, by definition and by the package for `update_every=1`. With 10, as in
# its example, it is 0.64, and with the default of 100 it is 0.15. One step in 10 or 100 is taken, and is given the
# factor that belongs to a single step, (1 - 1 / t) ** (gamma + 1), instead of that of all steps since the last one.
# `synthesize_ema_model` solves for averages of the right shape, and so has the same error. It is a plain
# power of t again, with (gamma + 1) / update_every in the place of gamma + 1.
#
# Who is bitten: whoever samples from such an average: it lags behind by a third or by five sixths of the training, and
# a sweep over `sigma_rel` says nothing. Instead: `update_every=1`; or `gamma = (g + 1) * update_every - 1` for the
# averages themselves.
#
# Versions: ema-pytorch 0.8.3, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/ema_pytorch_average_forgets_the_steps_it_skips.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check ema-pytorch==0.8.3 torch==2.13.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import inspect
import sys
import tempfile
from importlib.metadata import version

import numpy as np
import torch
from ema_pytorch import PostHocEMA
from ema_pytorch.post_hoc_ema import KarrasEMA

changed = []
STEPS = 4000


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def trained(make):
    """What `make` makes of a network whose one weight is the share of training that is done."""
    net = torch.nn.Linear(1, 1, bias=False).double()
    average = make(net)
    for step in range(1, STEPS + 1):
        net.weight.data.fill_(step / STEPS)
        average.update()
    return average


def weight(average):
    return average.ema_model.weight.item()


def defined(gamma):
    """The mean share of training of weights that count as step ** gamma."""
    steps = np.arange(1, STEPS + 1) / STEPS
    return float((steps**gamma * steps).sum() / (steps**gamma).sum())


print("ema-pytorch", version("ema-pytorch"), "torch", torch.__version__, "numpy", np.__version__)
default = inspect.signature(KarrasEMA).parameters["update_every"].default
still(f"`update_every` is {default} if it is not named", default == 100)
seen = {1: (0.947, 0.539), 10: (0.642, 0.105), 100: (0.150, 0.0115)}
for every, places in seen.items():
    with tempfile.TemporaryDirectory() as folder:
        averages = trained(
            lambda net, every=every, folder=folder: PostHocEMA(
                net,
                sigma_rels=(0.05, 0.28),
                update_every=every,
                checkpoint_every_num_steps=500,
                checkpoint_folder=folder,
                checkpoint_dtype=torch.float64,
            )
        )
        for sigma, average, place in zip((0.05, 0.28), averages.ema_models, places, strict=True):
            found, truth = weight(average), defined(average.gamma)
            short = (average.gamma + 1) / every
            name = f"sigma_rel {sigma}, every {every}"
            print(f"{name}: at {found:.3f} of the training, by definition at {truth:.3f}")
            still(f"{name}: {place}", abs(found - place) < 0.01)
            still(f"{name}: {'right' if every == 1 else 'wrong'}", (abs(found - truth) < 0.002) == (every == 1))
            still(f"{name}: as (gamma + 1) / {every} has it", abs(found - short / (short + 1)) < 0.02)
        made = averages.synthesize_ema_model(sigma_rel=0.15)
        found, truth = weight(made), defined(made.gamma)
        print(f"sigma_rel 0.15 made of both, every {every}: at {found:.3f}, by definition at {truth:.3f}")
        verdict = "right" if every == 1 else "wrong"
        still(f"made of both, every {every}: {verdict}", (abs(found - truth) < 0.01) == (every == 1))
        if every > 1:
            still(f"made of both, every {every}: far too old", found < 0.35)

for every in (10, 100):
    wide = trained(lambda net, every=every: KarrasEMA(net, gamma=18 * every - 1, update_every=every))
    print(f"every {every}, gamma made {every} times larger: at {weight(wide):.3f}, by definition at {defined(17):.3f}")
    still(f"every {every}: right with a larger gamma", abs(weight(wide) - defined(17)) < 0.03)

sys.exit(bool(changed))
EOF
