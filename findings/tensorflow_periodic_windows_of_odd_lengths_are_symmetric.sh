#!/usr/bin/env bash
# TensorFlow: `hann_window(7, periodic=True)` is the symmetric window, and so is that of every odd length.
#
# `tf.signal.hann_window` and `hamming_window` promise a periodic window, one period of the cosine, unless
# `periodic=False`. They add the one sample that makes it periodic to even lengths alone. So of 7 samples the periodic
# window is 0, 0.25, 0.75, 1, 0.75, 0.25, 0, as the symmetric one; by definition, in SciPy and in PyTorch it is 0, 0.19,
# 0.61, 0.95, 0.95, 0.61, 0.19. Periodic Hann windows of 15 samples, each 5 after the last, sum to 1.5 everywhere; those
# of TensorFlow to between 1.38 and 1.42. The spectrum of a wave of whole periods has 3 lines, and in TensorFlow others
# of 1.5 % of the greatest too. Even lengths are right.
#
# Who is bitten: spectra and features of signals in windows of odd length (25 ms at 11025 Hz are 275 samples; a second
# of 25 frames), compared with SciPy's, librosa's or PyTorch's, and blending of overlapping pieces by these windows.
# Instead: `hann_window(n + 1, periodic=False)[:-1]`.
#
# Versions: tensorflow-cpu 2.21.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/tensorflow_periodic_windows_of_odd_lengths_are_symmetric.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    tensorflow-cpu==2.21.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import os
import sys

import numpy as np
import scipy
from scipy.signal import windows

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3")
import tensorflow as tf

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def summed(window, step):
    """Return what copies of a window sum to, each `step` samples after the last, where all of them overlap."""
    total = np.zeros(len(window) * 10)
    for start in range(0, len(total) - len(window) + 1, step):
        total[start : start + len(window)] += window
    return total[2 * len(window) : -3 * len(window)]


print("tensorflow", tf.__version__, "scipy", scipy.__version__, "numpy", np.__version__)
pairs = {"hann": (tf.signal.hann_window, windows.hann), "hamming": (tf.signal.hamming_window, windows.hamming)}
for name, (ours, theirs) in pairs.items():
    for length in (3, 7, 15, 25, 275, 2, 8, 16, 400):
        found = ours(length, periodic=True).numpy()
        periodic, symmetric = theirs(length, sym=False), theirs(length, sym=True)
        off = np.abs(found - periodic).max()
        other = np.abs(found - symmetric).max()
        print(f"{name}, {length}: {off:.4f} from the periodic window, {other:.4f} from the symmetric one")
        if length % 2:
            still(f"{name}, {length}: it is the symmetric one", np.allclose(found, symmetric, atol=1e-5))
            still(f"{name}, {length}: as with periodic=False", np.array_equal(found, ours(length, periodic=False)))
            still(f"{name}, {length}: not the periodic one", off > 0.4 / length)
        else:
            still(f"{name}, {length}: right", off < 1e-5)
        fixed = ours(length + 1, periodic=False).numpy()[:-1]
        still(f"{name}, {length}: one more and cut it is right", np.allclose(fixed, periodic, atol=1e-5))
print("7 samples:", tf.signal.hann_window(7).numpy().round(2), "by SciPy:", windows.hann(7, sym=False).round(2))
found, right = summed(tf.signal.hann_window(15).numpy(), 5), summed(windows.hann(15, sym=False), 5)
print(f"windows of 15, each 5 later: {found.min():.3f} to {found.max():.3f}", end="")
print(f", by SciPy {right.min():.3f} to {right.max():.3f}")
still("they sum to 1.5 by SciPy", np.allclose(right, 1.5))
still("and not by TensorFlow", np.ptp(found) > 0.03 and found.max() < 1.45)
wave = np.cos(2 * np.pi * np.arange(25) * 6 / 25).astype(np.float32)
found = np.abs(tf.signal.stft(wave, 25, 25, 25).numpy()[0])
right = np.abs(np.fft.rfft(wave * windows.hann(25, sym=False)))
other = [line for line in range(13) if abs(line - 6) > 1]
print(f"six periods in 25 samples: lines other than 5, 6, 7: {found[other].max() / found.max():.4f}", end="")
print(f" of the greatest, by SciPy {right[other].max() / right.max():.4f}")
still("by SciPy three lines alone", right[other].max() < 1e-6 * right.max())
still("by TensorFlow others too", found[other].max() > 0.01 * found.max())

sys.exit(bool(changed))
EOF
