#!/usr/bin/env bash
# torch.nn.utils.parametrize.cached: a look without gradients leaves the weight without gradients for the whole block.
#
# Within `with parametrize.cached():` a parametrised weight (spectral norm, weight norm, orthogonal) is computed at its
# first use and kept. If that first use is under `torch.no_grad()`, what is kept has no graph, and every later use in
# the block takes it: the backward pass raises nothing, the bias learns, the weight's gradient stays None and optimisers
# pass over it. In the other order all is well. `requires_grad` of the output is True in both, since the bias has one.
#
# Who is bitten: adversarial training with a spectrally normalised discriminator, whose step looks at the real clips
# without gradients (for an accuracy, a relativistic game, an augmentation's strength) before it learns: with the cache,
# which is there to save time, its biases learn alone.
#
# Versions: torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_parametrize_cache_keeps_no_grad.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from contextlib import nullcontext

import torch
from torch.nn.utils import parametrizations, parametrize

NORMS = {
    "spectral norm": parametrizations.spectral_norm,
    "weight norm": parametrizations.weight_norm,
    "orthogonal": parametrizations.orthogonal,
}
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def learning(norm, cached, looks_first):
    """Return whether weight and bias get a gradient, where the layer is looked at without gradients before or after."""
    torch.manual_seed(0)
    layer = norm(torch.nn.Linear(6, 6))
    with parametrize.cached() if cached else nullcontext():
        if looks_first:
            with torch.no_grad():
                layer(torch.ones(2, 6))
        output = layer(torch.rand(2, 6)).square().sum()
        if not looks_first:
            with torch.no_grad():
                layer(torch.ones(2, 6))
    output.backward()
    gradients = {name: parameter.grad is not None for name, parameter in layer.named_parameters()}
    return any(there for name, there in gradients.items() if name != "bias"), gradients["bias"]


print("torch", torch.__version__)
for title, norm in NORMS.items():
    still(f"{title}: without the cache, weight and bias learn", learning(norm, False, True) == (True, True))
    still(f"{title}: with it, looked at afterwards, both learn", learning(norm, True, False) == (True, True))
    still(f"{title}: with it, looked at before, the bias learns alone", learning(norm, True, True) == (False, True))

sys.exit(bool(changed))
EOF
