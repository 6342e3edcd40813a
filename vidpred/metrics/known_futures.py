"""Validity and coverage of samples of the future, for data of which every possible future is known.

Only synthetic data, such as ``enumerable_futures``, are so; for all others see :mod:`vidpred.metrics.samples`.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_tensor

CLIPS, FEWEST_FUTURES = 6, 2


class Matches(NamedTuple):
    """How samples match the known futures, per context, each (B,)."""

    found: Tensor  # futures that at least one sample matches: from 0 to n
    valid: Tensor  # share of the samples that match a future


def match_futures(samples: Tensor, futures: Tensor) -> Matches:
    """Match every sample with one of the possible futures, if it is close enough to one.

    A sample matches a future if their root mean square difference is less than half of the smallest one between
    two futures of the same context. So a sample matches at most one future, and neither the mean of two futures
    nor the mean of all matches any.

    Args:
        samples: (B, N, T, C, H, W), N at least 1.
        futures: all possible futures, (B, n, T, C, H, W), n at least 2, all different.

    Raises:
        VidpredError: shapes that do not fit, fewer than two futures, or two that are the same.
    """
    require_tensor("the samples are", samples, "(B, N, T, C, H, W)")
    require_tensor("the futures are", futures, "(B, n, T, C, H, W)")
    fitting = samples.ndim == futures.ndim == CLIPS and samples.shape[2:] == futures.shape[2:]
    if not fitting or len(samples) != len(futures) or samples.shape[1] < 1 or futures.shape[1] < FEWEST_FUTURES:
        raise VidpredError(
            f"samples are {tuple(samples.shape)} and futures {tuple(futures.shape)}, but (B, N, T, C, H, W) and "
            "(B, n, T, C, H, W) with n = 2 or more are matched; give both for the same contexts"
        )
    sampled, real = (clips.to(torch.float64).flatten(2) for clips in (samples, futures))
    between = torch.cdist(real, real, compute_mode="donot_use_mm_for_euclid_dist")
    between.diagonal(dim1=1, dim2=2).fill_(torch.inf)
    if bool((between == 0).any()):
        raise VidpredError(
            "two of the futures of a context are the same, so that no sample could match one of them alone; leave "
            "repeated futures out"
        )
    nearest = torch.cdist(sampled, real, compute_mode="donot_use_mm_for_euclid_dist").min(dim=2)
    valid = nearest.values < between.flatten(1).min(dim=1).values[:, None] / 2
    matched = torch.nn.functional.one_hot(nearest.indices, futures.shape[1]).bool() & valid[..., None]
    return Matches(found=matched.any(dim=1).sum(dim=1), valid=valid.double().mean(dim=1))
