#!/usr/bin/env bash
# torch.onnx.export: the `divisor_override` of an average pooling is dropped: a sum over 3x3 becomes a mean.
#
# torch divides the sum of each window by `divisor_override`, if it is given: `avg_pool2d(x, 3, divisor_override=1)` is
# the sum of nine pixels. ONNX's AveragePool has no such argument, and what is exported divides by the number of pixels
# in the window, without an error or a warning, whatever was asked for. It is so for avg_pool2d and avg_pool3d, and with
# the older exporter (`dynamo=False`) too, which up to torch 2.0 refused such networks. A mean that is multiplied by the
# size of the window is exported rightly.
#
# Who is bitten: box sums (local means and variances of SSIM and of guided filters, counts of valid pixels under a mask,
# integral histograms) in a network that is exported: each is too small by the size of the window over the divisor.
#
# Versions: torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_onnx_avg_pool_divisor_is_dropped.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import contextlib
import io
import logging
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
import torch
from numpy.lib.stride_tricks import sliding_window_view
from torch.nn import functional as F

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class Pooling(torch.nn.Module):
    def __init__(self, dimensions, divisor, by_hand=False):
        super().__init__()
        self.pool = F.avg_pool2d if dimensions == 2 else F.avg_pool3d
        self.divisor, self.factor = (None, 3**dimensions / divisor) if by_hand else (divisor, 1)

    def forward(self, x):
        return self.pool(x, 3, 1, divisor_override=self.divisor) * self.factor


def exported(network, x, dynamo):
    """Return what onnxruntime computes, and the warnings of the export that name the pooling or the divisor."""
    file = io.BytesIO()
    with warnings.catch_warnings(record=True) as heard, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        if dynamo:
            file.write(torch.onnx.export(network, (x,), dynamo=True, verbose=False).model_proto.SerializeToString())
        else:
            torch.onnx.export(network, (x,), file, dynamo=False)
    session = onnxruntime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])
    told = [str(one.message) for one in heard if "divisor" in str(one.message) or "pool" in str(one.message)]
    return session.run(None, {session.get_inputs()[0].name: x.numpy()})[0], told


logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)  # torchvision is missing
print("torch", torch.__version__, "onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
generator = torch.Generator().manual_seed(0)
for dimensions in (2, 3):
    x = torch.rand(1, 2, *(9, 7, 5)[:dimensions], generator=generator)
    axes = tuple(range(2, 2 + dimensions))
    windows = sliding_window_view(x.double().numpy(), (3,) * dimensions, axis=axes)
    sums = windows.reshape(*windows.shape[:-dimensions], -1).sum(axis=-1)
    for divisor in (1, 4):
        name = f"avg_pool{dimensions}d, divisor {divisor}"
        computed = Pooling(dimensions, divisor)(x)
        still(f"{name}: torch is the sum over the divisor", np.allclose(computed, sums / divisor))
        for dynamo in (True, False):
            found, told = exported(Pooling(dimensions, divisor), x, dynamo)
            print(f"{name}, dynamo={dynamo}: torch {sums.flat[0] / divisor:.4f}, exported {found.flat[0]:.4f}; {told}")
            still(f"{name}, dynamo={dynamo}: exported is the mean", np.allclose(found, sums / 3**dimensions, atol=1e-5))
            still(f"{name}, dynamo={dynamo}: no warning names it", not told)
        found, _ = exported(Pooling(dimensions, divisor, by_hand=True), x, True)
        still(f"{name}: a mean times the window's size is right", np.allclose(found, sums / divisor, atol=1e-5))

sys.exit(bool(changed))
EOF
