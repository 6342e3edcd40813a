#!/usr/bin/env bash
# scikit-image: the error that `phase_cross_correlation` returns is 1 for a picture and itself, and for any other, in
# whatever position.
#
# It is documented as the "translation invariant normalized RMS error" of the two pictures: 0 for a picture and the
# same one moved, near 1 for unlike ones. By default (`normalization="phase"`) the peak that it is computed from is
# that of a correlation of which all amplitudes are divided away, and it is compared with the amplitudes of the
# pictures all the same. So it is 1.0000 for a picture and itself, moved in a circle, with noise, and for two that
# have nothing in common. Since the amplitudes depend on the range, the same pictures in 0..0.01 have errors of 6.8
# for a picture and itself and of 0.8 to 0.9 for unlike ones. With `normalization=None` it is the one that is computed
# here from the definition, by trying each shift. The shifts are right.
#
# Who is bitten: whoever takes the shift of two frames only if the error is small, finds cuts by it, or picks the best
# of many references: by default it says nothing. Instead: `normalization=None` for the error, or one's own error of
# the frames moved back.
#
# Versions: scikit-image 0.26.0, scipy 1.17.1, numpy 2.4.6; seen on Linux x86_64 with Python 3.11, 29 November 2026.
#
# Run: bash findings/skimage_phase_correlation_error_is_always_1.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check scikit-image==0.26.0 scipy==1.17.1 numpy==2.4.6
./env/bin/python - <<'EOF'
import sys

import numpy as np
import skimage
from scipy.ndimage import gaussian_filter
from skimage.registration import phase_cross_correlation

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def defined(first, second):
    """Return the normalized RMS error at the best of all shifts in a circle and the best factor."""
    best = max(
        float((first * np.roll(second, (down, right), (0, 1))).sum())
        for down in range(first.shape[0])
        for right in range(first.shape[1])
    )
    return np.sqrt(max(0.0, 1 - best**2 / float((first**2).sum() * (second**2).sum())))


print("scikit-image", skimage.__version__)
generator = np.random.default_rng(0)
SHAPE = 48, 65


def scene():
    found = gaussian_filter(generator.random(SHAPE), 2, mode="wrap")
    return (found - found.min()) / np.ptp(found)


first = scene()
moved = np.roll(first, (5, -3), (0, 1))
pairs = {
    "itself": first,
    "moved in a circle": moved,
    "moved, with noise": moved + generator.normal(0, 0.3, SHAPE),
    "another scene": scene(),
    "noise alone": generator.normal(0, 1, SHAPE),
}
for name, second in pairs.items():
    truth = defined(first, second)
    shift, error, _ = phase_cross_correlation(first, second)
    plain = phase_cross_correlation(first, second, normalization=None)[1]
    small = phase_cross_correlation(first / 100, second / 100)[1]
    print(f"{name}: error {error:.4f}, in 0..0.01 {small:.2f}, without phase {plain:.4f}, by definition {truth:.4f}")
    still(f"{name}: error 1 within 0.0001", abs(error - 1) < 1e-4)
    if name in ("itself", "moved in a circle"):
        still(f"{name}: error over 5 in 0..0.01", small > 5)
    else:
        still(f"{name}: error below 1 in 0..0.01", small < 1)
    still(f"{name}: right with normalization=None", abs(plain - truth) < 1e-4)
    if "moved" in name:
        still(f"{name}: the shift is right", np.array_equal(shift, (-5, 3)))
same, unlike = (defined(first, pairs[name]) for name in ("itself", "noise alone"))
still("by definition 0 for itself, over 0.9 for noise", same < 1e-6 and unlike > 0.9)

sys.exit(bool(changed))
EOF
