#!/usr/bin/env bash
# PyTorch: a batch norm that normalizes by the batch is exported to ONNX as one by its running mean and variance,
# without a warning.
#
# `batch_norm(..., training=True)`, and a `BatchNorm2d` left in training mode in a model that is in evaluation mode,
# normalize by the mean and variance of the batch. `torch.onnx.export` (with `dynamo=True`, its default) writes a
# plain BatchNormalization with the running mean and variance as they are at that moment, which for a norm that was
# never trained are 0 and 1: the result is the picture itself, 6.8 off, and two different batches are not normalized
# at all. The program that `torch.export` makes of it is right, and so is the ONNX of the older exporter
# (`dynamo=False` with `training=TrainingMode.PRESERVE`). If the whole model is in training mode a warning says so;
# here there is none. By NumPy the exported model is to 1e-5 the one with the running values.
#
# Who is bitten: pix2pix and its kin, which keep their batch norms in training mode when they are used, and models
# adapted to the statistics of what they see. Instead: `BatchNorm2d(track_running_stats=False)`, which is exported
# rightly, as is `InstanceNorm2d`.
#
# Versions: torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/torch_onnx_batch_statistics_become_running_ones.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import io
import logging
import sys
import warnings

import numpy as np
import onnxruntime
import torch
from torch import nn

logging.disable(logging.WARNING)
changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(4))
        self.register_buffer("variance", torch.ones(4))

    def forward(self, batch):
        return nn.functional.batch_norm(batch, self.mean, self.variance, training=True)


def functional():
    return Functional().eval()


def kept():
    """Return a model in evaluation mode whose batch norm is in training mode."""
    model = nn.Sequential(nn.Identity(), nn.BatchNorm2d(4)).eval()
    model[1].train()
    return model


def exported(model, batch, dynamo=True):
    """Return what ONNX Runtime gives for the exported model, and the warnings about training or batch norm."""
    file = io.BytesIO()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        more = {} if dynamo else {"training": torch.onnx.TrainingMode.PRESERVE}
        torch.onnx.export(model, (batch,), file, dynamo=dynamo, verbose=False, **more)
    session = onnxruntime.InferenceSession(file.getvalue())
    found = session.run(None, {session.get_inputs()[0].name: batch.numpy()})[0]
    return found, [str(one.message) for one in said if "train" in str(one.message) or "atch" in str(one.message)]


def by_batch(batch):
    mean, variance = batch.mean((0, 2, 3), keepdims=True), batch.var((0, 2, 3), keepdims=True)
    return (batch - mean) / np.sqrt(variance + 1e-5)


print("torch", torch.__version__, "onnxruntime", onnxruntime.__version__)
batch = torch.rand(2, 4, 13, 21, generator=torch.Generator().manual_seed(0)) * 3 + 5
values = batch.double().numpy()
truth, running = by_batch(values), values / np.sqrt(1 + 1e-5)
for name, make in (("training=True", functional), ("kept in training mode", kept)):
    eager = make()(batch).detach().numpy()
    traced = torch.export.export(make(), (batch,)).module()(batch).detach().numpy()
    found, said = exported(make(), batch)
    older, _ = exported(make(), batch, dynamo=False)
    print(f"{name}: mean {found.mean():.3f}, in PyTorch {eager.mean():.3f}; off by {np.abs(found - truth).max():.2f}")
    still(f"{name}: PyTorch normalizes by the batch", np.abs(eager - truth).max() < 1e-4)
    still(f"{name}: the program of torch.export as well", np.abs(traced - truth).max() < 1e-4)
    still(f"{name}: the older exporter as well", np.abs(older - truth).max() < 1e-4)
    still(f"{name}: in ONNX off by more than 6", np.abs(found - truth).max() > 6)
    still(f"{name}: in ONNX the running mean 0 and variance 1", np.abs(found - running).max() < 1e-4)
    still(f"{name}: no warning", not said)
found, _ = exported(nn.BatchNorm2d(4, track_running_stats=False).eval(), batch)
still("track_running_stats=False: right", np.abs(found - truth).max() < 1e-4)

sys.exit(bool(changed))
EOF
