#!/usr/bin/env bash
# torch.onnx.export: interpolate by a factor of 0.6 takes its samples elsewhere, with antialias=True and with "nearest".
#
# By a `scale_factor`, torch computes where the samples lie from the factor itself (unless `recompute_scale_factor` is
# set): sample i of a picture made 0.6 times as wide lies at (i + 0.5) / 0.6 - 0.5. With `antialias=True` what is
# exported has the sizes only, and spreads the 9 samples of 16 pixels over all of them: on a ramp they are up to 0.9
# beside their places, and each is that of `size=9` instead. Without antialiasing the factor is exported.
# With mode "nearest" the factor becomes a float32, 0.60000002, with which 9 / 0.6 = 15 falls just below 15: of 38
# columns that are taken from 64, 6 are the one before the right one. So it is with 1.2 and 0.3; with 0.25, 0.5, 1.5 and
# 2 the float32 is exact, and the columns are right. No warning tells of either.
#
# Who is bitten: networks that make pyramids or feature maps by a factor, and labels or masks made smaller by "nearest".
#
# Versions: torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_onnx_resizes_by_another_factor.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import logging
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class Resize(torch.nn.Module):
    def __init__(self, **options):
        super().__init__()
        self.options = options

    def forward(self, x):
        return F.interpolate(x, **self.options)


def exported(network, x):
    """Return the middle row of what onnxruntime computes, and the warnings of the export that name the resizing."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        model = torch.onnx.export(network, (x,), dynamo=True, verbose=False).model_proto
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    told = [one for one in heard if any(word in str(one.message) for word in ("scale", "interpolate", "upsample"))]
    return session.run(None, {session.get_inputs()[0].name: x.numpy()})[0][0, 0, 1], told


logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)  # torchvision is missing
print("torch", torch.__version__, "onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
ramp = torch.arange(16.0).expand(1, 1, 4, 16).contiguous()
inside = slice(1, -1)
for mode in ("bilinear", "bicubic"):
    for antialias in (True, False):
        options = {"scale_factor": (1.0, 0.6), "mode": mode, "antialias": antialias}
        found, told = exported(Resize(**options), ramp)
        computed = F.interpolate(ramp, **options)[0, 0, 1].numpy()
        by_size = F.interpolate(ramp, size=(4, 9), mode=mode, antialias=antialias)[0, 0, 1].numpy()
        places = (np.arange(9) + 0.5) / 0.6 - 0.5
        name = f"{mode} by 0.6, antialias={antialias}"
        print(f"{name}: torch {np.array2string(computed, precision=2)}, exported {np.array2string(found, precision=2)}")
        still(f"{name}: torch is at the places, within 0.15", np.allclose(computed[inside], places[inside], atol=0.15))
        if antialias:
            still(f"{name}: the exported one is that of the size", np.allclose(found, by_size, atol=1e-4))
            still(f"{name}: over 0.7 beside torch's", float(np.abs(found - computed).max()) > 0.7)
            still(f"{name}: no warning names it", not told)
        else:
            still(f"{name}: the exported one is right", np.allclose(found, computed, atol=1e-4))
columns = torch.arange(64.0).expand(1, 1, 4, 64).contiguous()
for numerator, denominator, wrong in ((3, 5, 6), (6, 5, 6), (3, 10, 3), (1, 4, 0), (1, 2, 0), (3, 2, 0), (2, 1, 0)):
    factor = numerator / denominator
    options = {"scale_factor": (1.0, factor), "mode": "nearest"}
    found, _ = exported(Resize(**options), columns)
    truth = np.arange(64 * numerator // denominator) * denominator // numerator
    others = int((found != truth).sum())
    print(f"nearest by {factor}: {others} of {len(truth)} columns are the one before the right one")
    still(f"nearest by {factor}: torch is right", np.array_equal(F.interpolate(columns, **options)[0, 0, 1], truth))
    still(f"nearest by {factor}: {wrong} are wrong, all by one", others == wrong == int((truth - found).sum()))

sys.exit(bool(changed))
EOF
