#!/usr/bin/env bash
# POT: `wasserstein_circle` of two samples of unlike counts is, now and then, about 1, where 0.5 is the most there is.
#
# No two points of a circle of length 1 are farther apart than 0.5, so no distance of angles, hues or phases can
# exceed that, or 0.25 with p=2. Of 200 pairs of samples of 2 to 29 points, 3 % are above it, mostly 0.9 to 1 with
# p=1, where a transport by `emd2` gives 0.003 to 0.04; with p=2 as many. A quarter of all samples are up to 1 away
# from themselves with each point three times, which is no distance at all. The search for the best cut ends at a cut
# of -3e-16 instead of 0: the weights are summed up, and 1/7 seven times is not quite 1. Its cost is taken with all of
# the second sample a turn further, while a billionth to either side it is right. So samples of equal counts, or of
# counts that are powers of two, are right, always. There is no warning.
#
# Who is bitten: whoever compares hues or directions of flow of unlike numbers of samples. Instead: `emd2` of
# distances around the circle, or equal counts.
#
# Versions: POT 0.9.7.post1, numpy 2.4.6, scipy 1.17.1; seen on Linux x86_64 with Python 3.11, 30 November 2026.
#
# Run: bash findings/pot_wasserstein_on_the_circle_goes_once_around.sh
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
from ot.lp.solver_circle import ot_cost_on_circle

changed = []


def still(claim, holds):
    print("as written:" if holds else "CHANGED:   ", claim)
    if not holds:
        changed.append(claim)


def by_transport(one, other, p):
    """The same by a general solver, of the shorter ways around."""
    ways = np.abs(one[:, None] - other)
    return float(ot.emd2([], [], np.minimum(ways, 1 - ways) ** p))


def by_circle(one, other, p):
    return float(ot.wasserstein_circle(one, other, p=p)[0])


def pairs(counts, number=200):
    """Samples of angles around a common one, as parts of a turn."""
    random = np.random.default_rng(0)
    for _ in range(number):
        middle, width = random.random(), 0.3 * random.random()
        yield tuple((middle + width * random.normal(size=count)) % 1 for count in counts(random))


print("POT", version("POT"), "numpy", np.__version__)
kinds = {
    "any counts": lambda random: random.integers(2, 30, 2),
    "equal counts": lambda random: [random.integers(2, 30)] * 2,
    "powers of two": lambda random: 2 ** random.integers(1, 5, 2),
}
for name, counts in kinds.items():
    for p in (1, 2):
        found = [(by_circle(*pair, p), by_transport(*pair, p)) for pair in pairs(counts)]
        wrong = [(value, right) for value, right in found if abs(value - right) > 1e-4]
        print(f"{name}, p = {p}: {len(wrong)} of {len(found)} are wrong, {np.round(wrong[:3], 4).tolist()} ...")
        if name != "any counts":
            still(f"{name}, p = {p}: none is", not wrong)
            continue
        still(f"{name}, p = {p}: over 1 % are", 0.01 < len(wrong) / len(found) < 0.1)
        still(f"{name}, p = {p}: they are more than the most there is", min(wrong)[0] > 0.5**p)
        still(f"{name}, p = {p}: the right ones are not", max(right for _, right in found) <= 0.5**p)

for p in (1, 2):
    seen = [by_circle(one, np.repeat(one, 3), p) for one, _ in pairs(kinds["any counts"])]
    large = [value for value in seen if value > 1e-4]
    print(f"each point three times, p = {p}: {len(large)} of {len(seen)} are up to {max(large, default=0):.2f} away")
    still(f"each point three times, p = {p}: over 10 % are far from 0", np.mean(np.array(seen) > 0.1) > 0.1)
    zero = max(by_transport(one, np.repeat(one, 3), p) for one, _ in pairs(kinds["any counts"]))
    still(f"each point three times, p = {p}: by transport all are 0", zero < 1e-9)
wrong = [pair for pair in pairs(kinds["any counts"]) if abs(by_circle(*pair, 1) - by_transport(*pair, 1)) > 1e-4]
cuts = [float(ot.binary_search_circle(*pair, p=1, log=True)[1]["optimal_theta"][0]) for pair in wrong]
print("cuts of the wrong ones:", cuts[:4])
still("all are cut at less than 1e-14 from a whole turn", all(0 < abs(cut - round(cut)) < 1e-14 for cut in cuts))
for one, other in wrong:
    sums = [np.full(len(each), 1 / len(each)).cumsum()[None] for each in (one, other)]
    sides = [
        float(ot_cost_on_circle(np.full((1, len(other)), cut), np.sort(one)[None], np.sort(other)[None], *sums, 1)[0])
        for cut in (-1e-9, 1e-9)
    ]
    still("a billionth to either side the cost is right", np.allclose(sides, by_transport(one, other, 1), atol=1e-6))

sys.exit(bool(changed))
EOF
