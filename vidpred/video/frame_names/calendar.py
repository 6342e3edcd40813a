"""Spells days, weeks, months, quarters and times of day in the names of pictures as their number."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from statistics import median

YEAR, MONTH, DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<month>0[1-9]|1[0-2])", r"(?P<day>0[1-9]|[12]\d|3[01])"
HOUR, MINUTE, SECOND = r"(?P<hour>[01]\d|2[0-3])", r"(?P<minute>[0-5]\d)", r"(?P<second>[0-5]\d)"
SHORT_YEAR, DAY_OF_YEAR = r"(?P<short_year>\d\d)", r"(?P<day_of_year>[0-3]\d\d)"
SHORT_HOUR, SHORT_DAY = r"(?P<hour>[01]?\d|2[0-3])", r"(?P<day>0?[1-9]|[12]\d|3[01])"
SHORT_MONTH = r"(?P<month>0?[1-9]|1[0-2])"
WEEK, WEEKDAY, QUARTER = r"(?P<week>[0-4]\d|5[0-3])", r"(?P<weekday>[1-7])", r"(?P<quarter>[1-4])"
HALF = r"(?P<half>[12])"
MARK, BETWEEN, COLON = r"[-_.]?", r"[-_. t]*", r"[-_.:h]?"
DATE = f"{YEAR}{MARK}{MONTH}{MARK}{DAY}"
FORMS = [  # the finest first, as in 20240131_2359, 2401312359, 2024031.2359, 01312359, 2024013123, 20240131, 202401
    re.compile(rf"(?<!\d){form}(?!\d)")
    for form in (
        f"{DATE}{BETWEEN}{HOUR}{COLON}{MINUTE}",
        f"{SHORT_YEAR}{MONTH}{DAY}{HOUR}{MINUTE}",
        rf"{YEAR}{DAY_OF_YEAR}{BETWEEN}{HOUR}{COLON}{MINUTE}{COLON}{SECOND}\d?",  # with tenths, of satellites
        f"{YEAR}{DAY_OF_YEAR}{BETWEEN}{HOUR}{MINUTE}",
        f"{MONTH}{DAY}{HOUR}{MINUTE}",
        f"{DATE}{BETWEEN}{HOUR}",
        DATE,
        f"{YEAR}{DAY_OF_YEAR}",
        f"{YEAR}{MARK}{MONTH}",
        f"{YEAR}{MARK}w{WEEK}{MARK}{WEEKDAY}",  # of ISO 8601, as in 2024-w05-1 and 2024w05
        f"{YEAR}{MARK}w{WEEK}",
        f"{YEAR}{MARK}q{QUARTER}",
        f"(?<![^\\W_])q{QUARTER}{BETWEEN}{YEAR}",  # as in q1_2024
        f"{YEAR}{MARK}[hs]{HALF}",
        f"{SHORT_HOUR}(?:[h:\ua789\uff1a\u2236]| ?uhr ?){MINUTE}",  # as in 9h05
        f"^{SHORT_HOUR}[-.]{MINUTE}$",
        f"{HOUR}{MINUTE}",
        f"(?P<hour>[1-9]|1\\d|2[0-3]){MINUTE}(?![^\\W_])",  # as in 930 before 1000
        f"(?<![^\\W_]){SHORT_DAY}[-_. ]{SHORT_MONTH}",  # of any year
        f"(?<![^\\W_]){SHORT_MONTH}[-_. ]{SHORT_DAY}",
    )
]
LEAP_YEAR, CENTURY = 2000, 2000
HOURS, MINUTES, SECONDS, MONTHS, QUARTERS, HALVES, DAYS = 24, 60, 60, 12, 4, 2, 7
DIGITS = 12
FARTHER = 2  # times the longest step within a month: a longer one to the next month is none of the same series


def numbered_calendar(names: Sequence[str]) -> list[list[str]]:
    """Return names with the number of a second, minute, hour, day or month in place of a time, for each form they have.

    Args:
        names: in small letters.
    """
    spelled = []
    for form in FORMS:
        found = [form.search(name) for name in names]
        times = [time for time in found if time]
        if len(times) < len(names):
            continue
        numbers = [number for time in times if (number := _number(time.groupdict())) is not None]
        if len(numbers) == len(names) and (not _is_day_first(form) or _go_on_by_days(numbers)):
            spelled.append([_with_number(*each) for each in zip(names, times, numbers, strict=True)])
    return spelled


def _is_day_first(form: re.Pattern[str]) -> bool:
    places = form.groupindex
    return {"day", "month"} <= places.keys() and places["day"] < places["month"]


def _go_on_by_days(numbers: Sequence[int]) -> bool:
    """Return whether days, read with the month last, go on from month to month; else they are scenes and frames.

    Where no day is above 12, the month may be first, and the names are in order as they are.
    """
    days = [date.fromordinal(number) for number in sorted(set(numbers))]
    within: list[int] = []
    between: list[int] = []
    for before, after in pairwise(days):
        (within if before.month == after.month else between).append((after - before).days)
    go_on = not within or not between or median(between) <= FARTHER * max(within)
    return go_on and any(day.day > MONTHS for day in days)


def _number(time: dict[str, str | None]) -> int | None:
    """Return which second, minute, hour, day or month it is, by the finest that is stated; None where there is none."""
    short = time.get("short_year")
    year = CENTURY + int(short) if short else int(time.get("year") or LEAP_YEAR)
    if week := time.get("week"):
        return _of_week(year, int(week), time.get("weekday"))
    if quarter := time.get("quarter"):
        return year * QUARTERS + int(quarter)
    if half := time.get("half"):
        return year * HALVES + int(half)
    day, day_of_year, month = time.get("day"), time.get("day_of_year"), time.get("month")
    if day is None and day_of_year is None and month:
        return year * MONTHS + int(month)
    try:
        text = f"{year}-{day_of_year}" if day_of_year else f"{year}-{month or 1}-{day or 1}"
        number = datetime.strptime(text, "%Y-%j" if day_of_year else "%Y-%m-%d").toordinal()
    except ValueError:
        return None
    for part, length in ((time.get("hour"), HOURS), (time.get("minute"), MINUTES), (time.get("second"), SECONDS)):
        number = number * length + int(part) if part else number
    return number


def _of_week(year: int, week: int, weekday: str | None) -> int | None:
    """Return the number of a day of an ISO week, or of the week; None where the year has no such week."""
    try:
        day = date.fromisocalendar(year, week, int(weekday or 1)).toordinal()
    except ValueError:
        return None
    return day if weekday else day // DAYS


def _with_number(name: str, time: re.Match[str], number: int) -> str:
    return f"{name[: time.start()]}{number:0{DIGITS}}{name[time.end() :]}"
