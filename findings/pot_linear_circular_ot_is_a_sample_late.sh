#!/usr/bin/env bash
# POT: by `linear_circular_ot`, a sample has a distance from itself if each point stands there ten times.
#
# `linear_circular_ot` compares samples of angles by where each takes the points of an even circle, and
# `linear_sliced_wasserstein_sphere` does so on the great circles of a sphere. From an even circle it is the square of
# the Wasserstein distance, as the package's own `semidiscrete_wasserstein2_unif_circle` has it; by this function 5
# angles are 156 % off on average, and 40 angles 29 %. Repeating all points changes no distribution, but changes the
# value, and the distance from a sample to itself repeated is 0.03 for 5 angles, of 0.25 at most. The sums of weights
# get a 0 in front, and the angles that belong to them do not: each quantile is the angle of the next sample. With the
# shift undone, by NumPy, it agrees with both. Two samples of the same count are shifted alike, so that the error is
# largest between unlike counts, and falls with the count: 40 points on a sphere are 0.033 from themselves repeated.
# With weights it is the same.
#
# Who is bitten: whoever compares directions, hues or features on a sphere by the linear variant, with tens of samples
# or unlike counts. Instead: `wasserstein1_circle`, `sliced_wasserstein_sphere` with equal counts, or repeat all 100
# times.
#
# Versions: POT 0.9.7.post1, numpy 2.4.6, scipy 1.17.1; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/pot_linear_circular_ot_is_a_sample_late.sh
# Exit 0: all is still as written here; 1: it has changed, or could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
./env/bin/python -m pip install --quiet --disable-pip-version-check POT==0.9.7.post1 numpy==2.4.6 scipy==1.17.1
./env/bin/python -W ignore - <<'EOF'
import sys
from importlib.metadata import version

import numpy as np
import ot

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def places(angles, weights, shift):
    """Where 100 even angles go, minus themselves; `shift` takes the sample that many places later."""
    order = np.argsort(angles)
    angles, sums = angles[order], np.cumsum(weights[order])
    even = np.arange(100) / 100
    parts = (even - (angles * weights[order]).sum() + 0.5) % 1
    found = np.searchsorted(sums, parts - 1e-12) + shift
    return angles[np.clip(found, 0, len(angles) - 1)] - even


def by_numpy(one, other=None, shift=0):
    """The mean square of how far the places are apart, around the circle."""
    both = [places(each, np.full(len(each), 1 / len(each)), shift) for each in (one, other) if each is not None]
    apart = (both[0] if other is None else both[0] - both[1]) % 1
    return float((np.minimum(apart, 1 - apart) ** 2).mean())


def by_pot(one, other=None):
    return float(ot.linear_circular_ot(one, other)[0])


print("POT", version("POT"), "numpy", np.__version__)
random = np.random.default_rng(0)
for count in (3, 5, 12, 40):
    samples = random.random((30, count))
    plain = np.array([ot.semidiscrete_wasserstein2_unif_circle(one)[0] for one in samples])
    found = np.array([by_pot(one) for one in samples])
    right, late = (np.array([by_numpy(one, shift=shift) for one in samples]) for shift in (0, 1))
    off = np.abs(found - plain).mean() / plain.mean()
    print(f"{count} angles from an even circle: {plain.mean():.4f} on average, by `linear_circular_ot` {off:.0%} off")
    still(f"{count}: by NumPy it is the Wasserstein distance", np.abs(right - plain).max() < 0.05 * plain.mean() + 1e-3)
    still(f"{count}: a sample late it is POT's", np.allclose(found, late))
    still(f"{count}: POT's is over 10 % off", off > 0.1)
    copies = [np.repeat(one, 10) for one in samples]
    own = np.mean([by_pot(one, ten) for one, ten in zip(samples, copies, strict=True)])
    again = np.array([by_pot(ten) for ten in copies])
    print(f"{count} angles from themselves ten times: {own:.4f}")
    least = {3: 0.01, 5: 0.01, 12: 0.003, 40: 0.0005}[count]
    still(f"{count}: they are apart", own > least)
    zero = max(by_numpy(one, ten) for one, ten in zip(samples, copies, strict=True))
    still(f"{count}: by NumPy they are not", zero < 1e-9)
    still(f"{count}: ten times, it is nearer to the right one", np.abs(again - plain).mean() < off * plain.mean() / 2)

for count in (5, 40):
    points = random.normal(size=(count, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    ten = np.repeat(points, 10, 0)
    found = float(ot.linear_sliced_wasserstein_sphere(points, ten, n_projections=100, seed=0))
    print(f"{count} points of a sphere from themselves ten times: {found:.4f}")
    still(f"{count} points: apart", found > 0.02)
    same = float(ot.linear_sliced_wasserstein_sphere(points, points, n_projections=100, seed=0))
    still(f"{count} points, once each: not apart", same == 0)

sys.exit(bool(changed))
EOF
