"""How a setting changes in the course of a run."""

import math


def along_cosine(start: float, end: float, progress: float) -> float:
    """Return the value between ``start`` and ``end`` along half a cosine: slow at both ends.

    Args:
        start: value at a progress of 0.
        end: value at a progress of 1 and beyond.
        progress: share of the run that has passed, from 0 on.
    """
    return end + (start - end) * (1 + math.cos(math.pi * min(1.0, progress))) / 2
