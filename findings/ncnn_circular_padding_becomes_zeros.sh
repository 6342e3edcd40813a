#!/usr/bin/env bash
# ncnn: pnnx turns circular padding into padding by zeros, of `F.pad` without a word.
#
# ncnn pads by a constant, by repeated or by reflected pixels. `torch.nn.functional.pad(x, ..., mode="circular")` has no
# place there, and pnnx, ncnn's converter of PyTorch networks, writes a `Padding` without a type, which is the constant
# 0. It ends with success and says nothing; the middle file of its own (pnnx.param) still has mode=circular. The four
# borders of a panorama are black instead of going on at the other side. A convolution of padding_mode="circular"
# becomes one with zeros too, of which a line among many says "unsupported padding_mode circular", with exit status 0.
# Reflected and repeated padding are right.
#
# Who is bitten: networks for 360-degree video, for textures that tile and for periodic fields (weather, flows): at the
# seam they get a black neighbour.
#
# Versions: ncnn 1.0.20261020, pnnx 20261020, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/ncnn_circular_padding_becomes_zeros.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    ncnn==1.0.20261020 pnnx==20261020 torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys
from pathlib import Path

import ncnn
import numpy as np
import torch
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class Padded(torch.nn.Module):
    def __init__(self, mode):
        super().__init__()
        self.mode = mode

    def forward(self, x):
        return F.pad(x, (1, 2, 3, 1), mode=self.mode)


def by_ncnn(network, x):
    """Convert with pnnx; return ncnn's result and what the converter said."""
    torch.jit.trace(network, x).save("one.pt")
    command = [str(Path(sys.executable).parent / "pnnx"), "one.pt", "inputshape=[1,3,12,16]", "fp16=0"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    net = ncnn.Net()
    assert net.load_param("one.ncnn.param") == 0 and net.load_model("one.ncnn.bin") == 0
    extractor = net.create_extractor()
    given = x[0].numpy().copy()
    held = ncnn.Mat(given).clone()
    extractor.input("in0", held)
    status, found = extractor.extract("out0")
    assert status == 0
    return np.array(found)[None], done.stdout + done.stderr


torch.manual_seed(0)
print("ncnn", ncnn.__version__, "torch", torch.__version__)
x = torch.rand(1, 3, 12, 16) + 1
for mode in ("reflect", "replicate", "constant", "circular"):
    network = Padded(mode).eval()
    (found, said), right = by_ncnn(network, x), network(x).numpy()
    off = np.abs(found - right).max()
    print(f"pad, {mode}: {off:.2f} off at most")
    if mode != "circular":
        still(f"pad, {mode}: right", off < 1e-5)
        continue
    zeros = F.pad(x, (1, 2, 3, 1)).numpy()
    still("pad, circular: it is padded by zeros", np.abs(found - zeros).max() < 1e-5)
    told = [word for word in ("circular", "unsup", "warn", "ignore") if word in said.lower()]
    still("pad, circular: the converter says nothing of it", not told)
    still("pad, circular: its own middle file knows the mode", "mode=circular" in Path("one.pnnx.param").read_text())
convolution = torch.nn.Conv2d(3, 4, 3, padding=1, padding_mode="circular").eval()
with torch.no_grad():
    (found, said), right = by_ncnn(torch.nn.Sequential(convolution), x), convolution(x).numpy()
    zeros = F.conv2d(x, convolution.weight, convolution.bias, padding=1).numpy()
print(f"convolution: {np.abs(found - right).max():.2f} off at most")
still("convolution: as with zeros", np.abs(found - zeros).max() < 1e-4 and np.abs(found - right).max() > 0.2)
still("convolution: a line says so", "unsupported padding_mode circular" in said)

sys.exit(bool(changed))
EOF
