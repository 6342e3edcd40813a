#!/usr/bin/env bash
# Keras: with TensorFlow, `map_coordinates` of "reflect" repeats the border pixel at the right and skips it at the left.
#
# Its manual says `(d c b a | a b c d | d c b a)` for fill_mode="reflect". With JAX that comes out, as from SciPy. With
# TensorFlow it is `d d c b | a b c d | d c b a`: places left of the picture, and above it, are first turned by taking
# the absolute value, which is the rule of "mirror". So a warp of a mirrored picture is not the mirrored warp. It is so
# for order 0 and 1. `elastic_transform` calls it, with "reflect" as its default. The modes "nearest" and "wrap" are the
# same for both backends.
#
# Who is bitten: warps by a flow, elastic augmentation, and networks that are trained with one backend and run with
# another: pictures moved in from the left or the top differ by a pixel from those moved in from the right.
#
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, jax 0.10.2, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with
# Python 3.11, 29 November 2026.
#
# Run: bash findings/keras_reflecting_warps_differ_left_and_right.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    keras==3.15.1 tensorflow-cpu==2.21.0 jax==0.10.2 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import os
import subprocess
import sys

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)

PROGRAM = """
import keras, numpy as np
data = np.load("in.npz")
found = {}
for name in ("letters", "left", "right", "upper", "lower"):
    picture = data["letters" if name == "letters" else "picture"]
    for order in (0, 1):
        for mode in ("reflect", "nearest", "wrap"):
            warped = keras.ops.image.map_coordinates(picture, data["to " + name], order, mode)
            found[f"{name} {order} {mode}"] = keras.ops.convert_to_numpy(warped)
np.savez("out.npz", **found)
"""


def warped(backend):
    setting = {**os.environ, "KERAS_BACKEND": backend, "KERAS_HOME": os.getcwd(), "TF_CPP_MIN_LOG_LEVEL": "3"}
    subprocess.run([sys.executable, "-W", "ignore", "-c", PROGRAM], env=setting, check=True, stderr=subprocess.DEVNULL)
    return dict(np.load("out.npz"))


picture = gaussian_filter(np.random.default_rng(0).random((24, 32)), 1).astype(np.float32)
grid = np.mgrid[:24, :32].astype(np.float32)
steps = {"left": (0, -5), "right": (0, 5), "upper": (-5, 0), "lower": (5, 0)}
places = {name: grid + np.float32(step)[:, None, None] for name, step in steps.items()}
places["letters"] = np.arange(-4, 8, dtype=np.float32)[None]
inputs = {"letters": np.arange(4, dtype=np.float32), "picture": picture}
np.savez("in.npz", **inputs, **{"to " + name: place for name, place in places.items()})
found = {backend: warped(backend) for backend in ("jax", "tensorflow")}
for backend, said in (("jax", "dcba abcd dcba"), ("tensorflow", "ddcb abcd dcba")):
    for order in (0, 1):
        line = "".join("abcd"[int(value)] for value in found[backend][f"letters {order} reflect"])
        line = " ".join((line[:4], line[4:8], line[8:]))
        print(f"{backend}, order {order}: {line}")
        still(f"{backend}, order {order}: as said, {said}", line == said)
for name in steps:
    for order in (0, 1):
        right = map_coordinates(picture, places[name], order=order, mode="reflect")
        by_jax, by_tensorflow = (found[backend][f"{name} {order} reflect"] for backend in ("jax", "tensorflow"))
        off = np.abs(by_tensorflow - right)
        print(f"5 pixels beyond the {name} border, order {order}: {off.max():.3f} off in a picture of 0..1")
        still(f"{name}, order {order}: JAX is SciPy's", np.abs(by_jax - right).max() < 1e-5)
        wrong = name in ("left", "upper")
        still(f"{name}, order {order}: TensorFlow {'differs' if wrong else 'is right'}", (off.max() > 0.1) == wrong)
        beyond = map_coordinates(picture, places[name], order=order, mode="mirror")
        if wrong:
            still(f"{name}, order {order}: it is as mode mirror", np.abs(by_tensorflow - beyond).max() < 1e-5)
        for mode in ("nearest", "wrap"):
            two = [found[backend][f"{name} {order} {mode}"] for backend in ("jax", "tensorflow")]
            still(f"{name}, order {order}: {mode} is the same by both", np.abs(two[0] - two[1]).max() < 1e-5)

sys.exit(bool(changed))
EOF
