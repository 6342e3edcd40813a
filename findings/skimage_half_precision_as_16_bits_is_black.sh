#!/usr/bin/env bash
# scikit-image: pictures of float16 become all 0 by `img_as_uint`, white of `img_as_int` is -32768, and CLAHE gives
# white.
#
# The conversion is computed in a "float type that can represent output integer type", as its source says; it takes
# that by the number of bytes, and float16 has as many as uint16. It ends at 65504 and knows no 65535: all that is
# multiplied by it is infinite, and a cast of that to whole numbers is 0 on this processor: 0.1, 0.5 and 1.0 are all
# black. For int16 the upper end, 32767, is rounded to 32768, which is then cast to -32768, the darkest value there
# is. `equalize_adapthist`, which begins with that conversion, gives 0 and 1 alone, over 90 % of it 1,
# in whatever picture. The same values as float32 are right in all three, as is `img_as_ubyte` within a level. NumPy
# warns of an overflow; nothing else does.
#
# Who is bitten: whoever keeps frames in half precision, as networks do, and saves or equalizes them by scikit-image.
# Instead: `astype(np.float32)` before.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/skimage_half_precision_as_16_bits_is_black.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python -W ignore - <<'EOF'
import sys

import numpy as np
import skimage
from skimage.exposure import equalize_adapthist
from skimage.util import img_as_int, img_as_ubyte, img_as_uint

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


print("scikit-image", skimage.__version__)
down, across = np.mgrid[:96, :128]
exact = np.round((0.55 + 0.2 * np.sin(across / 9) + 0.2 * np.cos(down / 7)) * 1024) / 1024
exact[:16, :16] = 1
half, single = exact.astype(np.float16), exact.astype(np.float32)
still("the values are the same in float16 and float32", np.array_equal(half.astype(float), single.astype(float)))
print(f"a picture of {exact.min():.3f} to {exact.max():.3f}")

ways = ("uint16", img_as_uint, 65535), ("int16", img_as_int, 32767), ("uint8", img_as_ubyte, 255)
for name, convert, largest in ways:
    by_half, by_single = convert(half).astype(int), convert(single).astype(int)
    print(f"{name}: float16 {by_half.min()} to {by_half.max()}, float32 {by_single.min()} to {by_single.max()}")
    still(f"{name}: float32 is right within a level", np.abs(by_single - exact * largest).max() <= 1)
    if name == "uint16":
        still("uint16: float16 is 0 all over", not by_half.any())
    elif name == "int16":
        still("int16: white of float16 is -32768", (by_half[:16, :16] == -32768).all())
    else:
        still("uint8: float16 is right within a level", np.abs(by_half - exact * largest).max() <= 1)

for name, picture in (("this picture", exact), ("mirrored", exact[:, ::-1]), ("half the contrast", exact / 2)):
    half, single = (equalize_adapthist(picture.astype(kind)) for kind in (np.float16, np.float32))
    print(f"CLAHE, {name}: mean {half.mean():.3f} from float16, {single.mean():.3f} from float32")
    still(f"CLAHE, {name}: nothing but 0 and 1 from float16", set(np.unique(half)) <= {0, 1})
    still(f"CLAHE, {name}: over 90 % white from float16", half.mean() > 0.9)
    still(f"CLAHE, {name}: mean between 0.4 and 0.75 from float32", 0.4 < single.mean() < 0.75)

sys.exit(bool(changed))
EOF
