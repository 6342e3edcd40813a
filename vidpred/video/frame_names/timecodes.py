"""Spells timecodes in the names of pictures, hours to frames of a second, as the number of the frame since midnight."""

import re
from collections.abc import Sequence

TIMECODE = re.compile(  # the last of a name, as in 01-00-59-24, 01005924 and 1h00m59s24f
    r"""(?P<before>.*)(?<!\d)(?:
    (?P<hour>\d\d)(?P<mark>[-_.:;\ ]?)(?P<minute>\d\d)(?P=mark)(?P<second>\d\d)(?:(?P=mark)|[-_.:;f\ ])(?P<frame>\d\d)
    |(?<![^\W_])(?<![hm][-_\ ])(?:(?P<h>\d+)h[-_\ ]?)?(?:(?P<m>\d+)m[-_\ ]?)?(?P<s>\d+)s[-_\ ]?(?P<f>\d+)f
    )(?!\d)""",
    re.VERBOSE | re.DOTALL,
)
RATES = (24, 25, 30, 48, 50, 60, 100, 10, 12, 15, 90, 120)  # frames per second, the likelier first; 100 of hundredths
DROPPED = {30: 2, 60: 4}  # numbers that are left out every minute but the tenth, of 29.97 and 59.94 frames per second
MINUTE, TEN_MINUTES = 60, 10
DIGITS = 9  # no number of six digits, which would be a clock


def numbered_timecodes(names: Sequence[str]) -> list[list[str]]:
    """Return names with the number of a frame in place of a timecode, for each rate that may be meant.

    Args:
        names: in small letters.
    """
    found = [TIMECODE.match(name) for name in names]
    codes = [_fields(code) for code in found if code]
    if len(codes) < len(names) or any(minute >= MINUTE or second >= MINUTE for _, minute, second, _ in codes):
        return []
    most = max((frame for *_, frame in codes), default=0)
    rates = [rate for rate in RATES if rate > most]
    ways = [(rate, 0) for rate in rates] + [(rate, dropped) for rate, dropped in DROPPED.items() if rate in rates]
    numbers = [[_number(fields, *way) for fields in codes] for way in ways]
    return [[_with_number(*each) for each in zip(names, found, some, strict=True)] for some in numbers]


def _fields(code: re.Match[str]) -> tuple[int, int, int, int]:
    """Return hour, minute, second and frame."""
    names = ("h", "m", "s", "f") if code["s"] else ("hour", "minute", "second", "frame")
    hour, minute, second, frame = (int(code[name] or 0) for name in names)
    return hour, minute, second, frame


def _number(fields: tuple[int, int, int, int], rate: int, dropped: int) -> int:
    hour, minute, second, frame = fields
    minutes = hour * MINUTE + minute
    return (minutes * MINUTE + second) * rate + frame - dropped * (minutes - minutes // TEN_MINUTES)


def _with_number(name: str, code: re.Match[str] | None, number: int) -> str:
    assert code is not None
    return f"{code['before']}{number:0{DIGITS}}{name[code.end() :]}"
