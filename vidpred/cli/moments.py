"""Reads moments of a video as people write them: 62.5, 1:02 or 1:02:03."""

import math
import re
from contextlib import suppress

from vidpred.errors import VidpredError, shown

CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:\.\d*)?)", re.ASCII)
SIXTY = 60


def parse_moment(text: str | None, option: str = "--start") -> float | None:
    """Return the seconds that a word means; None where there is no word.

    Args:
        text: seconds, minutes:seconds or hours:minutes:seconds, the seconds with a fraction or without.
        option: that was given it.

    Raises:
        VidpredError: it is none of these.
    """
    if text is None:
        return None
    with suppress(ValueError):
        if math.isfinite(seconds := float(text)):
            return seconds
    found = CLOCK.fullmatch(text.strip())
    hours, minutes, seconds = (float(part or 0) for part in found.groups()) if found else (0.0, 0.0, float(SIXTY))
    if seconds >= SIXTY or (found and found[1] and minutes >= SIXTY):
        raise VidpredError(
            f"{option} is {shown(text)}, but seconds are accepted (62.5), minutes:seconds (1:02) and "
            "hours:minutes:seconds (0:01:02); write it so"
        )
    return (hours * SIXTY + minutes) * SIXTY + seconds
