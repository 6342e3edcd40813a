"""Finds dates, times of day and durations in the names of pictures, as seconds."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction

NO_DIGITS = re.compile(r"\D+")
UNIT = r"(?:w(?:eeks?)?|d(?:ays?)?|h(?:rs?|ours?)?|ms|m(?:ins?)?|s(?:ecs?)?)"
SPAN = rf"\d+{UNIT}(?:[-_ ]?\d+{UNIT})*[-_ ]?\d+(?:[.,]\d+)?{UNIT}"  # as in 1m05.5s
TIME = re.compile(
    r"""(?<!\d)(?:
    (?P<day>\d{4}[-_.]?\d\d[-_.]?\d\d)(?:[-_ t]*|\sat\s)(?P<clock>\d\d[-_.:h]?\d\d[-_.:m]?\d\d)  # as in 20240105_123059
    |(?P<day_alone>\d{4}[-_.]\d\d[-_.]\d\d)
    |(?P<clock_alone>\d\d[-_.:h]\d\d[-_.:m]\d\d|\d{6})
    )(?P<part>\.\d+|[-_,s]?(?:\d{3}){1,3})?(?!\d)  # of a second: .04, or milliseconds and finer, as in 12h30m59s040
    |(?<!\d)(?P<epoch>1\d{9})[-_](?P<nanoseconds>\d{1,9})(?!\d)  # since 1970, as robots write them
    |(?<![^\W_])(?P<duration>SPAN)(?![^\W_])
    """.replace("SPAN", SPAN),
    re.VERBOSE,
)
UNITS = {  # seconds, the longest first
    **{"w": Fraction(604800), "d": Fraction(86400), "h": Fraction(3600), "m": Fraction(60), "s": Fraction(1)},
    **{"ms": Fraction(1, 10**3), "us": Fraction(1, 10**6), "ns": Fraction(1, 10**9)},
}
DURATION = re.compile(r"(\d+(?:[.,]\d+)?)(ms|[wdhms])[a-z]*")
ONE_UNIT = re.compile(  # as in 500ms, 1.5s, 2min and 1m05s
    r"(?<![^\W_])(?<!\d[.,])(?:(?P<number>\d+(?:[.,]\d+)?)[ ]?(?P<unit>[mun\u00b5\u03bc]s|UNIT)|"
    r"(?P<duration>SPAN))(?![^\W_])".replace("UNIT", UNIT).replace("SPAN", SPAN)
)
NANOSECOND = Fraction(1, 10**9)
DIGITS = 19  # of nanoseconds

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


def in_one_unit(names: Sequence[str]) -> list[str] | None:
    """Return names with nanoseconds in the place of 500ms, 1s and 1m05s; None where not all have one, or one unit.

    Args:
        names: in small letters.
    """
    found = [time for name in names if (time := ONE_UNIT.search(name))]
    if len(found) < len(names) or len({time["unit"] for time in found}) == 1:
        return None
    lasting = [_of_duration(time["duration"]) if time["duration"] else _of_one_unit(time) for time in found]
    known = [seconds for seconds in lasting if seconds is not None]
    if len(known) < len(names):
        return None
    return [
        f"{name[: time.start()]}{round(seconds / NANOSECOND):0{DIGITS}}{name[time.end() :]}"
        for name, time, seconds in zip(names, found, known, strict=True)
    ]


def _of_one_unit(found: re.Match[str]) -> Number:
    unit = found["unit"].replace("\u00b5", "u").replace("\u03bc", "u")
    return Fraction(found["number"].replace(",", ".")) * UNITS[unit if unit in UNITS else unit[0]]


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
    return sum(Fraction(number.replace(",", ".")) * UNITS[unit] for number, unit in parts)


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
