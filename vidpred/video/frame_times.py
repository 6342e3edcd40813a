"""Finds dates, times of day and durations in the names of pictures, as seconds."""

import re
from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

NO_DIGITS = re.compile(r"\D+")
UNIT = r"(?:h(?:rs?|ours?)?|ms|m(?:ins?)?|s(?:ecs?)?)"
TIME = re.compile(
    r"""(?<!\d)(?:
    (?P<day>\d{4}[-_.]?\d\d[-_.]?\d\d)(?:[-_ t]*|\sat\s)(?P<clock>\d\d[-_.:h]?\d\d[-_.:m]?\d\d)  # as in 20240105_123059
    |(?P<day_alone>\d{4}[-_.]\d\d[-_.]\d\d)
    |(?P<clock_alone>\d\d[-_.:h]\d\d[-_.:m]\d\d|\d{6})
    )(?P<part>\.\d+|[-_,s]?(?:\d{3}){1,3})?(?!\d)  # of a second: .04, or milliseconds and finer, as in 12h30m59s040
    |(?<!\d)(?P<epoch>1\d{9})[-_](?P<nanoseconds>\d{1,9})(?!\d)  # since 1970, as robots write them
    |(?<![^\W_])(?P<duration>\d+UNIT(?:[-_ ]?\d+UNIT)+)(?![^\W_])  # as in 1m05s, 1min05s and 0s40ms
    """.replace("UNIT", UNIT),
    re.VERBOSE,
)
UNITS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}  # seconds, longest first
DURATION = re.compile(r"(\d+)(ms|[hms])[a-z]*")
NANOSECOND = Fraction(1, 10**9)

Number = int | Fraction


def times(name: str) -> Iterator[tuple[int, int, Number]]:
    """Yield where each time in a name begins and ends, and its seconds; what is no day or time of day is none.

    Args:
        name: in small letters.
    """
    for found in TIME.finditer(name):
        seconds = _seconds(found)
        if seconds is not None:
            yield found.start(), found.end(), seconds


def _seconds(found: re.Match[str]) -> Number | None:
    if found["epoch"]:
        return int(found["epoch"]) + int(found["nanoseconds"]) * NANOSECOND
    return _of_duration(found["duration"]) if found["duration"] else _of_moment(found)


def _of_duration(text: str) -> Number | None:
    """Return the seconds of hours, minutes and the like; None where they do not come in this order."""
    parts = DURATION.findall(text)
    ranks = [list(UNITS).index(unit) for _, unit in parts]
    if ranks != sorted(set(ranks)):
        return None
    return sum(int(number) * UNITS[unit] for number, unit in parts)


def _of_moment(found: re.Match[str]) -> Number | None:
    day = NO_DIGITS.sub("", found["day"] or found["day_alone"] or "20000101")
    clock = NO_DIGITS.sub("", found["clock"] or found["clock_alone"] or "000000")
    hours, minutes, seconds = int(clock[:2]), int(clock[2:4]), int(clock[4:])
    try:
        days = datetime(int(day[:4]), int(day[4:6]), int(day[6:]), hours, minutes, seconds).toordinal()
    except ValueError:
        return None
    whole = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    return whole + Fraction(f"0.{NO_DIGITS.sub('', found['part'])}") if found["part"] else whole
