"""Knows how long viewers show the frames of a GIF that states the shortest time there is, as programs do by mistake."""

from collections.abc import Sequence
from itertools import pairwise

SHOWN_FOR = 10  # units of a hundredth of a second, for which browsers and others show frames that state one or none


def viewers_tick(stamps: Sequence[int | None], tick: float) -> float:
    """Return the seconds for which viewers show a unit of a GIF's times: more where each of its frames states one.

    Args:
        stamps: when its frames begin, in units.
        tick: seconds, that a unit is.
    """
    known = [stamp for stamp in stamps if stamp is not None]
    hurries = len(known) > 1 and all(after - before == 1 for before, after in pairwise(known))
    return SHOWN_FOR * tick if hurries else tick
