"""Finds scene cuts in a video."""

import numpy as np

NEIGHBOURS = 5  # differences on either side that a cut is compared with
PROMINENCE = 3.0  # a cut is more than this many times the median of its neighbours


def scene_cuts(differences: np.ndarray, threshold: float) -> np.ndarray:
    """Return which successive frames belong to different scenes, as booleans (T - 1,).

    There is a cut where the difference exceeds ``threshold`` and is also more than three times the
    median of the five differences on either side, so that fast motion, which lasts, is not taken for a cut.

    Args:
        differences: (T - 1,), mean absolute differences of successive frames in grey levels.
        threshold: grey levels.
    """
    if len(differences) == 0:
        return np.zeros(0, bool)
    padded = np.pad(differences.astype(np.float64), NEIGHBOURS, constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * NEIGHBOURS + 1).copy()
    around[:, NEIGHBOURS] = np.nan
    alone = np.isnan(around).all(axis=1)
    around[alone] = 0
    cuts: np.ndarray = (differences > threshold) & (differences > PROMINENCE * np.nanmedian(around, axis=1))
    return cuts
