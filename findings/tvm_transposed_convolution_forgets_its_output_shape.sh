#!/usr/bin/env bash
# TVM: `ConvTranspose` of an ONNX file with `output_shape` gives another size, as if it had not been asked for.
#
# By ONNX's definition `output_shape` says how large the result is, and the padding follows from it. The importer of
# TVM's Relax does not read it and takes the padding for 0: 12 x 14 enlarged to 24 x 28 by a kernel of 3 and a stride of
# 2 is 25 x 29, all that a transposed convolution without padding gives. No error and no warning. The same layer with
# the `pads` that follow is right. ONNX Runtime gives what the definition does, written anew in NumPy here.
#
# Who is bitten: decoders and generators in files that state the size, as layers with padding "same" are often written:
# frames are larger by a row and a column or more, and the picture in them is moved down and to the right. What comes
# next fails, or, in a network without skip connections, nothing does. Instead: `pads` and `output_padding`.
#
# Versions: apache-tvm 0.27.0.post1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/tvm_transposed_convolution_forgets_its_output_shape.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    apache-tvm==0.27.0.post1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import numpy as np
import onnxruntime
import tvm
from onnx import TensorProto, checker, helper, numpy_helper
from tvm import relax
from tvm.relax.frontend.onnx import from_onnx

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_both(picture, weights, sizes, **options):
    """The result of an ONNX file of one transposed convolution by TVM and by ONNX Runtime."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, picture.shape)
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, weights.shape[1], *sizes))
    node = helper.make_node("ConvTranspose", ["x", "w"], ["y"], **options)
    graph = helper.make_graph([node], "one", [given], [result], [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    checker.check_model(model, full_check=True)
    program = relax.transform.LegalizeOps()(relax.transform.DecomposeOpsForInference()(from_onnx(model)))
    runner = relax.VirtualMachine(relax.build(program, target="llvm"), tvm.cpu())
    runtime = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return runner["main"](tvm.runtime.tensor(picture)).numpy(), runtime.run(None, {"x": picture})[0]


def full(picture, weights, stride):
    """The transposed convolution without padding, by the definition."""
    _, _, height, width = picture.shape
    size = weights.shape[-1]
    result = np.zeros((1, weights.shape[1], (height - 1) * stride + size, (width - 1) * stride + size))
    for row in range(height):
        for column in range(width):
            top, left = row * stride, column * stride
            spread = np.einsum("c,cdij->dij", picture[0, :, row, column], weights)
            result[0, :, top : top + size, left : left + size] += spread
    return result


print("TVM", tvm.__version__, "ONNX Runtime", onnxruntime.__version__)
random = np.random.default_rng(0)
picture = random.normal(size=(1, 2, 12, 14)).astype(np.float32)
for size, stride, sizes in ((3, 2, (24, 28)), (3, 1, (12, 14)), (5, 2, (24, 28))):
    weights = random.normal(size=(2, 4, size, size)).astype(np.float32)
    whole = full(picture, weights, stride)
    # of an odd padding the larger half is at the beginning, unless SAME_UPPER is asked for
    padding = [whole.shape[2 + axis] - sizes[axis] for axis in (0, 1)]
    first = [one - one // 2 for one in padding]
    true = whole[:, :, first[0] : first[0] + sizes[0], first[1] : first[1] + sizes[1]]
    name = f"12 x 14 to {sizes[0]} x {sizes[1]} by {size}, stride {stride}"
    found, right = by_both(picture, weights, sizes, strides=[stride] * 2, output_shape=sizes)
    print(f"{name}: {found.shape[2:]}, right {right.shape[2:]}")
    still(f"{name}: ONNX Runtime is as defined", right.shape == true.shape and np.abs(right - true).max() < 1e-4)
    still(f"{name}: TVM's is larger", found.shape != right.shape and found.shape == whole.shape)
    still(f"{name}: it is all of it, without padding", np.abs(found - whole).max() < 1e-4)
    last = [one - other for one, other in zip(padding, first, strict=True)]
    found, right = by_both(picture, weights, sizes, strides=[stride] * 2, pads=first + last)
    still(f"{name}, the same by pads: right", found.shape == true.shape and np.abs(found - true).max() < 1e-4)

sys.exit(bool(changed))
EOF
