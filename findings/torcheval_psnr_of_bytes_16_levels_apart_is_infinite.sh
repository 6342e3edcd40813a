#!/usr/bin/env bash
# TorchEval: the PSNR of 8-bit pictures that are 16 or 32 levels apart is infinite, as if they were equal.
#
# The squared differences are computed in the type of the tensors, and in uint8 both the difference and its square keep
# their last 8 bits: 16 is squared to 0, 20 to 144 instead of 400. So PSNR is infinite for 16, 32 and 48 levels, and
# better for 20 levels (26.5 dB) than for 15 (24.6 dB); of noise of up to 40 levels it is 7.3 dB too good. With the
# range taken from the pictures the function squares that in uint8 too: one level scores 22.5 instead of 46.0 dB.
# It documents tensors without a type and gives no warning, function and class alike. `mean_squared_error` is the same.
# As floats the same pictures give what NumPy does from the definition.
#
# Who is bitten: whoever evaluates decoded or stored frames, which are bytes: a bad prediction can score best of all.
# Instead: `.float()` before it.
#
# Versions: torcheval 0.0.7, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/torcheval_psnr_of_bytes_16_levels_apart_is_infinite.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torcheval==0.0.7 torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import math
import sys
from importlib.metadata import version

import numpy as np
import torch
from torcheval.metrics import PeakSignalNoiseRatio
from torcheval.metrics.functional import mean_squared_error, peak_signal_noise_ratio

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_definition(given, wanted, wrapped=False):
    """The PSNR in dB by NumPy, of bytes of full range."""
    square = (given.numpy().astype(np.int64) - wanted.numpy()) ** 2
    mean = (square % 256 if wrapped else square).mean()
    return 10 * math.log10(255**2 / mean) if mean else math.inf


def by_class(given, wanted):
    metric = PeakSignalNoiseRatio(data_range=255.0)
    metric.update(given, wanted)
    return float(metric.compute())


print("torcheval", version("torcheval"), "torch", torch.__version__)
torch.manual_seed(0)
wanted = torch.randint(0, 200, (1, 3, 64, 64), dtype=torch.uint8)
noisy = (wanted.int() + torch.randint(-40, 41, wanted.shape)).clamp(0, 255).byte()
scores = {}
for name, given in {**{levels: wanted + levels for levels in (1, 15, 16, 20, 32, 48)}, "noise": noisy}.items():
    scores[name] = float(peak_signal_noise_ratio(given, wanted, 255.0))
    floats = float(peak_signal_noise_ratio(given.float(), wanted.float(), 255.0))
    truth = by_definition(given, wanted)
    print(f"{name} apart: {scores[name]:.2f} dB of bytes, {floats:.2f} of floats, {truth:.2f} by NumPy")
    still(f"{name}: floats are right", math.isclose(floats, truth, rel_tol=1e-5))
    of_bytes = by_definition(given, wanted, wrapped=True)
    still(f"{name}: bytes are of wrapped squares", math.isclose(scores[name], of_bytes, rel_tol=1e-5))
    still(f"{name}: the class says the same", math.isclose(by_class(given, wanted), scores[name], rel_tol=1e-5))
still("16, 32 and 48 levels apart: infinite", all(math.isinf(scores[levels]) for levels in (16, 32, 48)))
still("20 levels apart: better than 15", scores[20] > scores[15] + 1.5)
still("noise: over 7 dB too good", scores["noise"] > by_definition(noisy, wanted) + 7)
unknown = float(peak_signal_noise_ratio(wanted + 1, wanted))
truth = 20 * math.log10(int(wanted.max()) - int(wanted.min()))
print(f"1 apart, range from the picture: {unknown:.2f} dB, by definition {truth:.2f}")
still("the range is squared in bytes: over 20 dB less", unknown < truth - 20)
flat = wanted.flatten()
still("the mean squared error of 16 levels is 0", float(mean_squared_error(flat + 16, flat)) == 0)
still("of floats it is 256", float(mean_squared_error((flat + 16).float(), flat.float())) == 256)

sys.exit(bool(changed))
EOF
