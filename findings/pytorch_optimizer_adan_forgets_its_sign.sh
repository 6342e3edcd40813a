#!/usr/bin/env bash
# pytorch_optimizer: Adan with `maximize=True` is another way than Adan that minimizes the negative, from step 2 on.
#
# To maximize f is to minimize -f, and each step ought to be the same. Adan also looks at how the gradient changed since
# the last step, and its first change is 0. With `maximize=True` the first gradient is stored before its sign is turned
# and subtracted after: the first change is twice the gradient, and stays in the averages. Of a growing gradient the
# second step is 3 % shorter, and after six steps the parameters are 0.008 apart, 8 % of a step. With `maximize=False`
# all steps are those of the paper, computed here by hand. Adam, AdaBelief and Lion of the same library are the same
# both ways. Besides, with `foreach=False` a step leaves `p.grad` with its sign turned, also when it minimizes.
#
# Who is bitten: adversaries, ascent on a score, attacks, and GANs whose second player maximizes. Instead: minimize the
# negative.
#
# Versions: pytorch_optimizer 4.1.0, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/pytorch_optimizer_adan_forgets_its_sign.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    pytorch_optimizer==4.1.0 torch==2.13.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import pytorch_optimizer
import torch

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


start, first = torch.tensor([1.0, -2.0, 3.0]), torch.tensor([0.5, 1.0, -2.0])


def way(name, sign, **options):
    """Return where six steps lead by gradients that grow, times a sign, and the last gradient after its step."""
    parameter = torch.nn.Parameter(start.clone())
    optimizer = getattr(pytorch_optimizer, name)([parameter], lr=0.1, **options)
    places = []
    for step in range(6):
        parameter.grad = sign * first * (1 + 0.3 * step)
        optimizer.step()
        places.append(parameter.detach().clone())
    return torch.stack(places), parameter.grad


def by_the_paper(one, two, three):
    """Return the same way by Adan's definition."""
    place, last, places = start.clone(), None, []
    mean = change = square = torch.zeros(3)
    for step in range(1, 7):
        gradient = first * (1 + 0.3 * (step - 1))
        difference = torch.zeros(3) if last is None else gradient - last
        mean = one * mean + (1 - one) * gradient
        change = two * change + (1 - two) * difference
        square = three * square + (1 - three) * (gradient + two * difference) ** 2
        move = mean / (1 - one**step) + two * change / (1 - two**step)
        place = place - 0.1 * move / ((square / (1 - three**step)).sqrt() + 1e-8)
        last = gradient
        places.append(place)
    return torch.stack(places)


print("pytorch_optimizer", version("pytorch_optimizer"), "torch", torch.__version__)
for foreach in (False, True):
    down, gradient = way("Adan", 1, foreach=foreach)
    up, _ = way("Adan", -1, foreach=foreach, maximize=True)
    print(f"foreach={foreach}: minimizing", [round(v, 4) for v in down[:, 0].tolist()])
    print("    maximizing the negative", [round(v, 4) for v in up[:, 0].tolist()])
    still("    minimizing is as in the paper", bool(torch.allclose(down, by_the_paper(0.98, 0.92, 0.99), atol=1e-5)))
    still("    the first step is the same both ways", bool(torch.allclose(up[0], down[0], atol=1e-6)))
    steps = (up[1] - up[0]) / (down[1] - down[0])
    print("    the second step is", [round(v, 3) for v in steps.tolist()], "times as long")
    still("    the second is 3 % shorter", bool(((steps - 0.968).abs() < 0.005).all()))
    still("    after six they are over 0.007 apart", bool(((up[-1] - down[-1]).abs() > 0.007).all()))
    still("    the gradient after a step", bool(torch.allclose(gradient, first * (2.5 if foreach else -2.5))))
for name in ("Adam", "AdaBelief", "Lion"):
    down, _ = way(name, 1)
    up, _ = way(name, -1, maximize=True)
    still(f"{name} is the same both ways", bool(torch.allclose(down, up, atol=1e-6)))

sys.exit(bool(changed))
EOF
