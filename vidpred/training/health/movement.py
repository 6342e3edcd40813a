"""How a network's outputs for a fixed input move while it learns: steadily, in circles, or not at all."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

FEWEST_PAIRS = 4  # over which the distance at a lag is taken


class Movement(NamedTuple):
    """What a path through the space of outputs looks like."""

    drift: float  # median distance from one measurement to the next
    reach: float  # largest median distance over any number of measurements
    periodicity: float  # share of the reach that is undone some measurements later: 0 without return, 1 on a circle
    period: int  # measurements after which most is undone; 0 without return


def describe_movement(traces: Sequence[Sequence[float]]) -> Movement:
    """Describe the path through ``traces``, points (N, D) of one measurement each, oldest first, at least two.

    The median distance of points k measurements apart rises with k where the path leads somewhere, and stays level
    where it jitters about one place. Where it rises and then falls again, the path returns.
    """
    points = np.asarray(traces, dtype=np.float64)
    most = max(1, len(points) - FEWEST_PAIRS)
    distances = np.array(
        [np.median(np.linalg.norm(points[lag:] - points[:-lag], axis=1)) for lag in range(1, most + 1)]
    )
    highest = np.maximum.accumulate(distances)
    undone = 1 - distances / np.where(highest > 0, highest, 1)
    undone[highest == 0] = 0
    best = int(undone.argmax())
    reach = float(highest[best] if undone[best] > 0 else highest[-1])
    return Movement(float(distances[0]), reach, float(undone[best]), best + 1 if undone[best] > 0 else 0)
