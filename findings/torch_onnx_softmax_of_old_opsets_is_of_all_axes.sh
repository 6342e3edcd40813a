#!/usr/bin/env bash
# PyTorch: exported by `dynamo=True` for opset 9 to 12, a softmax over channels is one over channels, rows and columns.
#
# Up to opset 12, `Softmax`, `LogSoftmax` and `Hardmax` of ONNX flatten their input: with axis=1, all that follows axis
# 1 is summed over too. Since opset 13 they work on one axis. The exporter makes a program of opset 18 and hands it to
# `onnx.version_converter` if another opset is asked for, which raises softmaxes from 12 to 13 rightly and lowers them
# by changing the number alone. The exporter warns that a conversion may fail, and that the file then keeps opset 18;
# this one does not fail. Shapes and types stay, and `onnx.checker` takes the file. Weights over 4 channels of 6 x 8
# pixels sum to 1 at each pixel in torch and to 0.02 on average in ONNX Runtime. Over the last axis, and for opset 13
# and later, all is right.
#
# Who is bitten: whoever exports for an old runtime: attention over channels, masks of classes, blends of several warped
# frames. Instead: move the axis to the end before the softmax and back after it, or `dynamo=False`, which is right.
#
# Versions: torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/torch_onnx_softmax_of_old_opsets_is_of_all_axes.sh
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
from torch import nn

warnings.filterwarnings("ignore")
logging.disable(logging.ERROR)
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class AtTheEnd(nn.Module):
    """A softmax over channels whose axis is the last one while it is taken."""

    def forward(self, x):
        return torch.softmax(x.movedim(1, -1), -1).movedim(-1, 1)


def exported(module, x, opset, dynamo):
    """Return what ONNX Runtime makes of the exported module, and the opset of the file."""
    file = io.BytesIO()
    with contextlib.redirect_stdout(io.StringIO()):
        if dynamo:
            torch.onnx.export(module, (x,), opset_version=opset, dynamo=True, verbose=False).save(file)
        else:
            torch.onnx.export(module, (x,), file, opset_version=opset, dynamo=False)
    model = onnx.load_from_string(file.getvalue())
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(file.getvalue(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x.numpy()})[0], model.opset_import[0].version


print("torch", torch.__version__, "onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
x = torch.randn(1, 4, 6, 8, generator=torch.Generator().manual_seed(0))
flat = torch.softmax(x.flatten(1), 1).reshape(x.shape).numpy()
channels = nn.Softmax(1)
right = channels(x).numpy()
for opset in (9, 10, 11, 12, 13, 17, 18):
    found, stored = exported(channels, x, opset, True)
    off, mean = np.abs(found - right).max(), found.sum(axis=1).mean()
    print(f"opset {opset}: the file has {stored}; weights of a pixel sum to {mean:.4f}; up to {off:.6f} off")
    still(f"opset {opset} is what the file says", stored == opset)
    if opset < 13:
        still(f"opset {opset}: it is a softmax of all 192 values", np.allclose(found, flat, atol=1e-6))
        still(f"opset {opset}: over 0.5 off", off > 0.5)
        moved, _ = exported(AtTheEnd(), x, opset, True)
        still(f"opset {opset}: with the axis moved to the end it is right", np.allclose(moved, right, atol=1e-6))
        last, _ = exported(nn.Softmax(-1), x, opset, True)
        still(f"opset {opset}: of the last axis it is right", np.allclose(last, torch.softmax(x, -1), atol=1e-6))
    else:
        still(f"opset {opset} is right", off < 1e-6)
found, stored = exported(nn.LogSoftmax(1), x, 12, True)
off = np.abs(found - torch.log_softmax(x, 1).numpy()).max()
print(f"log_softmax, opset 12: {off:.2f} off")
still("log_softmax is over 3 off", off > 3)
found, stored = exported(channels, x, 12, False)
print(f"with dynamo=False, opset {stored}: {np.abs(found - right).max():.6f} off")
still("with dynamo=False it is right", stored == 12 and np.allclose(found, right, atol=1e-6))

sys.exit(bool(changed))
EOF
