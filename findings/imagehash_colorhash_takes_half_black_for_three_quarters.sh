#!/usr/bin/env bash
# ImageHash: `colorhash` has one code for several shares of black, gray and colour: half black is three quarters.
#
# A colour hash has 14 shares of a picture (black, gray, six faint and six bright hues), each in `binbits` bits, by
# default 3. Red of which 4/8 are black has the very hash of red of which 6/8 are black, and 5/8 that of 7/8: distance
# 0. Of the 8 codes that three bits have, 6 are used, of 16 with four bits 10, of 64 with six bits 22. Bit i of a
# share v is to be whether v // 2 ** (binbits - 1 - i) is odd; the remainder is taken by 2 ** (binbits - i) instead of
# 2, so that the bit is also set by the bit above it. Shares that are far from each other can so be nearer than
# neighbours.
#
# Who is bitten: whoever finds duplicates or scene changes by colour: a fade over half of the picture is none. More
# `binbits` lose a larger part. Instead: the shares themselves, counted by a histogram of hues.
#
# Versions: ImageHash 4.3.2, numpy 2.4.6, pillow 13.0.0, scipy 1.17.1, pywavelets 1.9.0; seen on Linux x86_64 with
# Python 3.11, 30 November 2026.
#
# Run: bash findings/imagehash_colorhash_takes_half_black_for_three_quarters.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check \
    ImageHash==4.3.2 numpy==2.4.6 pillow==13.0.0 scipy==1.17.1 pywavelets==1.9.0
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import imagehash
import numpy as np
from PIL import Image

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def black_and(colour, share, size):
    """A picture whose left part is black, and the rest one colour."""
    picture = np.empty((size, size, 3), np.uint8)
    picture[:] = colour
    picture[:, : round(share * size)] = 0
    return Image.fromarray(picture)


def hash_of(share, bits, colour):
    return imagehash.colorhash(black_and(colour, share, 256), binbits=bits)


print("ImageHash", version("ImageHash"), "numpy", np.__version__, "pillow", version("pillow"))
seen = {2: 4, 3: 6, 4: 10, 5: 14, 6: 22}
colours = {"bright red": (220, 0, 0), "faint green": (110, 220, 110)}
for name, colour in colours.items():
    hashes = [hash_of(part / 8, 3, colour) for part in range(8)]
    codes = [str(one)[:3] for one in hashes]
    print(f"{name}, 0/8 to 7/8 black: {[one - hashes[4] for one in hashes]} away from 4/8, codes {codes}")
    still(f"{name}: 4/8 is 6/8", hashes[4] - hashes[6] == 0 and hashes[4] == hashes[6])
    still(f"{name}: 5/8 is 7/8", hashes[5] - hashes[7] == 0 and hashes[5] == hashes[7])
    still(f"{name}: 4/8 and 5/8, nearer, are not one", hashes[4] != hashes[5])
    still(f"{name}: the first bits of 4 and 6 are 110", all(hashes[k].hash[0].tolist() == [1, 1, 0] for k in (4, 6)))
    for bits, count in seen.items():
        # a share in the middle of each step, so that nothing hangs on rounding
        shares = [(step + 0.5) / 2**bits for step in range(2**bits)]
        found = len({str(hash_of(share, bits, colour)) for share in shares})
        right = len({f"{int(share * 2**bits):0{bits}b}" for share in shares})
        print(f"{name}, {bits} bits: {found} codes for {right} shares")
        still(f"{name}, {bits} bits: {count} codes", found == count and right == 2**bits)

sys.exit(bool(changed))
EOF
