"""Statistics of sampled futures: mean, quantiles and spread.

Futures are (B, N, T, C, H, W): N samples of each, as ``rollout(..., num_samples=N)`` samples them. Each estimate
drops the axis of the samples.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames import UINT8_MAX, to_model
from vidpred.frames.alike import require_tensor

SAMPLES, AXES = 1, 6


def mean_future(futures: Tensor) -> Tensor:
    """Return the mean of the samples, which is the best guess by squared error, and a blur: (B, T, C, H, W).

    Args:
        futures: (B, N, T, C, H, W), N at least 1.

    Raises:
        VidpredError: ``futures`` are none.
    """
    return _check(futures, fewest=1).mean(dim=SAMPLES)


def spread(futures: Tensor) -> Tensor:
    """Return the standard deviation of every value over the samples, in the unit of the frames: (B, T, C, H, W).

    It is the root of the unbiased variance: how uncertain the samples are of each pixel.

    Args:
        futures: (B, N, T, C, H, W), N at least 2.

    Raises:
        VidpredError: ``futures`` are none, or there is one sample only.
    """
    return _check(futures, fewest=2).std(dim=SAMPLES)


def spread_of_frames(futures: np.ndarray) -> np.ndarray:
    """Return the spread of 8-bit samples (N, T, H, W, C) in grey levels, averaged over channels: (T, H, W)."""
    steps = [spread(to_model(futures[None, :, step, None])) for step in range(futures.shape[1])]  # one: less memory
    return np.stack([values.mean(dim=-3)[0, 0].numpy() * (UINT8_MAX / 2) for values in steps])


def quantiles(futures: Tensor, levels: Sequence[float]) -> Tensor:
    """Return every value's quantiles over the samples, interpolated linearly: (len(levels), B, T, C, H, W).

    Args:
        futures: (B, N, T, C, H, W), N at least 1.
        levels: shares from 0 (the least sample) over 0.5 (the median) to 1 (the greatest).

    Raises:
        VidpredError: ``futures`` are none, or a level outside 0 to 1.
    """
    ordered = _check(futures, fewest=1).sort(dim=SAMPLES).values
    outside = [level for level in levels if not 0 <= level <= 1]
    if outside:
        raise VidpredError(f"the level of a quantile is {outside[0]}, but shares from 0 to 1 are asked for; change it")
    found = []
    for level in levels:
        place = level * (ordered.shape[SAMPLES] - 1)
        below = int(place)
        above = min(below + 1, ordered.shape[SAMPLES] - 1)
        found.append(torch.lerp(ordered.select(SAMPLES, below), ordered.select(SAMPLES, above), place - below))
    return torch.stack(found)


def _check(futures: Tensor, fewest: int) -> Tensor:
    require_tensor("the futures are", futures, "(B, N, T, C, H, W)")
    if futures.ndim != AXES or futures.shape[SAMPLES] < fewest:
        raise VidpredError(
            f"the futures are {tuple(futures.shape)}, but (B, N, T, C, H, W) with N = {fewest} or more samples are "
            "needed; sample them with rollout(..., num_samples=N)"
        )
    return futures
