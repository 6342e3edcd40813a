"""The kernel distance between two sets of features, which over Inception's is called KID."""

import torch
from torch import Tensor

from vidpred.metrics.set_distance import comparable_features
from vidpred.metrics.shared import once

FEWEST = 2  # samples of each set: pairs of different ones are averaged over
ROWS = 1024  # samples whose kernel is in memory at once


def kernel_distance(real: Tensor, fake: Tensor) -> float:
    """Return the unbiased squared maximum mean discrepancy with the kernel (x y / D + 1)^3.

    Its expectation is 0 for samples of the same distribution, however few, so single values may be
    negative. It is computed over all pairs at once, not averaged over random subsets as in many programs:
    the expectation is the same, the variance is lower, and no seed is involved.

    Args:
        real: features (N, D).
        fake: features (M, D).

    Raises:
        VidpredError: fewer than 2 samples in a set, or features that cannot be compared.

    Source: Binkowski et al. (2018), "Demystifying MMD GANs".
    """
    real, fake = comparable_features(real, fake, FEWEST, "the kernel distance")
    within = sum((_total(each, each) - _own(each)) / (len(each) * (len(each) - 1)) for each in (real, fake))
    return float(within - 2 * _total(real, fake) / (len(real) * len(fake)))


@once
def _total(one: Tensor, other: Tensor) -> Tensor:
    """Return the sum of the kernel over all pairs."""
    return torch.stack([_kernel(rows @ other.T, one.shape[1]).sum() for rows in one.split(ROWS)]).sum()


def _own(features: Tensor) -> Tensor:
    """Return the sum of the kernel over every sample with itself."""
    return _kernel(features.square().sum(dim=1), features.shape[1]).sum()


def _kernel(products: Tensor, dimension: int) -> Tensor:
    return (products / dimension + 1) ** 3
