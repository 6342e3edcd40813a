"""Confidence intervals over videos: how far a mean might move had other videos been filmed."""

from typing import NamedTuple

import numpy as np

CONFIDENCE = 0.95
RESAMPLES = 5000
FEWEST_VIDEOS = 2  # from which on there is a spread to tell of


class Estimates(NamedTuple):
    """Means over videos and both ends of their intervals, arrays of one shape; NaN where nothing is known."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def bootstrap(values: np.ndarray, seed: int = 0, resamples: int = RESAMPLES) -> Estimates:
    """Return means over videos with percentile bootstrap intervals of 95 %.

    As many videos as there are get drawn with replacement, again and again; the interval reaches from the
    2.5th to the 97.5th percentile of the means of those draws. All columns share the draws. The frames and
    clips of one video resemble each other, so it is videos that are drawn, never frames.

    Args:
        values: (V, ...), one per video; NaN where a video has none, which is then left out of the means.
        seed: of the draws.
        resamples: how many draws.

    Returns:
        Arrays (...). Columns with values of fewer than two videos have no interval.

    Source: Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13.
    """
    num_videos, shape = len(values), values.shape[1:]
    columns = values.reshape(num_videos, -1).astype(np.float64)
    present = ~np.isnan(columns)
    filled = np.where(present, columns, 0.0)
    drawn = np.random.default_rng(seed).multinomial(num_videos, np.full(num_videos, 1 / num_videos), size=resamples)
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN: there is no mean of nothing
        value = filled.sum(axis=0) / present.sum(axis=0)
        means = (drawn.astype(np.float64) @ filled) / (drawn @ present.astype(np.int64))
    low, high = _ends(means)
    alone = present.sum(axis=0) < FEWEST_VIDEOS
    low[alone], high[alone] = np.nan, np.nan
    return Estimates(value.reshape(shape), low.reshape(shape), high.reshape(shape))


def _ends(means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the outer percentiles of every column of ``means``, its NaNs left out."""
    shares = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
    ends = np.quantile(means, shares, axis=0)
    for column in np.flatnonzero(np.isnan(means).any(axis=0)):
        known = means[~np.isnan(means[:, column]), column]
        ends[:, column] = np.quantile(known, shares) if len(known) else np.nan
    return ends[0], ends[1]
