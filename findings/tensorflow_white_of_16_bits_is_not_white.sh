#!/usr/bin/env bash
# TensorFlow: white of uint8 is 65280 of uint16, white of uint16 is infinite as float16, and white of bfloat16 is black.
#
# `tf.image.convert_image_dtype` is to scale images: integers from 0 to their maximum, floats from 0 to 1. Between
# integers it multiplies by 256 instead of 257, so white of 8 bits is 255 levels below white of 16, and 65280 / 65535 of
# it as a float. To float16 it makes a float16 of the integer before it divides, and 65535 is more than the greatest
# float16: gray of 32767 becomes 0.5 and white inf, as all from 65520 on.
# From bfloat16 the maximum of uint8 plus a half is rounded to 256 and wraps: 1.0 is 0, while 0.99 is 253; to int16,
# from float16 too, 1.0 is -32768. From float16 to uint16 all but 0 is infinite on the way and comes out as 0; with
# `saturate=True` gray of 0.25 comes out as 65504. Nothing is raised.
#
# Who is bitten: 16-bit frames read for training in half precision (a white sky makes the loss NaN), saving of predicted
# frames from mixed precision, and tests of equality after 8 bits have become 16. Instead: to float32 first.
#
# Versions: tensorflow-cpu 2.21.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/tensorflow_white_of_16_bits_is_not_white.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    tensorflow-cpu==2.21.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import os
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
os.environ.update(TF_CPP_MIN_LOG_LEVEL="3")
import tensorflow as tf

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def converted(values, before, after, **options):
    """Return values of one type converted to another, as float64."""
    return tf.image.convert_image_dtype(tf.constant(values, before), after, **options).numpy().astype(np.float64)


def shows(title, found, expected):
    """Print what is found, and compare it with what is written here."""
    print(f"{title}: {found}")
    still(f"{title}: {expected}", np.array_equal(found, expected, equal_nan=True))


print("tensorflow", tf.__version__, "numpy", np.__version__)
shows("0, 128, 255 of uint8 to uint16", converted([0, 128, 255], "uint8", "uint16"), [0, 32768, 65280])
by_float = converted(converted([0, 128, 255], "uint8", "float32"), "float32", "uint16")
print("    by float32:", by_float)
still("    by float32 white is 65535", by_float[-1] == 65535)
found = converted([0, 32767, 65519, 65520, 65535], "uint16", "float16")
print("0, 32767, 65519, 65520, 65535 of uint16 to float16:", found)
still("    the first two are 0 and 0.5", found[0] == 0 and found[1] == 0.5)
still("    the last two are infinite", bool(np.all(np.isinf(found[3:]))) and np.isfinite(found[2]))
still("    to float32 white is 1", converted([65535], "uint16", "float32")[0] == 1)
shows("1.0 of bfloat16 to uint8", converted([1.0], "bfloat16", "uint8"), [0])
shows("0.98828125 of bfloat16 to uint8", converted([0.98828125], "bfloat16", "uint8"), [253])
shows("1.0 of bfloat16 to uint8, saturated", converted([1.0], "bfloat16", "uint8", saturate=True), [255])
for before in ("float16", "bfloat16"):
    found = converted([0, 0.25, 0.5, 1], before, "int16")
    shows(f"0, 0.25, 0.5, 1 of {before} to int16", found, [0, 8192, 16384, -32768])
shows("1.0 of float16 to uint8", converted([1.0], "float16", "uint8"), [255])
shows("0, 0.25, 0.5, 1 of float16 to uint16", converted([0, 0.25, 0.5, 1], "float16", "uint16"), [0, 0, 0, 0])
saturated = converted([0, 0.25, 0.5, 1], "float16", "uint16", saturate=True)
shows("    saturated", saturated, [0, 65504, 65504, 65504])
for after, white in (("uint8", 255), ("uint16", 65535), ("int16", 32767)):
    for before in ("float32", "float64"):
        still(f"1.0 of {before} to {after} is {white}", converted([1.0], before, after)[0] == white)

sys.exit(bool(changed))
EOF
