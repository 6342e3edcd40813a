#!/usr/bin/env bash
# OpenVINO: `DFT` of an ONNX file of opset 20 is taken along axis 1, whatever axis the file names.
#
# From opset 20 on, the axis of DFT is an input, and the last one of the signal if it is left out. OpenVINO does not
# look at it: a transform along the columns of a picture of batch x rows x columns x 2 is one along its rows, of a clip
# one along time, forward and inverse. The result has the right size and is wrong all over; with dft_length=16, 8 x 5
# becomes 16 x 5 instead of 8 x 16. A transform of both axes, one after the other, is one of axis 1 twice. In files of
# opset 17 to 19 the axis is an attribute and is read, but negative ones are counted from one place too far left: -2,
# the last one of the signal, is the one before. Axis 1 is right, and so are, from opset 20 on, signals of batch x
# samples x 2. ONNX Runtime and NumPy agree.
#
# Who is bitten: spectral losses, filters and Fourier layers. Instead: move the axis to 1 and back by `Transpose`.
#
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11,
# 29 November 2026.
#
# Run: bash findings/openvino_dft_takes_another_axis.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper

changed = []
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def in_onnx(shape, opset, axis=None, length=None, **options):
    ends = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
    ends.append(helper.make_tensor_value_info("y", TensorProto.FLOAT, [None] * len(shape)))
    inputs, constants = ["x"], []
    for name, value in (("length", length), ("axis", axis if opset >= 20 else None)):
        inputs.append("" if value is None else name)
        if value is not None:
            constants.append(helper.make_tensor(name, TensorProto.INT64, [], [value]))
    if opset < 20 and axis is not None:
        options["axis"] = axis
    while not inputs[-1]:
        inputs.pop()
    graph = helper.make_graph([helper.make_node("DFT", inputs, ["y"], **options)], "dft", ends[:1], ends[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()


def by_openvino(file, signal):
    model = openvino.Core().read_model(file)
    return openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})(signal)[0]


def by_runtime(file, signal):
    return onnxruntime.InferenceSession(file).run(None, {"x": signal})[0]


def by_numpy(signal, axis, length=None, inverse=0):
    values = signal[..., 0] + 1j * signal[..., 1]
    spectrum = (np.fft.ifft if inverse else np.fft.fft)(values, length, axis)
    return np.stack([spectrum.real, spectrum.imag], -1)


def alike(one, other):
    return one.shape == other.shape and np.allclose(one, other, atol=1e-4)


print("openvino", openvino.__version__, "onnxruntime", onnxruntime.__version__, "onnx", onnx.__version__)
random = np.random.default_rng(0)
for title, shape in (("signal", (2, 8, 2)), ("picture", (2, 8, 5, 2)), ("clip", (1, 6, 8, 5, 2))):
    signal = random.standard_normal(shape).astype(np.float32)
    last = len(shape) - 2  # the last axis of the signal; after it come the real and the imaginary part
    for opset in (17, 19, 20, 22):
        for axis in (None, *range(1, last + 1), *range(-last - 1, -1)):
            default = 1 if opset < 20 else last
            true_axis = default if axis is None else axis % len(shape)
            taken = 1 if opset >= 20 else true_axis if axis is None or axis > 0 else true_axis - 1
            print(f"{title}, opset {opset}, axis {axis}: that is {true_axis}, and {taken} is taken")
            for inverse, length in ((0, None), (1, None), (0, 16)):
                file = in_onnx(shape, opset, axis, length, inverse=inverse)
                name = f"{title}, opset {opset}, axis {axis}, inverse {inverse}, length {length}"
                true = by_numpy(signal, true_axis, length, inverse)
                still(f"{name}: ONNX Runtime is right", alike(by_runtime(file, signal), true))
                found = by_openvino(file, signal)
                still(f"{name}: OpenVINO takes axis {taken}", alike(found, by_numpy(signal, taken, length, inverse)))
                still(f"{name}: right if that is the one", alike(found, true) == (taken == true_axis))
                if length and taken != true_axis:
                    print(f"    length {length}: {found.shape} instead of {true.shape}")

sys.exit(bool(changed))
EOF
