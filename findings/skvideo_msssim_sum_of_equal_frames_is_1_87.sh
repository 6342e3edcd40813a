#!/usr/bin/env bash
# scikit-video: MS-SSIM by "sum" of a film and itself is 1.867, and by "product" the coarsest scale counts 7.5 times.
#
# MS-SSIM weighs five scales by 0.0448, 0.2856, 0.3001, 0.2363 and 0.1333: as exponents, or, with `method="sum"`, as
# factors. `msssim` weighs four of them, and takes the SSIM of the coarsest scale as it is, as if its weight were 1. A
# sum of equal frames is then 0.8667 + 1; by the definition it is 1. By the product equal frames have 1, and all others
# too little: a film at 60 % of its brightness has 0.716 instead of 0.880. A NumPy version of the definition has the
# numbers of scikit-video with 1 for the last weight.
#
# Who is bitten: whoever compares with MS-SSIM of other tools or papers, and whoever takes 1 for the best there is.
#
# Versions: scikit-video 1.1.11, numpy 1.23.5 (the newest that it runs with), scipy 1.11.4; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/skvideo_msssim_sum_of_equal_frames_is_1_87.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scikit-video==1.1.11 numpy==1.23.5 scipy==1.11.4
./env/bin/python - <<'EOF'
import sys
import warnings
from importlib.metadata import version

import numpy as np
from scipy import ndimage

warnings.filterwarnings("ignore")
from skvideo.measure import msssim

changed = []
WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])
WINDOW = np.exp(-np.arange(-5, 6) ** 2 / 4.5)
WINDOW /= WINDOW.sum()


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def mean(plane):
    """Return the plane under the window of 11 x 11, where all of it is in the picture."""
    return ndimage.correlate1d(ndimage.correlate1d(plane, WINDOW, 0), WINDOW, 1)[5:-5, 5:-5]


def halved(plane):
    rows, columns = (size // 2 * 2 for size in plane.shape)
    return plane[:rows, :columns].reshape(rows // 2, 2, columns // 2, 2).mean((1, 3))


def scales(one, other):
    """Return contrast and structure of the four finer scales, and the SSIM of the coarsest."""
    found = []
    for scale in range(5):
        m, n = mean(one), mean(other)
        both, each = mean(one * other) - m * n, mean(one**2) - m**2 + mean(other**2) - n**2
        structure = (2 * both + 7.65**2) / (each + 7.65**2)
        if scale == 4:
            structure = structure * (2 * m * n + 2.55**2) / (m**2 + n**2 + 2.55**2)
        found.append(structure.mean())
        one, other = halved(one), halved(other)
    return np.array(found)


random = np.random.default_rng(0)
clean = sum(ndimage.gaussian_filter(random.random((256, 256)), sigma) * sigma for sigma in (1, 3, 9))
clean = ((clean - clean.min()) / np.ptp(clean) * 255).round()
films = {
    "the same": clean,
    "blurred": ndimage.gaussian_filter(clean, 2),
    "darker": clean * 0.6,
    "noisy": clean + 25 * random.standard_normal(clean.shape),
}
print("scikit-video", version("scikit-video"), "numpy", np.__version__)
for name, other in films.items():
    parts = scales(clean, other)
    for method in ("product", "sum"):
        found = float(msssim(clean[None], other[None], method=method)[0])
        last = np.append(WEIGHTS[:4], 1)
        if method == "product":
            truth, unweighted = np.prod(parts**WEIGHTS), np.prod(parts**last)
        else:
            truth, unweighted = np.sum(parts * WEIGHTS) / WEIGHTS.sum(), np.sum(parts * last)
        print(f"{name}, {method}: {found:.4f}, by definition {truth:.4f}")
        still(f"{name}, {method}: as if the last weight were 1", abs(found - unweighted) < 2e-3)
        if method == "sum":
            still(f"{name}, {method}: over 0.6 too much", found - truth > 0.6)
        elif name == "darker":
            still(f"{name}, {method}: over 0.05 too little", truth - found > 0.05)

sys.exit(bool(changed))
EOF
