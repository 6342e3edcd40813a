"""Spells dates, 12-hour clocks and odd numbers in the names of pictures so that their numbers follow time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from vidpred.video.frame_names.calendar import LEAP_YEAR, numbered_calendar
from vidpred.video.frame_names.numerals import (
    DIGIT,
    decimal_for_hexadecimal,
    steady_hexadecimal,
    with_first_of_copies,
    with_points,
    with_whole_parts_of_seconds,
    without_checksums,
    without_coding_types,
    without_filling,
    without_marks_of_thousands,
    without_single_marks,
)
from vidpred.video.frame_names.timecodes import numbered_timecodes
from vidpred.video.frame_names.times import in_one_unit
from vidpred.video.frame_names.units import numbered_units

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
MONTHS = (
    *("jan(?:uary)?", "feb(?:ruary)?", "mar(?:ch)?", "apr(?:il)?", "may", "june?", "july?", "aug(?:ust)?"),
    *("sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?"),
)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
A_MONTH, BETWEEN = rf"(?<![a-z])(?P<month>{'|'.join(MONTHS)})(?![a-z])", r"[-_.,\ ]{0,2}"
A_DAY, A_YEAR = r"(?<!\d)\d\d?(?:st|nd|rd|th)?", r"(?:19|20)\d\d"
MONTH_BY_NAME = [  # with the year, and with the day or without it
    re.compile(rf"(?<!\d)(?P<year>{A_YEAR}){BETWEEN}{A_MONTH}(?:{BETWEEN}(?P<day>\d\d?))?(?!\d)"),  # as in 2024-jan-05
    re.compile(rf"(?:(?P<day>{A_DAY}){BETWEEN})?{A_MONTH}{BETWEEN}(?P<year>{A_YEAR})(?!\d)"),  # as in 05jan2024
    re.compile(rf"{A_MONTH}{BETWEEN}(?P<day>{A_DAY})[-_.,\ ]{{1,2}}(?P<year>{A_YEAR})(?!\d)"),  # as in january 5, 2024
]
MONTH_AND_NUMBER = [  # as in feb-24 and 24feb
    re.compile(rf"{A_MONTH}{BETWEEN}(?P<number>\d\d?)(?!\d)"),
    re.compile(rf"(?<!\d)(?P<number>\d\d?){BETWEEN}{A_MONTH}"),
]
WEEKDAY = re.compile(rf"(?<![a-z])(?P<name>{'|'.join(WEEKDAYS)})(?:s|nes|rs|ur)?(?:day)?(?![a-z])[-_.,\ ]*")
SHORT_DATE = re.compile(  # as in 31-01-24, 310124, 31012024 and 31jan24, also with a clock of six digits after it
    rf"(?<!\d)(?P<first>\d\d)(?P<between>[-_.\ ]?)(?P<second>\d\d|{A_MONTH})(?P=between)(?P<third>{A_YEAR}|\d\d)"
    r"(?!\d(?!\d{5}(?!\d)))"
)
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-month-year", "month-day-year", "year-month-day"
PIVOT = 70  # a year of two digits from this one on is of the last century
HALF_A_DAY = 12  # hours
NAMES_PER_YEARLESS_ONE = 2  # on average: with more, what looks like a year may be the number of a frame


@dataclass(frozen=True)
class Spelling:
    """Names of pictures, written so that their numbers follow time.

    Args:
        names: one for each picture.
        dates: as what the dates in them were understood; empty where they have none that end in a year.
        are_times: whether it is certain that they have dates or times of day.
        is_doubtful: whether this is right only if it leaves clearly fewer breaks than the names as they are.
    """

    names: Sequence[str]
    dates: str = ""
    are_times: bool = False
    is_doubtful: bool = False


def spellings(names: Sequence[str]) -> list[Spelling]:
    """Return the ways to spell names, the likelier first; most have one, which is as they are.

    Dates that end in a year are turned round, 5 Jan 2024 becomes 2024-01-05, 1.00.02 pm becomes 13-00-02, hexadecimal
    numbers become decimal ones, 1,000 becomes 1000, timecodes become numbers, and checksums and filling are left out.

    Args:
        names: in small letters.
    """
    names = with_first_of_copies(names) or names
    if not all(map(DIGIT.search, names)) and (decimal := steady_hexadecimal(names)):
        return [Spelling(decimal)]
    as_they_are, names = names, _with_24_hours(_with_numbered_months(names))
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
    if not dated and (doubtful := [*_short_dates(names), *_doubtful_numbers(names)]):
        return [*doubtful, Spelling(names, are_times=are_times)]
    decimal = decimal_for_hexadecimal(names)
    return [Spelling(names, are_times=are_times), *dated, *([Spelling(decimal)] if decimal else [])]


def _doubtful_numbers(names: Sequence[str]) -> list[Spelling]:
    """Return the spellings of names with numbers filled up or in groups, checksums, timecodes or times."""
    respelled = (
        *(without_filling(names), without_marks_of_thousands(names), without_checksums(names)),
        without_coding_types(names),
        *(without_single_marks(names), with_whole_parts_of_seconds(names), with_points(names)),
        *(*numbered_timecodes(names), *numbered_calendar(names), in_one_unit(names), *_with_short_months(names)),
        *numbered_units(names),
    )
    return [Spelling(spelled, is_doubtful=True) for spelled in respelled if spelled]


def _with_short_months(names: Sequence[str]) -> list[list[str]]:
    """Return names with a day in the place of feb-24 and 24feb, where 24 may be a year of two digits or a day."""
    spelled = []
    for form in MONTH_AND_NUMBER:
        found = [time for name in names if (time := form.search(name))]
        for is_year in (True, False):
            days = [_of_short_month(time, is_year) for time in found]
            if not is_year or _go_on_by_years(days):
                spelled.append(_with_days(names, found, days))
    return [turned for turned in spelled if turned]


def _go_on_by_years(days: Sequence[date | None]) -> bool:
    """Return whether months span no more years than there are names: numbers that leap are days, not years."""
    years = [day.year for day in days if day]
    return bool(years) and max(years) - min(years) <= len(days)


def _of_short_month(found: re.Match[str], is_year: bool) -> date | None:
    number, month = int(found["number"]), _month(found["month"])
    if not is_year:
        return _day(LEAP_YEAR, month, number)
    return _day(_full_year(number), month, 1) if len(found["number"]) == len("24") else None


def _with_numbered_months(names: Sequence[str]) -> Sequence[str]:
    """Return names with dates of which the month is a word as year-month-day, if every one has one; else the same."""
    for form in MONTH_BY_NAME:
        found = [day for name in names if (day := form.search(name))]
        days = [_day(int(day["year"]), _month(day["month"]), _number(day["day"] or "1")) for day in found]
        if turned := _with_days(names, found, days):
            return turned
    return names


def _with_days(names: Sequence[str], found: Sequence[re.Match[str]], days: Sequence[date | None]) -> list[str] | None:
    """Return names with days in the place of what was found in them; None where one has none, or one that is none."""
    existing = [day for day in days if day]
    if len(existing) < len(names):
        return None
    return [_with_day(*each) for each in zip(names, found, existing, strict=True)]


def _with_day(name: str, found: re.Match[str], day: date) -> str:
    """Return a name with a day in the place of what was found; a weekday beside it that says the same goes."""

    def shortened(weekday: re.Match[str]) -> str:
        return "" if weekday["name"] == WEEKDAYS[day.weekday()] else weekday[0]

    before, after = name[: found.start()], name[found.end() :]
    return f"{WEEKDAY.sub(shortened, before)}{day}{WEEKDAY.sub(shortened, after)}"


def _month(word: str) -> int:
    return next(number for number, month in enumerate(MONTHS, start=1) if re.fullmatch(month, word))


def _number(day: str) -> int:
    """Return a day that may be written as 1st."""
    return int(day.rstrip("stndrh"))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _short_dates(names: Sequence[str]) -> list[Spelling]:
    """Return the spellings of names of which all have a date without anything between its parts, or of six digits."""
    found = [day for name in names if (day := SHORT_DATE.search(name))]
    if len({len(day["third"]) for day in found}) > 1:
        return []
    spelled = []
    for dates in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST):
        if turned := _with_days(names, found, [_short_date(day, dates) for day in found]):
            spelled.append(Spelling(turned, dates, are_times=True, is_doubtful=True))
    return spelled


def _short_date(found: re.Match[str], dates: str) -> date | None:
    """Return the date that was found, if it is one when it is read so."""
    first, second, third = (found[part] for part in ("first", "second", "third"))
    if dates == MONTH_FIRST:
        first, second = second, first
    elif dates == YEAR_FIRST:
        first, third = third, first
    if not first.isdecimal() or len(first) > len("31"):
        return None
    year = int(third) if len(third) > len("24") else _full_year(int(third))
    return _day(year, _month(second) if found["month"] else int(second), int(first))


def _full_year(year: int) -> int:
    return year + (1900 if year >= PIVOT else 2000)


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
    return _day(*_fields(day, dates)) is not None


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
