#!/usr/bin/env bash
# ExecuTorch: with XNNPACK, a bilinear `interpolate` by a factor is done by another one; its own kernels do it rightly.
#
# By `scale_factor=0.55` ten columns become five, and PyTorch puts new column x at (x + 0.5) / 0.55 - 0.5 of the old
# ones, as its documentation says of `recompute_scale_factor`: the given factor counts, not the ratio of the sizes. What
# goes to XNNPACK keeps only the sizes, and there it is (x + 0.5) * 10 / 5 - 0.5. A ramp 0 to 9 ends with 8.5 instead of
# 7.68; of 100 columns by 0.557 the last one is 1.2 pixels elsewhere, and a picture of noise is off by more than
# its standard deviation. Where the factor gives a whole number of columns, with `recompute_scale_factor=True`, and with
# ExecuTorch's portable kernels, all agree. NumPy, from both formulas, tells which is which. Lowering reports nothing.
#
# Who is bitten: pyramids of flow and decoders with odd factors on telephones, where XNNPACK is the usual backend: what
# was trained at one place is read at another. Instead: `size=` in training too, or `recompute_scale_factor=True`.
#
# Versions: executorch 1.5.1, torch 2.13.0, torchao 0.18.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 30 November 2026.
#
# Run: bash findings/executorch_xnnpack_resizes_by_another_factor.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    executorch==1.5.1 torch==2.13.0 torchao==0.18.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import logging
import sys
from importlib.metadata import version

import numpy as np
import torch
from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
from executorch.exir import to_edge, to_edge_transform_and_lower
from executorch.runtime import Runtime
from torch import nn

logging.disable(logging.CRITICAL)
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def ran(program, picture):
    made = program.to_executorch()
    kinds = {delegate.id for delegate in made.executorch_program.execution_plan[0].delegates}
    method = Runtime.get().load_program(made.buffer).load_method("forward")
    return method.execute([picture])[0].clone(), kinds


def linear(size, new, factor):
    """The weights of `size` old places for each of the new ones, by the factor."""
    place = np.clip((np.arange(new) + 0.5) / factor - 0.5, 0, size - 1)[:, None]
    return np.maximum(1 - np.abs(place - np.arange(size)), 0), place[:, 0]


print("executorch", version("executorch"), "torch", torch.__version__, "numpy", np.__version__)
torch.manual_seed(0)
for columns, factor, again in (
    (10, 0.55, False),
    (100, 0.557, False),
    (33, 1.7, False),
    (10, 0.55, True),
    (100, 0.5, False),
):
    name = f"{columns} by {factor}" + (", recomputed" if again else "")
    picture = torch.randn(1, 1, columns, columns)
    layer = nn.Upsample(scale_factor=factor, mode="bilinear", recompute_scale_factor=again).eval()
    wanted = layer(picture)
    new = wanted.shape[-1]
    exported = torch.export.export(layer, (picture,))
    portable, none = ran(to_edge(exported), picture)
    lowered, kinds = ran(to_edge_transform_and_lower(exported, partitioner=[XnnpackPartitioner()]), picture)
    by_factor, places = linear(columns, new, new / columns if again else factor)
    by_sizes, others = linear(columns, new, new / columns)
    numbers = picture[0, 0].double().numpy()
    truth = torch.from_numpy(by_factor @ numbers @ by_factor.T)
    another = torch.from_numpy(by_sizes @ numbers @ by_sizes.T)
    off, apart = float((lowered - truth).abs().max()), float(np.abs(places - others).max())
    print(f"{name}: {new} columns, places up to {apart:.2f} apart; XNNPACK off by {off:.2f}")
    still(f"{name}: PyTorch is as defined", torch.allclose(wanted[0, 0].double(), truth, atol=1e-4))
    still(f"{name}: portable kernels are as PyTorch", torch.allclose(portable, wanted, atol=1e-4) and not none)
    still(f"{name}: XNNPACK takes the ratio of the sizes", torch.allclose(lowered[0, 0].double(), another, atol=1e-4))
    still(f"{name}: it was XNNPACK", kinds == {"XnnpackBackend"})
    still(f"{name}: {'right' if again or factor == 0.5 else 'wrong'}", (off < 1e-4) == (again or factor == 0.5))
ramp = torch.arange(10.0).expand(1, 1, 10, 10).contiguous()
layer = nn.Upsample(scale_factor=0.55, mode="bilinear").eval()
found, _ = ran(
    to_edge_transform_and_lower(torch.export.export(layer, (ramp,)), partitioner=[XnnpackPartitioner()]), ramp
)
right = layer(ramp)[0, 0, 0]
for who, row in (("XNNPACK", found[0, 0, 0]), ("PyTorch", right)):
    print(f"a ramp by 0.55, {who}: {[round(value, 2) for value in row.tolist()]}")
still("it ends with 8.5, by PyTorch with 7.68", abs(found[0, 0, 0, -1] - 8.5) < 1e-4 and abs(right[-1] - 7.6818) < 1e-3)

sys.exit(bool(changed))
EOF
