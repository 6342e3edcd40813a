#!/usr/bin/env bash
# onnx, ONNX Runtime: `RoiAlign` by "max" of an even 1 is 0.71 and 0.82, with a sample in the middle of pixels 0.25.
#
# ONNX has each place "computed directly through bilinear interpolation", and the mean or the largest of these. With
# "max" onnx's own evaluator, whose numbers are the standard's test data, takes the largest of the four pixels around a
# place times its weight, instead of their sum: at the middle of four pixels a quarter is left. So an even picture of 1
# comes out as 0.25 to 1, in a pattern that depends on where the places lie between pixels. "avg" is right. ONNX Runtime
# does the same; it says on stderr that it is incorrect and "will be fixed in the next ORT 1.13 release", and is at 1.32
# now. OpenVINO has 1 for the same file, and is within 1e-4 of the definition, written in NumPy, on noise.
#
# Who is bitten: detectors and trackers with max-pooled regions: whoever checks a runtime by onnx finds the right ones
# wrong. Instead: "avg", or `sampling_ratio=1` and regions that meet pixels.
#
# Versions: onnx 1.23.2, onnxruntime 1.32.0, openvino 2026.4.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 30
# November 2026.
#
# Run: bash findings/onnx_roi_align_max_of_an_even_picture_is_dark.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    onnx==1.23.2 onnxruntime==1.32.0 openvino==2026.4.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import onnx
import onnxruntime
import openvino
from onnx import TensorProto, checker, helper
from onnx.reference import ReferenceEvaluator

changed = []
onnxruntime.set_default_logger_severity(3)


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def saved(mode, size, ratio):
    """Write a file with one RoiAlign to size x size, whose regions are in pixels without a half; return its name."""
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1, 16, 16]),
        helper.make_tensor_value_info("regions", TensorProto.FLOAT, [1, 4]),
        helper.make_tensor_value_info("which", TensorProto.INT64, [1]),
    ]
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, size, size])
    options = dict(output_height=size, output_width=size, sampling_ratio=ratio, spatial_scale=1.0)
    options["coordinate_transformation_mode"] = "output_half_pixel"
    node = helper.make_node("RoiAlign", ["x", "regions", "which"], ["y"], mode=mode, **options)
    model = helper.make_model(
        helper.make_graph([node], "regions", inputs, [output]),
        opset_imports=[helper.make_opsetid("", 16)],
        ir_version=8,
    )
    checker.check_model(model, full_check=True)
    onnx.save(model, "regions.onnx")
    return "regions.onnx"


def defined(mode, picture, region, size, ratio):
    """Return the pooled samples of a region (left, top, right, bottom) that lies inside of the picture."""
    ways = []
    for low, high in ((region[1], region[3]), (region[0], region[2])):
        places = low + (np.arange(size * ratio) + 0.5) * (high - low) / (size * ratio)
        whole = np.floor(places).astype(int)
        way = np.zeros((len(places), 16))
        way[np.arange(len(places)), whole] = 1 - (places - whole)
        way[np.arange(len(places)), whole + 1] += places - whole
        ways.append(way)
    samples = (ways[0] @ picture @ ways[1].T).reshape(size, ratio, size, ratio)
    return samples.mean((1, 3)) if mode == "avg" else samples.max((1, 3))


def by_onnx(path, inputs):
    return ReferenceEvaluator(path).run(None, inputs)[0][0, 0]


def by_onnxruntime(path, inputs):
    return onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, inputs)[0][0, 0]


def by_openvino(path, inputs):
    return np.array(openvino.Core().compile_model(path, "CPU")(inputs)[0])[0, 0]


print(*(f"{name} {version(name)}" for name in ("onnx", "onnxruntime", "openvino")))
even, noise = np.ones((16, 16), np.float32), np.random.default_rng(0).random((16, 16)).astype(np.float32)
cases = (
    (even, (1, 1, 12, 11), 4, 2),
    (even, (2, 1, 13, 11), 4, 2),
    (even, (1, 1, 5, 5), 4, 1),
    (noise, (1, 1, 12, 11), 4, 2),
)
for mode in ("avg", "max"):
    for picture, region, size, ratio in cases:
        inputs = {"x": picture[None, None], "regions": np.array([region], np.float32), "which": np.zeros(1, np.int64)}
        path, truth = saved(mode, size, ratio), defined(mode, picture, region, size, ratio)
        what = f"{mode} of {'an even 1' if picture is even else 'noise'}, region {region}, ratio {ratio}"
        still(f"{what}: OpenVINO is right", np.abs(by_openvino(path, inputs) - truth).max() < 1e-4)
        for name, way in (("onnx", by_onnx), ("ONNX Runtime", by_onnxruntime)):
            found = way(path, inputs)
            print(f"{what}, {name}: {found[0].round(3)}, by definition {truth[0].round(3)}")
            if mode == "avg":
                still(f"{what}, {name}: right", np.abs(found - truth).max() < 1e-4)
            elif picture is noise:
                still(f"{what}, {name}: up to 0.1 and more too small", (truth - found).max() > 0.1)
            else:
                least = 0.26 if ratio == 1 else 0.9
                still(f"{what}, {name}: below {least} all over", found.max() < least)

sys.exit(bool(changed))
EOF
