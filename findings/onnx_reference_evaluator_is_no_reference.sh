#!/usr/bin/env bash
# onnx: its reference evaluator is wrong for LRN, LpNormalization, ceil-mode averages and bicubic warps at borders.
#
# `onnx.reference.ReferenceEvaluator` is what exporters and runtimes are checked with. Of these it gives, without a
# word: LRN normalises as many channels as the batch has images, and leaves the others nearly as they were: of one image
# the first alone. LpNormalization of p = 1 divides by the sum and not by the sum of absolute values. AveragePool with
# `ceil_mode` whose last window leaves the picture begins all windows some pixels before it. GridSample with cubic mode
# and padding "border" is 0.2 to 0.5 off for places beyond the picture. ONNX Runtime agrees with torch in each of the
# four.
#
# Who is bitten: whoever takes the evaluator for the truth when an exported network differs from torch: the sound
# exporter and runtime look guilty.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, torch 2.13.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 28 November 2026.
#
# Run: bash findings/onnx_reference_evaluator_is_no_reference.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    onnx==1.23.2 onnxruntime==1.32.0 torch==2.13.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import helper
from onnx.reference import ReferenceEvaluator
from torch.nn import functional as F

changed = []
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def both(name, inputs, **options):
    """Return what the reference evaluator and ONNX Runtime make of one operator."""
    given = [helper.make_tensor_value_info(f"x{i}", 1, one.shape) for i, one in enumerate(inputs)]
    node = helper.make_node(name, [f"x{i}" for i in range(len(inputs))], ["y"], **options)
    graph = helper.make_graph([node], "one", given, [helper.make_tensor_value_info("y", 1, list("bchw"))])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 22)], ir_version=10)
    onnx.checker.check_model(model)
    feed = {f"x{i}": one for i, one in enumerate(inputs)}
    runtime = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return ReferenceEvaluator(model).run(None, feed)[0], runtime.run(None, feed)[0]


print("onnx", onnx.__version__, "onnxruntime", onnxruntime.__version__, "torch", torch.__version__)
random = np.random.default_rng(0)
clip = random.normal(size=(2, 5, 12, 13)).astype(np.float32)
picture = torch.from_numpy(clip)

truth = F.local_response_norm(picture, 3, alpha=0.5, beta=0.75, k=2.0).numpy()
reference, runtime = both("LRN", [clip], size=3, alpha=0.5, beta=0.75, bias=2.0)
off = np.abs(reference - truth).max(axis=(0, 2, 3))
print("LRN of 2 images of 5 channels: largest error of each channel", off.round(3))
still("LRN: ONNX Runtime is as torch", np.allclose(runtime, truth, atol=1e-5))
still("LRN: the evaluator is right in the first two channels alone", max(off[:2]) < 1e-5 and min(off[2:]) > 0.1)
still("LRN: the others are divided by a constant", np.allclose(reference[:, 2:], clip[:, 2:] / 2**0.75, atol=1e-5))

truth = F.normalize(picture, p=1, dim=1).numpy()
reference, runtime = both("LpNormalization", [clip], p=1, axis=1)
print(f"LpNormalization: largest {np.abs(truth).max():.2f}, by the evaluator {np.abs(reference).max():.2f}")
still("LpNormalization, p = 1: ONNX Runtime is as torch", np.allclose(runtime, truth, atol=1e-5))
summed = clip / clip.sum(axis=1, keepdims=True)
still("LpNormalization, p = 1: the evaluator divides by the plain sum", np.allclose(reference, summed, rtol=1e-3))
still("LpNormalization, p = 1: values beyond 1 come out", np.abs(reference).max() > 2)

ramp = np.broadcast_to(np.arange(13, dtype=np.float32), (1, 1, 12, 13)).copy()
truth = F.avg_pool2d(torch.from_numpy(ramp), 3, 3, ceil_mode=True).numpy()[0, 0, 0]
options = {"kernel_shape": [3, 3], "strides": [3, 3], "ceil_mode": 1}
reference, runtime = (one[0, 0, 0] for one in both("AveragePool", [ramp], **options))
print("average of 0 to 12 by threes: torch", truth, "evaluator", reference)
still("AveragePool, ceil_mode: ONNX Runtime is as torch: 1, 4, 7, 10, 12", np.allclose(runtime, truth))
still("AveragePool, ceil_mode: the evaluator differs in the first place", abs(reference[0] - 1) > 0.4)
even = ramp[..., :12].copy()
truth = F.avg_pool2d(torch.from_numpy(even), 3, 3, ceil_mode=True).numpy()
reference, _ = both("AveragePool", [even], **options)
still("AveragePool, ceil_mode: of 12 columns it is right", np.allclose(reference, truth))

places = random.uniform(-1.4, 1.4, (2, 9, 8, 2)).astype(np.float32)
for mode, corners in (("linear", 0), ("cubic", 0), ("cubic", 1)):
    for padding in ("border", "zeros", "reflection"):
        names = {"linear": "bilinear", "cubic": "bicubic"}
        truth = F.grid_sample(picture, torch.from_numpy(places), names[mode], padding, bool(corners)).numpy()
        kinds = {"mode": mode, "padding_mode": padding, "align_corners": corners}
        reference, runtime = both("GridSample", [clip, places], **kinds)
        wrong = np.abs(reference - truth).max()
        name = f"GridSample, {mode}, {padding}, align_corners={corners}"
        print(f"{name}: largest error of the evaluator {wrong:.3f}")
        still(f"{name}: ONNX Runtime is as torch", np.allclose(runtime, truth, atol=1e-4))
        expected = wrong > 0.1 if (mode, padding) == ("cubic", "border") else wrong < 1e-4
        still(f"{name}: the evaluator is {'wrong' if wrong > 0.1 else 'right'}", expected)

sys.exit(bool(changed))
EOF
