#!/usr/bin/env bash
# torch: on a CPU, fused optimisers step through weight, gradient and moments in memory order, whatever their layouts.
#
# With `fused=True`, SGD, Adam, AdamW and Adagrad walk the weight, its gradient and its running averages side by side as
# they lie in memory. If one of them is channels_last and another is not, each number meets the wrong partner: a
# gradient of 0..23, set on a zero weight of channels_last, should give -0..-23 by SGD and gives another order. That
# comes about in training when the network is moved to channels_last after its first steps, or when a checkpoint of a
# network that was not in channels_last is gone on with in one that is (`load_state_dict` keeps the layout of the
# averages): there is no error, and after 20 steps a small network has weights that are up to 0.14 off, and by SGD a
# loss 17 % higher. `foreach=True` and the plain loop are right within rounding; CUDA's fused kernels refuse what
# differs in layout with an error (pytorch issue 106951).
#
# Who is bitten: whoever turns on channels_last to train faster on a CPU, and resumes.
#
# Versions: torch 2.13.0 (CPU), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_fused_optimizers_mix_up_channels_last.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import copy
import sys

import torch
from torch import nn

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


WAYS = {"loop": {"foreach": False}, "foreach": {"foreach": True}, "fused": {"fused": True}}


def network(layout):
    torch.manual_seed(0)
    made = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 3, 3, padding=1)).double()
    return made.to(memory_format=layout)


def train(model, optimizer, steps=20):
    frames = torch.randn(4, 3, 12, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(frames) - frames.roll(1, -1)) ** 2).mean()
        loss.backward()
        optimizer.step()
    return loss.item()


def trained(rule, options, change):
    """Train for twice 20 steps, with a change of layout between; return the loss and all weights."""
    model = network(torch.contiguous_format)
    optimizer = rule(model.parameters(), lr=0.01, **options)
    train(model, optimizer)
    if change == "moved":
        model.to(memory_format=torch.channels_last)
    elif change == "resumed":
        weights, averages = copy.deepcopy(model.state_dict()), copy.deepcopy(optimizer.state_dict())
        model = network(torch.channels_last)
        model.load_state_dict(weights)
        optimizer = rule(model.parameters(), lr=0.01, **options)
        optimizer.load_state_dict(averages)
    loss = train(model, optimizer)
    return loss, torch.cat([weight.detach().flatten() for weight in model.parameters()])


print("torch", torch.__version__)
for name, way in WAYS.items():
    weight = nn.Parameter(torch.zeros(2, 3, 2, 2).contiguous(memory_format=torch.channels_last))
    weight.grad = torch.arange(24.0).reshape(2, 3, 2, 2)
    torch.optim.SGD([weight], lr=1.0, **way).step()
    print(f"SGD, {name}: the first filter is {(-weight[0].detach()).flatten().int().tolist()}")
    right = torch.equal(weight.detach(), -weight.grad)
    wrong = name == "fused"
    still(f"SGD, {name}: in {'another order than' if wrong else 'the order of'} the gradient", right != wrong)

for rule, more in (
    (torch.optim.SGD, {"momentum": 0.9}),
    (torch.optim.Adam, {}),
    (torch.optim.AdamW, {}),
    (torch.optim.Adagrad, {}),
):
    for change in (None, "moved", "resumed"):
        loss, truth = trained(rule, {**more, **WAYS["loop"]}, None)
        for name, way in WAYS.items():
            found, weights = trained(rule, {**more, **way}, change)
            off = (weights - truth).abs().max().item()
            title = f"{rule.__name__}, {name}, {change or 'one layout'}"
            print(f"{title}: loss {found:.4f} of {loss:.4f}, weights {off:.1e} off")
            wrong = name == "fused" and change is not None
            still(f"{title}: {'over 0.03 off' if wrong else 'right'}", off > 0.03 if wrong else off < 1e-12)

sys.exit(bool(changed))
EOF
