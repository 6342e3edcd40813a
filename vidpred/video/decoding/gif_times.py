"""Knows how long viewers show the frames of a picture that states too short a time to be meant, or none."""

from collections.abc import Sequence
from itertools import pairwise

SHOWN_FOR = 0.1  # seconds, for which browsers and others show frames that state no time
HASTE = 0.0101  # seconds: browsers show frames that state up to 10 ms for as long as those that state no time


def viewers_tick(stamps: Sequence[int | None], tick: float) -> float:
    """Return the seconds for which viewers show a unit of a picture's times: more where all its frames are in haste.

    Args:
        stamps: when its frames begin, in units.
        tick: seconds, that a unit is.
    """
    known = [stamp for stamp in stamps if stamp is not None]
    gaps = {after - before for before, after in pairwise(known)}
    hurries = len(gaps) == 1 and 0 < min(gaps) * tick <= HASTE
    return SHOWN_FOR / min(gaps) if hurries else tick
