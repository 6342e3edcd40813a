"""A two-sample test: how often the nearest neighbour of a sample is from its own set."""

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.metrics.set_distance import comparable_features
from vidpred.wording import counted

ROWS = 256  # samples whose distances are in memory at once
FEWEST = 2


def nearest_neighbour_accuracy(real: Tensor, fake: Tensor) -> float:
    """Return the leave-one-out accuracy of a 1-nearest-neighbour classifier of the two sets; ties count half.

    About 0.5 for two samples of the same distribution; close to 1 where they are easy to distinguish, and close to 0
    where one set is a copy of the other.

    Args:
        real: features (N, D).
        fake: features (N, D), equally many: otherwise the expected accuracy would not be 0.5.

    Raises:
        VidpredError: sets of different size or of less than 2 samples, or features that cannot be compared.

    Source: Lopez-Paz and Oquab (2017), "Revisiting classifier two-sample tests"; Xu et al. (2018), "An
    empirical study on evaluation metrics of generative adversarial networks".
    """
    real, fake = comparable_features(real, fake, FEWEST, "the nearest-neighbour test")
    if len(real) != len(fake):
        raise VidpredError(
            f"there are {len(real)} real and {counted(len(fake), 'generated sample')}, but the nearest-neighbour test "
            "needs equally many; leave some out"
        )
    return (_own(real, fake) + _own(fake, real)) / 2


def _own(those: Tensor, others: Tensor) -> float:
    """Return how often the nearest neighbour of a sample of ``those`` is one of them."""
    total = 0.0
    for first in range(0, len(those), ROWS):
        rows = those[first : first + ROWS]
        within, between = (
            torch.cdist(rows, each, compute_mode="donot_use_mm_for_euclid_dist") for each in (those, others)
        )
        itself = torch.arange(len(rows), device=rows.device)
        within[itself, itself + first] = torch.inf
        own, other = within.amin(dim=1), between.amin(dim=1)
        total += float((own < other).sum()) + float((own == other).sum()) / 2
    return total / len(those)
