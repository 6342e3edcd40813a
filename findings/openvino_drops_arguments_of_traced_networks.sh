#!/usr/bin/env bash
# OpenVINO: converting a traced network drops the `beta` of softplus, the `decimals` of round, the `correction` of var.
#
# `openvino.convert_model(network, example_input=...)` makes one operation of each of these calls and leaves the
# argument out, without an error or a warning: softplus(0, beta=5) is 0.693, its value for beta=1, where torch gives
# 0.139, and a softplus of beta 0.1 is off by 6.2; rounding to one decimal rounds to whole numbers; a variance or
# standard deviation with `correction=3` is that with 1. Converted from `torch.export.export(...)` instead, softplus is
# right, and the other two are refused with an error.
#
# Who is bitten: the softplus of a GAN's losses, of StyleGAN-like networks and of predicted variances is sharpened or
# smoothed by `beta`; metrics and quantisers round to a step. What is converted runs, and gives other numbers.
#
# Versions: openvino 2026.4.1, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/openvino_drops_arguments_of_traced_networks.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
# openvino needs packaging for what torch.export gives, and does not say so
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 torch==2.13.0 packaging==26.3 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
import warnings

import numpy as np
import openvino
import torch
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class Call(torch.nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def converted(function, x, exported):
    """Return what OpenVINO computes, and the warnings of the conversion; None for a refusal."""
    network = Call(function).eval()
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            if exported:
                model = openvino.convert_model(torch.export.export(network, (x,)))
            else:
                model = openvino.convert_model(network, example_input=x)
        except openvino.frontend.OpConversionFailure:
            return None, []
    compiled = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    told = [str(one.message) for one in heard if any(word in str(one.message) for word in ("softplus", "round", "var"))]
    return compiled(x.numpy())[0], told


print("openvino", openvino.__version__, "torch", torch.__version__)
x = torch.linspace(-2, 2, 9)
exact = x.double().numpy()
cases = (
    ("softplus, beta=5", lambda x: F.softplus(x, beta=5), np.log1p(np.exp(5 * exact)) / 5, F.softplus),
    ("softplus, beta=0.1", lambda x: F.softplus(x, beta=0.1), np.log1p(np.exp(exact / 10)) * 10, F.softplus),
    ("round, decimals=1", lambda x: torch.round(x, decimals=1), np.round(exact, 1), torch.round),
    ("var, correction=3", lambda x: x.var(0, correction=3), exact.var() * 9 / 6, lambda x: x.var(0)),
    ("std, correction=2", lambda x: x.std(0, correction=2), np.sqrt(exact.var() * 9 / 7), lambda x: x.std(0)),
)
for name, function, truth, without in cases:
    still(f"{name}: torch is right", np.allclose(function(x), truth, atol=1e-6))
    found, told = converted(function, x, exported=False)
    place = ... if found.ndim == 0 else 3
    print(f"{name}: by hand {truth[place] if found.ndim else truth:.4f}, traced and converted {found[place]:.4f}")
    still(f"{name}: traced, it is as without the argument", np.allclose(found, without(x), atol=1e-5))
    still(f"{name}: traced, it is off by over 0.1", float(np.abs(found - truth).max()) > 0.09)
    still(f"{name}: no warning names it", not told)
    found, _ = converted(function, x, exported=True)
    if "softplus" in name:
        still(f"{name}: exported, it is right", found is not None and np.allclose(found, truth, atol=1e-5))
    else:
        still(f"{name}: exported, it is refused", found is None)

sys.exit(bool(changed))
EOF
