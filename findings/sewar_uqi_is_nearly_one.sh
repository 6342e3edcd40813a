#!/usr/bin/env bash
# sewar: its universal quality index takes means for sums, and is 0.97 where the definition gives 0.45.
#
# The index of Wang and Bovik (2002) is 4 cov mx my / ((vx + vy)(mx^2 + my^2)) in windows of 8 x 8. `sewar.uqi` has the
# formula in sums over the window, N * sum(xy) - sum(x) * sum(y) and so on, but puts in the means that scipy's
# uniform_filter gives. The squares and products are then N times too heavy against the squared means: N - 1 times the
# means' product is added to N times the covariance, and likewise below, and what is left is mostly the ratio of the
# means, near 1 for any two pictures of one brightness. A texture scores 0.97 against its own blur and 0.89 against an
# independent one, where the definition gives 0.45 and -0.03. Its documentation says no more than "universal image
# quality index".
#
# Who is bitten: tables that quote UQI (Q, UIQI) beside SSIM, and whoever compares with another program's numbers.
#
# Versions: sewar 0.4.10, scipy 1.17.1, pillow 13.0.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November
# 2026.
#
# Run: bash findings/sewar_uqi_is_nearly_one.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    sewar==0.4.10 scipy==1.17.1 pillow==13.0.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.ndimage import gaussian_filter
from sewar.full_ref import uqi

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def moments(first, second, side, count):
    """Return means, variances and covariance of all windows, dividing the last three by count."""
    x, y = (sliding_window_view(one, (side, side)).reshape(-1, side * side) for one in (first, second))
    mx, my = x.mean(axis=1), y.mean(axis=1)
    products = (x * x).mean(axis=1), (y * y).mean(axis=1), (x * y).mean(axis=1)
    return mx, my, *(side * side * (p - q) / count for p, q in zip(products, (mx * mx, my * my, mx * my)))


def definition(first, second, side=8):
    mx, my, vx, vy, cov = moments(first, second, side, side * side - 1)
    return float((4 * cov * mx * my / ((vx + vy) * (mx**2 + my**2))).mean())


def with_means(first, second, side=8):
    """The formula in sums, with means in their place."""
    mx, my, vx, vy, cov = moments(first, second, side, side * side)
    number = side * side
    xx, yy, xy = vx + mx * mx, vy + my * my, cov + mx * my
    upper = 4 * (number * xy - mx * my) * mx * my
    return float((upper / ((number * (xx + yy) - mx * mx - my * my) * (mx**2 + my**2))).mean())


print("sewar", version("sewar"))
random = np.random.default_rng(0)
textures = [gaussian_filter(random.standard_normal((128, 128)), 1) for _ in range(2)]
picture, other = (np.clip(128 + 40 * texture / texture.std(), 1, 255) for texture in textures)
for name, second, above, below in (
    ("noise of 13 levels", np.clip(picture + random.normal(0, 13, picture.shape), 1, 255), 0.98, 0.95),
    ("its blur", gaussian_filter(picture, 2), 0.9, 0.6),
    ("another texture", other, 0.8, 0.2),
):
    found, truth, means = uqi(picture, second), definition(picture, second), with_means(picture, second)
    print(f"{name}: sewar {found:.3f}, by definition {truth:.3f}, with means in place of sums {means:.3f}")
    still(f"{name}: sewar gives over {above}", found > above)
    still(f"{name}: the definition gives under {below}", truth < below)
    still(f"{name}: the formula with means explains it to 0.003", abs(found - means) < 0.003)
same = uqi(picture, picture), definition(picture, picture)
still("a picture with itself: 1 by both", np.allclose(same, 1))

sys.exit(bool(changed))
EOF
