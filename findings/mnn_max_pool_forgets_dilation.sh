#!/usr/bin/env bash
# MNN: `MaxPool` of an ONNX file with `dilations` is converted to one without; the converter reports success.
#
# A pool of 3 with dilation 2 takes the pixels 0, 2 and 4; MNN takes 0, 1 and 2. With a stride and a size that give
# the same shape for both, as 12 x 18 with kernel 2, stride 3 and dilation 2, nothing tells: 91 % of the values
# are others, up to 2.8 off. Otherwise the result is larger, 11 x 16 instead of 9 x 14 for 13 x 18, which a pooling
# over all pixels or a resize behind it hides. Numbers are those of NumPy without dilation. ONNX Runtime is NumPy's
# with it.
#
# Who is bitten: dilated networks for segmentation and pyramids of pools on a telephone. Instead: slices with a step
# before a pool without dilation.
#
# Versions: MNN 3.6.1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November
# 2026.
#
# Run: bash findings/mnn_max_pool_forgets_dilation.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    MNN==3.6.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import subprocess
import sys
from importlib.metadata import version

import MNN.expr as expr
import MNN.nn
import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper, save

changed = []
# What the command mnnconvert calls; the command itself would install a package for its log.
CONVERT = "import sys, _tools; _tools.mnnconvert(sys.argv)"


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_both(node, inputs, constants=None):
    """Results of an ONNX file of one node by ONNX Runtime and by MNN."""
    kinds = [helper.make_tensor_value_info(name, TensorProto.FLOAT, a.shape) for name, a in inputs.items()]
    kept = [numpy_helper.from_array(a, name) for name, a in (constants or {}).items()]
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph([node], "one", kinds, [result], kept)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9), "one.onnx")
    runtime = onnxruntime.InferenceSession("one.onnx", providers=["CPUExecutionProvider"])
    words = ["mnnconvert", "-f", "ONNX", "--modelFile", "one.onnx", "--MNNModel", "one.mnn", "--bizCode", "one"]
    done = subprocess.run([sys.executable, "-c", CONVERT, *words[1:]], capture_output=True, text=True, check=True)
    said = (done.stdout + done.stderr).lower()
    still("    the converter reports success and no warning", "converted success" in said and "warn" not in said)
    network = MNN.nn.load_module_from_file("one.mnn", list(inputs), ["y"])
    given = [expr.const(np.ascontiguousarray(a), list(a.shape), expr.NCHW) for a in inputs.values()]
    found = network.forward(given)[0]
    found = expr.convert(found, expr.NCHW) if len(found.shape) == 4 else found
    return runtime.run(None, inputs)[0], np.array(found.read())


print("MNN", version("MNN"), "onnxruntime", version("onnxruntime"))


def pooled(picture, kernel, stride, dilation):
    reach = (kernel - 1) * dilation + 1
    windows = np.lib.stride_tricks.sliding_window_view(picture, (reach, reach), (-2, -1))
    return windows[..., ::stride, ::stride, ::dilation, ::dilation].max((-2, -1))


noise = np.random.default_rng(0).normal(size=(1, 4, 13, 18)).astype(np.float32)
for kernel, stride, dilation, same in ((2, 3, 2, True), (2, 4, 3, True), (3, 1, 2, False), (3, 2, 2, False)):
    name = f"kernel {kernel}, stride {stride}, dilation {dilation}"
    names = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2}
    picture = noise[..., :12, : 18 if stride == 3 else 17] if same else noise
    node = helper.make_node("MaxPool", ["x"], ["y"], dilations=[dilation] * 2, **names)
    right, found = by_both(node, {"x": picture})
    plain = pooled(picture, kernel, stride, 1)
    print(f"{name}: {found.shape[2:]} instead of {right.shape[2:]}")
    still(f"{name}: ONNX Runtime is NumPy's", np.array_equal(right, pooled(picture, kernel, stride, dilation)))
    still(f"{name}: MNN is NumPy's without dilation", np.array_equal(found, plain))
    still(f"{name}: the shape is {'the same' if same else 'larger'}", (found.shape == right.shape) == same)
    if same:
        print(f"    {(found != right).mean():.0%} of the values differ, by up to {np.abs(found - right).max():.2f}")
        still(f"{name}: over a third differ", (found != right).mean() > 1 / 3 and np.abs(found - right).max() > 1.5)
    undilated = by_both(helper.make_node("MaxPool", ["x"], ["y"], **names), {"x": picture})
    still(f"{name}: right without dilation", np.array_equal(*undilated))

sys.exit(bool(changed))
EOF
