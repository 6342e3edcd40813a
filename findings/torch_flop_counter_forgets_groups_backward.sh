#!/usr/bin/env bash
# torch: FlopCounterMode counts the gradients of a depthwise convolution of 256 channels 257 times instead of twice.
#
# The gradients of a convolution for its input and its weight cost as much as its forward pass each, so that a training
# step is three forward passes. `torch.utils.flop_counter.FlopCounterMode` says so of plain convolutions; with `groups`
# it counts the forward pass rightly and the weight's gradient as if there were no groups: `groups + 1` forward passes
# instead of 2; as 64 convolutions of one channel each, the same function is counted rightly. A training step of a block
# of ConvNeXt, a depthwise convolution and two pointwise ones, is counted nearly three times too high.
#
# Who is bitten: whoever compares training costs of generators by counted operations, or derives a GPU's utilisation.
#
# Versions: torch 2.13.0 (CPU), numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_flop_counter_forgets_groups_backward.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def counted(network, channels):
    """Return the operations counted forward and backward, for maps of 16 x 16."""
    maps = torch.randn(1, channels, 16, 16, requires_grad=True)
    with FlopCounterMode(display=False) as forward:
        loss = network(maps).sum()
    with FlopCounterMode(display=False) as backward:
        loss.backward()
    return forward.get_total_flops(), backward.get_total_flops()


def one_group_each(channels):
    """Return the same function as a depthwise convolution, as plain convolutions of one channel."""
    parts = nn.ModuleList(nn.Conv2d(1, 1, 3, padding=1) for _ in range(channels))
    return lambda maps: torch.cat([part(maps[:, i : i + 1]) for i, part in enumerate(parts)], dim=1)


print("torch", torch.__version__)
for kind in (nn.Conv2d, nn.ConvTranspose2d):
    for channels, groups in ((64, 1), (64, 4), (8, 8), (64, 64), (256, 256)):
        forward, backward = counted(kind(channels, channels, 3, padding=1, groups=groups), channels)
        by_hand = 2 * channels * (channels // groups) * 9 * 16 * 16
        title = f"{kind.__name__}, {channels} channels, {groups} groups"
        print(f"{title}: forward {forward} (by hand {by_hand}), backward {backward} = {backward / forward:.0f} forward")
        still(f"{title}: forward is right", forward == by_hand)
        still(f"{title}: backward is {groups + 1} forward passes", backward == (groups + 1) * forward)
forward, backward = counted(one_group_each(64), 64)
print(f"64 convolutions of one channel each: forward {forward}, backward {backward / forward:.0f} forward")
still("64 convolutions of one channel each: backward is 2 forward passes", backward == 2 * forward)
for channels in (64, 256):
    depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
    wide, narrow = nn.Conv2d(channels, 4 * channels, 1), nn.Conv2d(4 * channels, channels, 1)
    block = nn.Sequential(depthwise, wide, nn.GELU(), narrow)
    forward, backward = counted(block, channels)
    passes = (forward + backward) / forward
    print(f"a block of {channels} channels: a step is counted as {passes:.1f} forward passes")
    still(f"a block of {channels} channels: over 8 forward passes, not 3", passes > 8)

sys.exit(bool(changed))
EOF
