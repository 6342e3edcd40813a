#!/usr/bin/env bash
# Pillow: pasted with a mask, only the left half of a 16-bit picture arrives, also where all of the mask is 255.
#
# `paste` and `Image.composite` with a mask of mode "L" take the bytes of a row of mode "I;16" for its pixels: as many
# bytes are mixed as there are pixels, which is the left half, and each is mixed by itself, with the mask of the place
# of that byte. The right half stays as it was. A mask of 128 mixes 256 and 0 to 0, where 127 is due, since their low
# bytes are 0 and half of the high byte 1 is lost. No error is raised. Without a mask, with one of mode "1" and at 8
# bits it is right.
#
# Who is bitten: whoever composes depth maps or 16-bit frames, or fades one into another by it. Instead: NumPy.
#
# Versions: pillow 13.0.0, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/pillow_pastes_half_of_16_bit_pictures.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check pillow==13.0.0 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import PIL
from PIL import Image

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def pasted(below, above, mask, kind=np.uint16):
    """Paste one array of values onto another by a mask of 0 to 255."""
    found = Image.fromarray(below.astype(kind))
    found.paste(Image.fromarray(above.astype(kind)), (0, 0), Image.fromarray(mask))
    return np.asarray(found).astype(float)


def mixed(below, above, mask):
    return (above.astype(float) * mask + below.astype(float) * (255.0 - mask)) / 255


def mixed_bytes(below, above, mask):
    """Mix the first bytes of each row, as many as there are pixels, and leave all others."""
    width = mask.shape[1]
    found, other = (one.astype("<u2").view(np.uint8).copy() for one in (below, above))
    found[:, :width] = np.rint(mixed(found[:, :width], other[:, :width], mask))
    return found.view("<u2").astype(float)


print("Pillow", PIL.__version__, "numpy", np.__version__)
random = np.random.default_rng(0)
for rows, columns in ((16, 24), (48, 64)):
    below, above = (random.integers(0, 65536, (rows, columns)).astype(np.uint16) for _ in range(2))
    half = columns // 2
    for name, mask in (
        ("all 255", np.full((rows, columns), 255, np.uint8)),
        ("all 128", np.full((rows, columns), 128, np.uint8)),
        ("a ramp", np.tile(np.linspace(0, 255, columns).astype(np.uint8), (rows, 1))),
    ):
        title = f"{rows} x {columns}, a mask of {name}"
        found, true = pasted(below, above, mask), mixed(below, above, mask)
        composed = Image.composite(*(Image.fromarray(one) for one in (above, below, mask)))
        off = np.abs(found - true)
        print(f"{title}: {off[:, :half].mean():.0f} off in the left half, {off[:, half:].mean():.0f} in the right one")
        still(f"{title}: the right half stays as it was", np.array_equal(found[:, half:], below[:, half:]))
        by_bytes = mixed_bytes(below, above, mask)
        still(f"{title}: bytes are mixed by NumPy in the same way", np.abs(found - by_bytes).max() <= 257)
        still(f"{title}: composite does the same", np.array_equal(found, composed))
        if name == "all 255":
            still(f"{title}: the left half is what was pasted", np.array_equal(found[:, :half], above[:, :half]))
        still(f"{title}: over 10000 off on average in the right half", off[:, half:].mean() > 10000)
    chosen = np.where(mask > 127, above, below)
    still(f"{rows} x {columns}: a mask of mode 1 is right", np.array_equal(pasted(below, above, mask > 127), chosen))
    shades = [(one >> 8).astype(np.uint8) for one in (below, above)]
    off = np.abs(pasted(*shades, mask, np.uint8) - mixed(*shades, mask)).max()
    still(f"{rows} x {columns}: 8-bit pictures are mixed rightly", off < 1)
    plain = Image.fromarray(below.copy())
    plain.paste(Image.fromarray(above), (0, 0))
    still(f"{rows} x {columns}: without a mask all is pasted", np.array_equal(plain, above))
small = pasted(np.full((4, 8), 256), np.zeros((4, 8), int), np.full((4, 8), 128, np.uint8))
print("256 and 0 by a mask of 128:", np.unique(small), "instead of 127")
still("256 and 0 by a mask of 128: 0 in the left half", bool((small[:, :4] == 0).all()))

sys.exit(bool(changed))
EOF
