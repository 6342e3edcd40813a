#!/usr/bin/env bash
# PyTorch on CPUs: the weight gradient of a dilated depthwise convolution, in bfloat16 and channels last, adds up memory
# that nothing was written to.
#
# Expected is the gradient in double precision, to within the half percent of bfloat16. With `groups` equal to the
# channels and a dilation above 1, the gradient of the weights holds what happened to be in memory: usually right,
# as fresh memory is zero, then off by a little or by a lot, and now and then nan, in a run that cannot be repeated. To
# see it every time, the C library is asked to fill memory before it is handed out (MALLOC_PERTURB_, of glibc): filled
# with 0x7f, the largest weight gradient is off by 1e37. The same convolution without dilation, in contiguous memory, or
# in single precision is right under the same filling, and so is the gradient of the input. Nothing is reported.
#
# Who is bitten: networks with large kernels made of small ones (VAN, SimVP's gated attention, dilated depthwise stages)
# that are trained by autocast on processors with bfloat16: training goes well for hours, then a loss is nan. Instead:
# single precision for those layers, or contiguous maps.
#
# Versions: torch 2.13.0 (CPU), numpy 2.4.6; seen on Linux x86_64 with Python 3.11 and an Intel Xeon with bfloat16 in its
# matrix units, 30 November 2026. Processors without bfloat16 take another way: there, nothing can be tried.
#
# Run: bash findings/torch_bf16_dilated_depthwise_gradient_is_unwritten_memory.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
grep -q amx_bf16 /proc/cpuinfo || { echo "this processor has no amx_bf16: nothing can be tried"; exit 1; }
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
MALLOC_PERTURB_=128 ./env/bin/python -W ignore - <<'EOF'
import sys

import torch
from torch import nn

print("torch", torch.__version__)
MAPS = torch.randn(8, 64, 32, 32, generator=torch.Generator().manual_seed(0))


def gradients(side, dilation, groups, dtype, layout):
    """Return the gradients of weights and input for the mean square of the output."""
    torch.manual_seed(1)
    layer = nn.Conv2d(64, 64, side, padding=dilation * (side // 2), dilation=dilation, groups=groups)
    layer = layer.to(dtype=dtype, memory_format=layout)
    maps = MAPS.to(dtype=dtype, memory_format=layout, copy=True).requires_grad_()
    layer(maps).double().square().mean().backward()
    return layer.weight.grad.double(), maps.grad.double()


def off(side, dilation, groups, dtype, layout):
    """Return how far gradients of weights and input are from those in double precision, as shares of the largest."""
    pairs = zip(
        gradients(side, dilation, groups, dtype, layout),
        gradients(side, dilation, groups, torch.float64, torch.contiguous_format),
    )
    return [float((found - right).abs().max() / right.abs().max()) for found, right in pairs]


changed = []
print("side dilation groups type     layout         weights  input")
for side, dilation, groups, dtype, layout in (
    (3, 3, 64, torch.bfloat16, torch.channels_last),
    (7, 3, 64, torch.bfloat16, torch.channels_last),
    (3, 1, 64, torch.bfloat16, torch.channels_last),
    (7, 1, 64, torch.bfloat16, torch.channels_last),
    (3, 3, 64, torch.bfloat16, torch.contiguous_format),
    (7, 3, 64, torch.bfloat16, torch.contiguous_format),
    (3, 3, 1, torch.bfloat16, torch.channels_last),
    (3, 3, 64, torch.float32, torch.channels_last),
    (7, 3, 64, torch.float32, torch.channels_last),
):
    weights, maps = off(side, dilation, groups, dtype, layout)
    kind, place = str(dtype).removeprefix("torch."), str(layout).removeprefix("torch.")
    print(f"{side:4} {dilation:8} {groups:6} {kind:8} {place:17} {weights:8.1e} {maps:8.1e}")
    unwritten = dilation > 1 and groups > 1 and dtype is torch.bfloat16 and layout is torch.channels_last
    if (weights > 1e30) is not unwritten or (not unwritten and weights > 0.02) or maps > 0.02:
        changed.append((side, dilation, groups, kind, place))
if changed:
    sys.exit(f"changed: {changed}")
print("as written: only dilated, depthwise, in bfloat16 and channels last adds up what memory held before")
EOF
