#!/usr/bin/env bash
# scipy: the Wiener filter makes a noisy 8-bit or 16-bit picture worse, and gives levels far below 0 and above 255.
#
# `scipy.signal.wiener` needs the local variance, and takes the mean of the squares for it. It squares in the type of
# the picture: 200 * 200 is 64 in uint8. The result is float64 for every type, so that nothing looks wrong: but of a
# noisy picture of bytes, 12 levels from the clean one, the filtered one is 31 levels away and spans -809..502, where
# the same numbers as float or int32 give 9.5 levels and 24..241. int16 is as wrong with 8-bit levels, since 182 squared
# is too large for it already; uint16 is right with these, and wrong with its own full range, as is int32 with that. The
# documentation asks for "an N-dimensional array" and says nothing of types.
#
# Who is bitten: whoever denoises decoded frames before flow or metrics.
#
# Versions: scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 28 November 2026.
#
# Run: bash findings/scipy_wiener_of_bytes_adds_noise.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import scipy
from scipy.ndimage import gaussian_filter
from scipy.signal import wiener

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def apart(one, other):
    """Return the root mean square difference, without the borders (the filter pads with zeros)."""
    return float(np.sqrt(np.mean((one - other)[4:-4, 4:-4] ** 2)))


print("scipy", scipy.__version__, "numpy", np.__version__)
print("200 squared as uint8:", np.uint8([200])[0] ** 2)
generator = np.random.default_rng(0)
clean = gaussian_filter(generator.random((64, 64)), 2)
clean = 255 * (clean - clean.min()) / (clean.max() - clean.min())
noisy = (clean + generator.normal(0, 12, clean.shape)).clip(0, 255).round()
before = apart(noisy, clean)
print(f"the noisy picture is {before:.1f} levels from the clean one")
# type, factor upon 8-bit levels, whether the result is right
for kind, factor, right in (
    ("float64", 1, True),
    ("float32", 1, True),
    ("int32", 1, True),
    ("uint8", 1, False),
    ("int16", 1, False),
    ("uint16", 1, True),
    ("uint16", 257, False),
    ("int32", 257, False),
    ("float32", 257, True),
):
    found = wiener((noisy * factor).astype(kind), 5) / factor
    after = apart(found, clean)
    name = f"{kind}, 0..{255 * factor}"
    print(f"{name}: filtered {after:.1f} from the clean one, levels {found.min():.0f}..{found.max():.0f}")
    if right:
        still(f"{name}: nearer to the clean one than before, within 0..255", after < before and 0 < found.min() < 255)
    else:
        outside = found.min() < 0 or found.max() > 255
        still(f"{name}: over twice as far from the clean one as before, beyond 0..255", after > 2 * before and outside)

sys.exit(bool(changed))
EOF
