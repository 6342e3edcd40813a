#!/usr/bin/env bash
# Keras: `keras.ops.image.gaussian_blur` with JAX or PyTorch blurs rows and colours instead of rows and columns, and
# makes pictures darker.
#
# Without `data_format`, which "will default to keras.config.image_data_format", that is channels_last, the functions of
# these two backends take heights for channels: an even white of one channel becomes 0.45, a red dot is spread along its
# row alone and into green, and red stays 0.73 of what it was. With NumPy, and with data_format="channels_last" on each,
# all is as computed here from the definition. It is so for one picture and a batch, 3 x 3 and 5 x 5. A merged change of
# the source mends it (keras-team/keras pull 23542), no release so far.
#
# Who is bitten: whoever blurs pictures by the example of its manual: no error, and the shape is right. Instead: give
# `data_format`.
#
# Versions: keras 3.15.1, jax 0.10.2, numpy 2.4.6, scipy 1.17.1; seen on Linux x86_64 with Python 3.11, 29 November
# 2026; with PyTorch 2.13.0, not run here, the numbers are the same.
#
# Run: bash findings/keras_gaussian_blur_mixes_colours.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check keras==3.15.1 jax==0.10.2 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import os
import subprocess
import sys

import numpy as np
from scipy.ndimage import correlate1d

changed = []
PROGRAM = """
import sys
import keras, numpy as np
assert keras.config.image_data_format() == "channels_last"
data, found = np.load("in.npz"), {}
for name, size in (("batch", 3), ("picture", 5), ("white", 3), ("dot", 3)):
    for format in ("channels_last", None):
        given = {"data_format": format} if format else {}
        blurred = keras.ops.image.gaussian_blur(data[name], (size, size), (1.0, 1.0), **given)
        found[f"{name} {format}"] = keras.ops.convert_to_numpy(blurred)
np.savez("out.npz", **found)
"""


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def blurred(backend):
    setting = {**os.environ, "KERAS_BACKEND": backend, "KERAS_HOME": os.getcwd()}
    subprocess.run([sys.executable, "-W", "ignore", "-c", PROGRAM], env=setting, check=True)
    return dict(np.load("out.npz"))


def along(pictures, axes, size):
    """Blur by the definition along these axes, with zeros beyond the border."""
    weights = np.exp(-0.5 * (np.arange(size) - (size - 1) / 2) ** 2)
    for axis in axes:
        pictures = correlate1d(pictures.astype(float), weights / weights.sum(), axis, mode="constant")
    return pictures


random = np.random.default_rng(0)
dot = np.zeros((1, 24, 32, 3), np.float32)
dot[0, 12, 16, 0] = 1
cases = {
    "batch": (random.random((2, 24, 32, 3), np.float32), 3),
    "picture": (random.random((24, 32, 3), np.float32), 5),
    "white": (np.ones((1, 24, 32, 1), np.float32), 3),
    "dot": (dot, 3),
}
np.savez("in.npz", **{name: pictures for name, (pictures, _) in cases.items()})
for backend in ("numpy", "jax"):
    found = blurred(backend)
    for name, (pictures, size) in cases.items():
        true, rows_and_colours = along(pictures, (-3, -2), size), along(pictures, (-2, -1), size)
        named, plain = found[f"{name} channels_last"], found[f"{name} None"]
        off = np.abs(plain - true).max()
        print(f"{backend}, {name}: {off:.4f} off at most, mean {plain.mean():.4f} instead of {true.mean():.4f}")
        still(f"{backend}, {name}: right if the format is named", np.abs(named - true).max() < 1e-4)
        if backend == "numpy":
            still(f"{backend}, {name}: right if it is not", off < 1e-4)
            continue
        still(f"{backend}, {name}: along rows and colours if not", np.abs(plain - rows_and_colours).max() < 1e-4)
        still(f"{backend}, {name}: off by over 0.1", off > 0.1)
        if name == "white":
            print(f"    in the middle {plain[0, 12, 16, 0]:.3f}")
            still(f"{backend}, {name}: 0.45 in the middle", abs(plain[0, 12, 16, 0] - 0.4519) < 1e-3)
        if name == "dot":
            print("    sums of red, green, blue:", plain.sum((0, 1, 2)).round(3))
            still(f"{backend}, {name}: there is green", plain[..., 1].sum() > 0.25)
            still(f"{backend}, {name}: none above or below it", not plain[0, [11, 13]].any())

sys.exit(bool(changed))
EOF
