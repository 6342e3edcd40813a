"""Spells dates, 12-hour clocks and hexadecimal numbers in the names of pictures so that their numbers follow time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

DATE = re.compile(
    r"""(?P<year_first>(?<!\d)(?:19|20)\d\d[-_.]?\d\d[-_.]?\d\d(?!\d))
    |(?<!^[-+])(?<![_=(,][-+])(?:  # after a sign, it is a number
        (?<!\d)(?P<first>\d{1,2})(?P<between>[-_.\ ])(?P<second>\d{1,2})(?P=between)  # as in 31-01-2024
        |(?<![^\W_])(?P<month>\d{1,2})[-_.]  # as in 01-2024
    )(?P<year>(?:19|20)\d\d)(?!\d)(?P<dot>\.(?=\d))?""",
    re.VERBOSE,
)
CLOCK = re.compile(
    r"""(?<!\d)(?P<hour>\d{1,2})(?:[-_.:h]?(?P<minute>\d\d)(?:[-_.:m]?(?P<second>\d\d))?)?
    [\s_-]*(?P<half>[ap])\.?m\.?(?![^\W_])""",  # as in 1.00.02 PM
    re.VERBOSE,
)
HEXADECIMAL = re.compile(r"[0-9a-f]+")
DAY_FIRST, MONTH_FIRST = "day-month-year", "month-day-year"
HALF_A_DAY = 12  # hours
NAMES_PER_YEARLESS_ONE = 2  # on average: with more, what looks like a year may be the number of a frame


@dataclass(frozen=True)
class Spelling:
    """Names of pictures, written so that their numbers follow time.

    Args:
        names: one for each picture.
        dates: as what the dates in them were understood; empty where they have none that end in a year.
        are_times: whether it is certain that they have dates or times of day.
    """

    names: Sequence[str]
    dates: str = ""
    are_times: bool = False


def spellings(names: Sequence[str]) -> list[Spelling]:
    """Return the ways to spell names, the likelier first; most have one, which is as they are.

    Dates that end in a year are turned round, 1.00.02 pm becomes 13-00-02, and hexadecimal numbers decimal ones.

    Args:
        names: in small letters.
    """
    as_they_are, names = names, _with_24_hours(names)
    are_times = names is not as_they_are
    are_dates = _are_surely_dates(names)
    dated = [
        Spelling(turned, dates, are_times or are_dates)
        for dates in (DAY_FIRST, MONTH_FIRST)
        if (turned := _turned(names, dates))
    ]
    if len(dated) > 1 and dated[0].names == dated[1].names:
        dated.pop()
    if dated and are_dates:
        return dated
    decimal = _decimal(names)
    return [Spelling(names, are_times=are_times), *dated, *([Spelling(decimal)] if decimal else [])]


def _with_24_hours(names: Sequence[str]) -> Sequence[str]:
    """Return names with the hours from 0 to 23, if every one has a time of day in hours from 1 to 12; else the same."""
    found = [CLOCK.search(name) for name in names]
    if not all(clock and 1 <= int(clock["hour"]) <= HALF_A_DAY for clock in found):
        return names
    return [CLOCK.sub(_24_hours, name) for name in names]


def _24_hours(clock: re.Match[str]) -> str:
    hour = int(clock["hour"]) % HALF_A_DAY + (HALF_A_DAY if clock["half"] == "p" else 0)
    return f"{hour:02}-{clock['minute'] or '00'}-{clock['second'] or '00'}"


def _turned(names: Sequence[str], dates: str) -> list[str] | None:
    """Return names whose dates begin with the year; None if they have no dates, or days that do not exist.

    A month and a year are a date only where every name has one.
    """
    found = [list(_dates(name)) for name in names]
    days = [day for some in found for day in some]
    are_dates = all(found) or all(day["first"] for day in days)
    if not days or not are_dates or not all(_exists(day, dates) for day in days):
        return None
    return [DATE.sub(lambda day: day[0] if day["year_first"] else _year_first(day, dates), name) for name in names]


def _dates(name: str) -> Iterator[re.Match[str]]:
    """Yield the dates of a name that end in a year."""
    return (day for day in DATE.finditer(name) if not day["year_first"])


def _fields(day: re.Match[str], dates: str) -> tuple[int, int, int]:
    """Return year, month and day; of a month, the first day."""
    if day["month"]:
        return int(day["year"]), int(day["month"]), 1
    first, second = int(day["first"]), int(day["second"])
    return (int(day["year"]), second, first) if dates == DAY_FIRST else (int(day["year"]), first, second)


def _exists(day: re.Match[str], dates: str) -> bool:
    try:
        date(*_fields(day, dates))
    except ValueError:
        return False
    return True


def _year_first(day: re.Match[str], dates: str) -> str:
    year, month, number = _fields(day, dates)
    return f"{year}-{month:02}-{number:02}{'_' if day['dot'] else ''}"


def _are_surely_dates(names: Sequence[str]) -> bool:
    """Return whether every name has a date, and what stands beside its year hardly ever comes again."""
    yearless = set()
    for name in names:
        day = next(_dates(name), None)
        if day is None:
            return False
        yearless.add(name[: day.start("year")] + (name[day.end("year") :] if day["first"] else ""))
    return len(yearless) * NAMES_PER_YEARLESS_ONE > len(names)


def _decimal(names: Sequence[str]) -> list[str] | None:
    """Return names in decimal digits if all are hexadecimal numbers of one length; None otherwise."""
    if len({len(name) for name in names}) != 1 or not all(map(HEXADECIMAL.fullmatch, names)):
        return None
    if not any({letter.isdigit() for letter in place} == {True, False} for place in zip(*names, strict=True)):
        return None  # as in a1, a2, b1, b2, which are two cameras: a place has digits or letters, never both
    return [str(int(name, 16)) for name in names]
