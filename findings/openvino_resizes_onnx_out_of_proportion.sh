#!/usr/bin/env bash
# OpenVINO: `keep_aspect_ratio_policy` of a `Resize` in an ONNX file is not looked at: pictures are stretched.
#
# With "not_larger" the sizes of ONNX's Resize are a frame that the picture is to fit in, with "not_smaller" one that it
# is to fill, and one factor holds for rows and columns: 54 x 96 into 32 x 32 becomes 18 x 32, or 32 x 57. OpenVINO
# takes the sizes as they are, as for "stretch": 32 x 32, with discs that are ellipses, and says nothing. It is so for
# nearest, linear and cubic, and with `read_model` as with `convert_model`. ONNX's own inference of shapes and ONNX
# Runtime agree with the definition, which is written out here for bilinear resizing by NumPy.
#
# Who is bitten: networks whose preprocessing is in the file ("letterbox" by Resize and Pad, as of detectors): where the
# padding is constant, the size is wrong, and where it follows from the shape there is none and all is stretched.
# Instead: compute the sizes outside the file, or give scales.
#
# Versions: openvino 2026.4.1, onnxruntime 1.32.0, onnx 1.23.2, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29
# November 2026.
#
# Run: bash findings/openvino_resizes_onnx_out_of_proportion.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    openvino==2026.4.1 onnxruntime==1.32.0 onnx==1.23.2 numpy==2.4.6
./env/bin/python - <<'EOF'
import itertools
import sys

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, helper, numpy_helper

changed = []
EXACT = {"INFERENCE_PRECISION_HINT": "f32"}
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def definition(shape, frame, policy):
    """Return the factors, one for both or one for each, and the size, rounded."""
    factors = [wanted / side for wanted, side in zip(frame, shape, strict=True)]
    if policy != "stretch":
        factors = [min(factors) if policy == "not_larger" else max(factors)] * 2
    return factors, tuple(int(np.floor(side * factor + 0.5)) for side, factor in zip(shape, factors, strict=True))


def bilinear(picture, frame, policy):
    """Return the picture resized: centres of pixels are halves, places outside are those of the border."""
    result = picture.astype(float)
    for axis, (factor, new) in enumerate(zip(*definition(picture.shape, frame, policy), strict=True)):
        old = picture.shape[axis]
        places = ((np.arange(new) + 0.5) / factor - 0.5).clip(0, old - 1)
        low = np.floor(places).astype(int).clip(0, old - 2)
        part = (places - low).reshape(-1, 1) if axis == 0 else places - low
        result = result.take(low, axis) * (1 - part) + result.take(low + 1, axis) * part
    return result


def in_onnx(shape, frame, policy, mode):
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 1, *shape))
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", "c", "h", "w"])
    settings = {"mode": mode, "keep_aspect_ratio_policy": policy, "coordinate_transformation_mode": "half_pixel"}
    sizes = np.array(frame, np.int64)
    settings["axes"] = [2, 3]
    node = helper.make_node("Resize", ["x", "", "", "s"], ["y"], **settings)
    graph = helper.make_graph([node], "fit", [given], [result], [numpy_helper.from_array(sizes, "s")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def inferred(model):
    output = onnx.shape_inference.infer_shapes(model).graph.output[0]
    return tuple(side.dim_value for side in output.type.tensor_type.shape.dim)[2:]


print("openvino", openvino.__version__, "onnxruntime", onnxruntime.__version__)
rows, columns = np.mgrid[:54, :96]
disc = ((rows - 27) ** 2 + (columns - 48) ** 2 < 20**2).astype(np.float32)
FRAMES, POLICIES = ((32, 32), (40, 100), (108, 100)), ("stretch", "not_larger", "not_smaller")
for frame, policy, mode in itertools.product(FRAMES, POLICIES, ("nearest", "linear", "cubic")):
    model = in_onnx(disc.shape, frame, policy, mode)
    file, given = model.SerializeToString(), disc[None, None]
    by_runtime = onnxruntime.InferenceSession(file).run(None, {"x": given})[0][0, 0]
    found = openvino.compile_model(openvino.Core().read_model(file), "CPU", EXACT)(given)[0][0, 0]
    true = definition(disc.shape, frame, policy)[1]
    name = f"54 x 96 to {frame}, {policy}, {mode}"
    high, wide = np.ptp(np.argwhere(found > 0.5), axis=0) + 1
    print(f"{name}: {found.shape}, true is {true}; the disc is {high} x {wide}")
    still(f"{name}: ONNX Runtime has the true size", by_runtime.shape == true)
    still(f"{name}: OpenVINO stretches", found.shape == frame)
    if mode == "linear":
        still(f"{name}: ONNX Runtime is right", np.abs(by_runtime - bilinear(disc, frame, policy)).max() < 1e-3)
        still(f"{name}: OpenVINO's values are stretched", np.abs(found - bilinear(disc, frame, "stretch")).max() < 1e-3)
for policy, true in (("not_larger", (18, 32)), ("not_smaller", (32, 57))):
    model = in_onnx(disc.shape, (32, 32), policy, "linear")
    still(f"{policy}: ONNX infers {true}", inferred(model) == true)
    onnx.save(model, "fit.onnx")
    converted = openvino.compile_model(openvino.convert_model("fit.onnx"), "CPU", EXACT)(disc[None, None])[0]
    still(f"{policy}: convert_model gives (32, 32)", converted.shape[2:] == (32, 32))

sys.exit(bool(changed))
EOF
