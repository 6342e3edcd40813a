#!/usr/bin/env bash
# mahotas: `convolve` and `convolve1d` do not mirror the kernel: a kernel that moves to the right moves to the left.
#
# The documentation says "convolution"; a convolution by a kernel that is 1 at the right moves a picture to the right,
# and a spot turns into the kernel. mahotas returns the correlation, in each border mode: a spot becomes the kernel
# turned by 180 degrees, (-1, 0, 1) gives the gradient of the other sign, and convolving twice by a and b is not
# convolving once by a * b. scipy's and NumPy's `convolve` and the sum of the definition agree with each other, and
# mahotas agrees with scipy's `correlate` to the last digit. For kernels that are symmetric there is no difference.
#
# Who is bitten: whoever makes motion blur or shifts frames by it, or takes over kernels of scipy or NumPy: movement and
# gradients have the other sign. Instead: scipy.ndimage.
#
# Versions: mahotas 1.4.19, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/mahotas_convolve_mirrors_the_kernel.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check mahotas==1.4.19 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import mahotas
import numpy as np
from scipy import ndimage

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def defined(picture, kernel):
    """Return the sum of kernel[k] * picture[place - k], k from the middle of the kernel, 0 beyond the picture."""
    rows, columns = picture.shape
    high, wide = kernel.shape[0] // 2, kernel.shape[1] // 2
    padded = np.pad(picture, ((high, high), (wide, wide)))
    found = np.zeros(picture.shape)
    for i in range(-high, high + 1):
        for j in range(-wide, wide + 1):
            moved = padded[high - i : high - i + rows, wide - j : wide - j + columns]
            found += kernel[high + i, wide + j] * moved
    return found


print("mahotas", version("mahotas"), "numpy", np.__version__)
random = np.random.default_rng(0)
noise = random.random((24, 32))
for shape in ((3, 3), (5, 3), (5, 5)):
    kernel = random.random(shape)
    true = defined(noise, kernel)
    by_scipy = ndimage.convolve(noise, kernel, mode="constant")
    still(f"{shape}: scipy is as defined", np.abs(by_scipy - true).max() < 1e-12)
    for mode in ("constant", "reflect", "nearest", "mirror", "wrap"):
        found = mahotas.convolve(noise, kernel, mode=mode)
        off = np.abs(found - ndimage.convolve(noise, kernel, mode=mode)).max()
        print(f"{shape}, {mode}: {off:.2f} off a convolution")
        correlated = ndimage.correlate(noise, kernel, mode=mode)
        still(f"{shape}, {mode}: the correlation", np.abs(found - correlated).max() < 1e-12)
        still(f"{shape}, {mode}: over 0.3 off a convolution", off > 0.3)
spot = np.zeros((7, 7))
spot[3, 3] = 1
kernel = np.arange(1.0, 10).reshape(3, 3)
turned = mahotas.convolve(spot, kernel)[2:5, 2:5]
still("a spot becomes the turned kernel", np.array_equal(turned, kernel[::-1, ::-1]))
still("scipy: a spot becomes the kernel", np.array_equal(ndimage.convolve(spot, kernel)[2:5, 2:5], kernel))
row = random.random(32)
right = np.array([0.0, 0, 1])
moved = mahotas.convolve1d(np.tile(row, (4, 1)), right, 1)[0]
still("convolve1d by (0, 0, 1) moves to the left", np.allclose(moved[1:-1], row[2:]))
still("numpy.convolve by it moves to the right", np.allclose(np.convolve(row, right, "same")[1:-1], row[:-2]))
ramp = np.tile(np.arange(32.0), (8, 1))
central = np.array([[0.5, 0, -0.5]])
slope = mahotas.convolve(ramp, central)[4, 16]
print(f"slope of a ramp that rises by 1, by (0.5, 0, -0.5): {slope:.1f}")
still("the slope of a rising ramp is -1", slope == -1 and ndimage.convolve(ramp, central)[4, 16] == 1)
even = ndimage.gaussian_filter(spot, 1.0)
still("a symmetric kernel: no difference", np.allclose(mahotas.convolve(noise, even), ndimage.convolve(noise, even)))

sys.exit(bool(changed))
EOF
