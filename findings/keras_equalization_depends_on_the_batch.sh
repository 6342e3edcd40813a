#!/usr/bin/env bash
# Keras: the layer `Equalization` makes one histogram of a whole batch: beside a bright picture a dark one stays dark.
#
# Its manual says that it spreads out the intensity values of an image, and "applies equalization on a channel-wise
# basis". Of one picture it does so as by the definition computed here in NumPy. Of a batch it counts the values of all
# pictures together and gives all the same new levels: a dark ramp of 0 to 80 becomes 0 to 255 alone, 0 to 127 beside
# one bright picture and 0 to 63 beside three, and a picture among random others is up to over 100 levels off. Two even
# pictures of 100 and 101, which stay as they are each alone, become 0 and 255 together. `AutoContrast` of the same
# package looks at each picture alone.
#
# Who is bitten: whoever uses it as a layer of a model or on batches of a data set (the number of a frame depends on
# which others are near it, and at test on the batch size), and `RandAugment`, which calls it. Instead: map it over
# single pictures before batching.
#
# Versions: keras 3.15.1, tensorflow-cpu 2.21.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/keras_equalization_depends_on_the_batch.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import os
import sys

import numpy as np

os.environ.update(KERAS_HOME=os.getcwd(), KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
import keras

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_definition(pictures):
    """Equalize each channel of a set of pictures of levels 0..255 with one histogram of them all."""
    found = np.empty(pictures.shape)
    for channel in range(pictures.shape[-1]):
        values = pictures[..., channel].astype(int)
        sums = np.cumsum(np.bincount(values.ravel(), minlength=256))
        first = sums[np.flatnonzero(sums)[0]]
        found[..., channel] = np.round((sums - first) * 255 / (sums[-1] - first))[values]
    return found


def equalized(pictures):
    return keras.ops.convert_to_numpy(keras.layers.Equalization()(np.asarray(pictures, np.float32)))


print("keras", keras.__version__)
dark = np.zeros((16, 81, 1), np.float32) + np.arange(81)[None, :, None]
bright = np.zeros((16, 81, 1), np.float32) + np.arange(81)[None, :, None] + 170
alone = equalized([dark])[0]
print(f"a dark ramp alone: {alone.min():.0f} to {alone.max():.0f}")
still("alone it is spread from 0 to 255, as by definition", np.array_equal(alone, by_definition(dark)))
still("a single picture without a batch too", np.array_equal(equalized(dark), alone))
for others, top in ((1, 127), (3, 63)):
    beside = equalized([dark] + [bright] * others)[0]
    print(f"    beside {others} bright ones: {beside.min():.0f} to {beside.max():.0f}")
    still(f"beside {others} it ends at {top}", abs(beside.max() - top) <= 1)
    expected = by_definition(np.stack([dark] + [bright] * others))[0]
    still("    which is what one histogram of all gives", np.abs(beside - expected).max() <= 1)

random = np.random.default_rng(0)
centres = random.uniform(40, 215, (8, 1, 1, 3))
noise = np.clip(random.normal(centres, 20, (8, 24, 32, 3)), 0, 255).round().astype(np.float32)
batch, single = equalized(noise), np.concatenate([equalized(picture[None]) for picture in noise])
right = np.stack([by_definition(picture) for picture in noise])
off = np.abs(batch - right)
print(f"eight noisy pictures: {off.max():.0f} levels off at most, {off.mean():.0f} in the mean")
still("eight noisy pictures: one at a time they are right", np.abs(single - right).max() <= 1)
still("    together over 100 levels off", np.abs(batch - right).max() > 100)
still("    and as with one histogram", np.abs(batch - by_definition(noise)).max() <= 1)

even = np.stack([np.full((8, 8, 1), level, np.float32) for level in (100, 101)])
both = equalized(even)
print("even pictures of 100 and 101 together:", both[:, 0, 0, 0])
still("even pictures of 100 and 101 stay alone", all(np.array_equal(equalized([one])[0], one) for one in even))
still("    and are 0 and 255 together", set(both[0].flat) == {0} and set(both[1].flat) == {255})
contrast = keras.layers.AutoContrast()
two = keras.ops.convert_to_numpy(contrast(np.stack([dark, bright])))[0]
still("AutoContrast looks at each alone", np.allclose(two, keras.ops.convert_to_numpy(contrast(dark[None]))[0]))

sys.exit(bool(changed))
EOF
