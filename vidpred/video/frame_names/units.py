"""Spells weeks, days, hours and finer that are counted in the names of pictures, as in day1_hour0, as one number."""

import re
from collections.abc import Sequence
from itertools import pairwise

BETWEEN = r"[-_. ]"
COUNTED = re.compile(  # as in week1, day 01, h12 and sec_5, after a digit or after no letter
    rf"(?<![^\W\d_])(?P<unit>weeks?|wk|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s){BETWEEN}?"
    r"(?P<number>\d{1,9})(?![\d.,]*[.,]?\d)"
)
CLOCK_OF_A_DAY = re.compile(  # as in day 1 08h, day1_0800 and d1 08-30
    rf"(?<![^\W\d_])d(?:ays?)?{BETWEEN}?(?P<day>\d{{1,6}}){BETWEEN}+"
    r"(?:(?P<hour>[01]?\d|2[0-3])h|(?P<hours>[01]\d|2[0-3])[-_.:h]?(?P<minutes>[0-5]\d))(?!\d)"
)
HALF_NAMED = re.compile(r"(?<![^\W_])(?P<first>\d{1,6})(?P<unit>[hm])(?P<second>[0-5]?\d)(?!\d)")  # as in 0h5 and 1m05
SECONDS = {"w": 604_800, "d": 86_400, "h": 3600, "m": 60, "s": 1}
DIGITS = 15
HOUR, MINUTE = 3600, 60


def numbered_units(names: Sequence[str]) -> list[list[str]]:
    """Return names with the seconds in place of what counts weeks, days and so on, for each way that fits them all.

    Args:
        names: in small letters.
    """
    ways = (_counted, _of_clock, _half_named)
    spelled = [[way(name) for name in names] for way in ways]
    return [[name for name in some if name is not None] for some in spelled if None not in some]


def _counted(name: str) -> str | None:
    """Return a name with seconds in place of two or more units that go from large to small beside each other."""
    found = list(COUNTED.finditer(name))
    units = [list(SECONDS).index(each["unit"][0]) for each in found]
    beside = all(not name[a.end() : b.start()].strip("-_. ") for a, b in pairwise(found))
    if len(found) <= 1 or units != sorted(set(units)) or not beside:
        return None
    seconds = sum(int(each["number"]) * SECONDS[each["unit"][0]] for each in found)
    return f"{name[: found[0].start()]}{seconds:0{DIGITS}}{name[found[-1].end() :]}"


def _of_clock(name: str) -> str | None:
    found = CLOCK_OF_A_DAY.search(name)
    if not found:
        return None
    hours, minutes = int(found["hour"] or found["hours"]), int(found["minutes"] or 0)
    return _with(name, found, int(found["day"]) * SECONDS["d"] + hours * HOUR + minutes * MINUTE)


def _half_named(name: str) -> str | None:
    found = HALF_NAMED.search(name)
    unit = SECONDS[found["unit"]] if found else 0
    return _with(name, found, int(found["first"]) * unit + int(found["second"]) * unit // MINUTE) if found else None


def _with(name: str, found: re.Match[str], seconds: int) -> str:
    return f"{name[: found.start()]}{seconds:0{DIGITS}}{name[found.end() :]}"
