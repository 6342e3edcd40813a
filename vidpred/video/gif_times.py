"""Knows how long viewers show the frames of a picture that states the shortest time there is, or none, by mistake."""

from collections.abc import Sequence
from itertools import pairwise

SHOWN_FOR = 0.1  # seconds, for which browsers and others show frames that state no time
GIF_UNIT = 0.01  # seconds
SHORTEST = 0.001  # seconds, of other formats, which FFmpeg gives to frames that state no time


def viewers_tick(stamps: Sequence[int | None], tick: float) -> float:
    """Return the seconds for which viewers show a unit of a picture's times: more where each of its frames states one.

    Args:
        stamps: when its frames begin, in units.
        tick: seconds, that a unit is.
    """
    known = [stamp for stamp in stamps if stamp is not None]
    hurries = len(known) > 1 and all(after - before == 1 for before, after in pairwise(known))
    return SHOWN_FOR if hurries and (tick == GIF_UNIT or tick <= SHORTEST) else tick
