"""Confidence intervals over videos: how far a mean might move with another sample of videos."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from vidpred.errors import VidpredError

CONFIDENCE = 0.95
RESAMPLES = 5000
VERSION = 3  # raise it when the same scores get other intervals
FEWEST_VIDEOS = 2  # fewer have no spread
FEW_VIDEOS = 10  # below which intervals are exact only where videos' scores are normally distributed


class Estimates(NamedTuple):
    """Means over videos and both ends of their intervals, arrays of one shape; NaN where there is no value."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def at(self, *place: Any) -> "Estimates":
        """Return a part of all three."""
        return Estimates(*(part[place] for part in self))

    def within(self, lowest: ArrayLike, highest: ArrayLike) -> "Estimates":
        """Cut the intervals off where no mean can be: below or above what any single score can be.

        An interval whose mean is itself beyond, by rounding or since the bounds are those of another score, stays.
        """
        possible = (self.value >= lowest) & (self.value <= highest)
        low, high = (np.where(possible, np.clip(end, lowest, highest), end) for end in (self.low, self.high))
        return Estimates(self.value, low, high)


def caution(num_videos: int) -> str:
    """Say how far intervals over so few videos are to be trusted; an empty text where there are enough."""
    if num_videos < FEWEST_VIDEOS:
        return "With one video there is no interval."
    if num_videos < FEW_VIDEOS:
        return f"With fewer than {FEW_VIDEOS} videos, take such intervals as a rough guide."
    return ""


def video_means(values: np.ndarray, videos: Sequence[str]) -> np.ndarray:
    """Average the clips of every video, so that long videos count no more than short: (clip, ...) to (video, ...).

    Args:
        values: one entry per clip; NaN where there is none, which is then left out of the means.
        videos: per clip, the name of the video that it is from.
    """
    owner = np.array(videos)
    return np.stack([nanmean(values[owner == video], axis=0) for video in dict.fromkeys(videos)])


def nanmean(values: np.ndarray, axis: int) -> np.ndarray:
    """Return the mean of the values that are not NaN; NaN where there are none."""
    present = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        mean: np.ndarray = np.where(present, values, 0.0).sum(axis=axis) / present.sum(axis=axis)
    return mean


def bootstrap(values: ArrayLike, seed: int = 0, resamples: int = RESAMPLES) -> Estimates:
    """Return means over videos with bootstrap intervals of 95 %.

    Videos are resampled with replacement, as many as there are; the interval reaches from the 2.5th to the
    97.5th percentile of the resamples' means, both moved away from the mean by the factor of :func:`widening`.
    All columns share the resamples. The frames and clips of one video resemble each other, so videos are
    resampled, never frames.

    Args:
        values: (V, ...), one per video, at least one; NaN where a video has none, which is then left out of the means.
        seed: of the resampling.
        resamples: how many.

    Returns:
        Arrays (...). Columns with values of fewer than two videos get no interval, nor do those with infinite values,
        whose mean is infinite, or NaN where both infinities are among them.

    Raises:
        VidpredError: there are no videos.

    Source: Efron and Tibshirani (1993), "An Introduction to the Bootstrap", chapter 13; Hesterberg (2015), "What
        teachers should know about the bootstrap".
    """
    values = np.asarray(values, np.float64)
    if not values.ndim or not len(values):
        raise VidpredError(
            f"values of shape {values.shape} are of no video, but a mean is over one or more; give an array (V, ...) "
            "with a row for each"
        )
    num_videos, shape = len(values), values.shape[1:]
    columns = values.reshape(num_videos, -1)
    present = ~np.isnan(columns)
    filled = np.where(present, columns, 0.0)
    drawn = np.random.default_rng(seed).multinomial(num_videos, np.full(num_videos, 1 / num_videos), size=resamples)
    counts = drawn.astype(np.float64)  # products of whole numbers are slow, and those of these as exact
    endless = np.isinf(filled).any(axis=0)  # such a value is in most resamples, and 0 times it in the others is NaN
    with np.errstate(invalid="ignore"):  # 0 / 0 is NaN: no values, no mean
        value = filled.sum(axis=0) / present.sum(axis=0)
        means = (counts @ np.where(endless, np.nan, filled)) / (counts @ present.astype(np.float64))
    factor = widening(present.sum(axis=0))
    low, high = (value + factor * (end - value) for end in _ends(means))
    return Estimates(value.reshape(shape), low.reshape(shape), high.reshape(shape))


def widening(number: np.ndarray) -> np.ndarray:
    """Return by how much an interval over few videos has to be wider than the percentiles; NaN below two videos.

    Means of ``number`` resampled videos spread less than means of as many new ones, by (1 - 1 / number)^(1/2), and take
    no account of how uncertain that spread is itself, for which Student's t distribution stands beside the normal one.
    Without this factor (9.2 for 2 videos, 1.6 for 5, 1.22 for 10, 1.03 for 50) intervals over normally distributed
    scores of 2, 5 or 10 videos hold the true mean 50, 83 or 90 times out of a hundred instead of 95.
    """
    from scipy.special import ndtri, stdtrit  # not needed to predict, where this module is imported

    end = (1 + CONFIDENCE) / 2
    count = np.where(number < FEWEST_VIDEOS, np.nan, number)
    factor: np.ndarray = stdtrit(count - 1, end) / ndtri(end) * np.sqrt(count / (count - 1))
    return factor


def _ends(means: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the outer percentiles of every column of ``means``, NaNs left out."""
    shares = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
    ends = np.quantile(means, shares, axis=0)
    for column in np.flatnonzero(np.isnan(means).any(axis=0)):
        known = means[~np.isnan(means[:, column]), column]
        ends[:, column] = np.quantile(known, shares) if len(known) else np.nan
    return ends[0], ends[1]
