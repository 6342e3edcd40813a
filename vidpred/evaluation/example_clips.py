"""Example clips of an evaluation: the best, the median and the worst."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class ExampleClip:
    """One clip and its predictions; all frames 8-bit.

    Args:
        label: why it is shown: best, median, worst, only.
        clip: its number, from 0.
        video: the name of the video that it is from.
        context: the frames (T, H, W, C) before those predicted, oldest first.
        truth: the frames (horizon, H, W, C) that followed.
        predictions: by predictor, frames like ``truth``.
        scores: by predictor, the ranking metric per step ahead.
    """

    label: str
    clip: int
    video: str
    context: np.ndarray
    truth: np.ndarray
    predictions: Mapping[str, np.ndarray]
    scores: Mapping[str, Sequence[float]]


def choose_clips(ranking: np.ndarray) -> dict[str, int]:
    """Return which clips are best, median and worst, as far as they differ.

    Args:
        ranking: (N,), a score per clip of which higher is better; NaN is the worst.
    """
    order = np.argsort(np.nan_to_num(ranking, nan=-np.inf), kind="stable")
    if len(order) == 1:
        return {"only": 0}
    middle = {"median": int(order[len(order) // 2])} if len(order) > len(("best", "worst")) else {}
    return {"best": int(order[-1]), **middle, "worst": int(order[0])}
