#!/usr/bin/env bash
# torch.onnx.export: scatter_reduce with "mean" becomes a plain overwrite: the value written last, instead of the mean.
#
# ONNX's ScatterElements has no mean. The exporter writes `reduction="none"` in its place, with no error and no warning:
# of 1, 10 and -6 that meet at one place comes -6, where torch gives their mean, 1.67. It makes no difference whether
# the tensor's own values count (`include_self`). "sum", "prod", "amax" and "amin" are exported rightly with and without
# them, so that a sum divided by a sum of ones is right.
#
# Who is bitten: networks that warp frames forwards and average the pixels that meet (average splatting), point clouds
# and graphs. What is exported gives a picture, too, only with one of the pixels in place of their mean.
#
# Versions: torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 28 November 2026.
#
# Run: bash findings/torch_onnx_scatter_mean_keeps_the_last.sh
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

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


class Meeting(torch.nn.Module):
    def __init__(self, reduction, counted):
        super().__init__()
        self.reduction, self.counted = reduction, counted

    def forward(self, place, index, values):
        return place.scatter_reduce(0, index, values, self.reduction, include_self=self.counted)


def by_hand(place, index, values, reduction, counted):
    function = {"sum": np.sum, "mean": np.mean, "prod": np.prod, "amax": np.max, "amin": np.min}[reduction]
    result = place.numpy().copy()
    for number in set(index.tolist()):
        met = values.numpy()[index.numpy() == number]
        result[number] = function(np.append(met, result[number]) if counted else met)
    return result


def exported(network, inputs):
    """Return what onnxruntime computes, the reductions that the file states, and the warnings of the export."""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        model = torch.onnx.export(network, inputs, dynamo=True, verbose=False).model_proto
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    given = {entry.name: tensor.numpy() for entry, tensor in zip(session.get_inputs(), inputs)}
    stated = [
        onnx.helper.get_attribute_value(attribute).decode()
        for node in model.graph.node
        for attribute in node.attribute
        if node.op_type == "ScatterElements" and attribute.name == "reduction"
    ]
    return session.run(None, given)[0], stated, [str(one.message) for one in heard if "scatter" in str(one.message)]


logging.getLogger("torch.onnx._internal.exporter._registration").setLevel(logging.ERROR)  # torchvision is missing
print("torch", torch.__version__, "onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__)
inputs = torch.full((4,), 7.0), torch.tensor([0, 1, 1, 3, 0, 0]), torch.tensor([1.0, 2, 3, -4, 10, -6])
last = np.float32([-6, 3, 7, -4])
for reduction in ("sum", "prod", "amax", "amin", "mean"):
    for counted in (True, False):
        truth = by_hand(*inputs, reduction, counted)
        network = Meeting(reduction, counted)
        name = f"{reduction}, {'with' if counted else 'without'} the tensor's own values"
        still(f"{name}: torch is right", np.allclose(network(*inputs), truth))
        found, stated, heard = exported(network, inputs)
        if reduction != "mean":
            still(f"{name}: the exported one is right", np.allclose(found, truth))
            continue
        print(f"{name}: torch {network(*inputs).numpy()}, exported {found}")
        still(f"{name}: the exported one is what was written last", np.array_equal(found, last))
        still(f"{name}: the file states none, no warning names it", stated[-1] == "none" and not heard)

sys.exit(bool(changed))
EOF
