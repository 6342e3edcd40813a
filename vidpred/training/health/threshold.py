"""Whether a discriminator's threshold wanders: its accuracies swing, though it tells real clips from fakes.

Logits that drift together change which clips lie on the right side, but not which of two has the higher logit. The
order of pairs (the area under the ROC curve; Hanley and McNeil 1982) therefore says how well a discriminator tells, and
what its accuracies lack of that is due to where its threshold lies.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

MISPLACED = 0.2  # accuracy lost to the place of the threshold from which a measurement counts
TOLD = 0.9  # share of pairs in the right order from which real and fake clips are told, wherever the threshold lies
WANDERING = 0.2  # share of measurements with a threshold too low, and of those with one too high, that are no accident


class Threshold(NamedTuple):
    """Where a discriminator's threshold lay over some measurements."""

    pairs: float  # mean share of pairs in the right order
    too_low: float  # share of measurements in which it was misplaced, and takes most fakes for real
    too_high: float  # share in which it was misplaced, and takes most real clips for fake

    @property
    def misplaced(self) -> float:
        """The share of measurements in which it was misplaced."""
        return self.too_low + self.too_high

    @property
    def wanders(self) -> bool:
        """Whether it is misplaced often, and to either side."""
        return min(self.too_low, self.too_high) >= WANDERING


def describe_threshold(measured: Sequence[Mapping[str, Any]]) -> Threshold:
    """Describe the threshold over some measurements, at least one.

    Where a share p of all pairs is in the right order, some threshold has a mean accuracy on real and fake of at least
    1 - sqrt((1 - p) / 2), since p is at most 1 - (1 - J)^2 / 2 where the best has (1 + J) / 2. What the threshold of a
    measurement has less than that is lost to its place, as far as it errs more on one side.
    """
    names = ("accuracy_real", "accuracy_fake", "accuracy_pairs")
    real, fake, pairs = (np.array([entry[name] for entry in measured], dtype=np.float64) for name in names)
    lost = 1 - np.sqrt(np.clip((1 - pairs) / 2, 0, 1)) - (real + fake) / 2
    lean = (real - fake) / 2
    return Threshold(
        pairs=float(pairs.mean()),
        too_low=float(np.mean((lost >= MISPLACED) & (lean >= MISPLACED))),
        too_high=float(np.mean((lost >= MISPLACED) & (lean <= -MISPLACED))),
    )
