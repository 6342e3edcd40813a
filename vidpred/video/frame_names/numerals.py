"""Spells numbers in the names of pictures as decimal digits, be they hexadecimal, in groups, or beside a checksum."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise, takewhile

HEXADECIMAL = re.compile(r"0|[1-9a-f][0-9a-f]*")
HEXADECIMAL_OF_ONE_LENGTH = re.compile(r"[0-9a-f]+")
HEX_DIGITS = "0123456789abcdef"
CHECKSUM = re.compile(
    r"(?<![^\W_])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{8,128})(?![^\W_])"
)
FEWEST_STEADY = 3  # numbers whose steps are equal by no accident
BETWEEN = "-_. "
DIGIT = re.compile(r"\d")
IN_THOUSANDS = re.compile(  # as in 1,000 and 12'500'000
    r"(?<!\d)(?<!\d[.,])[1-9]\d{0,2}(?P<mark>[.,'\u2019_ \u00a0\u2009\u202f])\d{3}(?:(?P=mark)\d{3})*(?!\d|[.,]\d)"
)
COPIES = {  # by the lowest number that they may have beside a picture without one
    1: re.compile(r"(?P<before>.*\S) \((?P<number>\d{1,9})\)", re.DOTALL),  # as in img (1)
    2: re.compile(r"(?P<before>.*[^\W\d_])[-_ ]?(?P<number>[1-9]\d{0,8})", re.DOTALL),  # as in img 2
}
SINCE_1970 = re.compile(r"(?<!\d)(?P<seconds>1\d{9})[-_.](?P<part>\d{1,9})(?!\d)")
P_FOR_POINT = re.compile(r"(?<!\d)(\d+)p(\d+)(?!\d)")
MICROSECONDS, NANOSECONDS = 6, 9  # digits
MARKED = re.compile(
    r"(?P<before>.*?)(?P<number>\d{1,15})(?P<mark>\D*)", re.DOTALL
)  # ends in the last number and a word
CODING_TYPE = re.compile(r"(?<![^\W_])(?:idr|[ipb])(?![^\W_])")
FILLED_UP = re.compile(r"(?P<digit>\d?)(?P<filling>[\s_]+)(?=[-+]?\d)")
BELOW_A_THOUSAND = re.compile(r"(?<!\d)(?<!\d[.,])(?:0|[1-9]\d{0,2})(?!\d|[.,]\d)")


def decimal_for_hexadecimal(names: Sequence[str]) -> list[str] | None:
    """Return names in decimal digits if they differ in one hexadecimal number alone; None otherwise.

    The numbers have one length, or no leading zeros. Some place in them has digits and letters: a1, a2, b1 and b2 are
    two cameras.

    Args:
        names: in small letters.
    """
    before, after = _around_the_number(names)
    numbers = [name[len(before) : len(name) - len(after)] for name in names]
    of_one_length = len(set(map(len, numbers))) == 1
    form = HEXADECIMAL_OF_ONE_LENGTH if of_one_length else HEXADECIMAL
    if not all(map(form.fullmatch, numbers)):
        return None
    places = list(zip(*numbers, strict=True)) if of_one_length else [tuple(number[-1] for number in numbers)]
    if not any({letter.isdigit() for letter in place} == {True, False} for place in places):
        return None
    return [f"{before}{int(number, 16)}{after}" for number in numbers]


def steady_hexadecimal(names: Sequence[str]) -> list[str] | None:
    """Return what :func:`decimal_for_hexadecimal` does if the numbers follow each other in equal steps."""
    decimal = decimal_for_hexadecimal(names)
    if decimal is None:
        return None
    before, after = _around_the_number(names)
    numbers = sorted(int(name[len(before) : len(name) - len(after)], 16) for name in names)
    steps = {second - first for first, second in pairwise(numbers)}
    return decimal if len(numbers) >= FEWEST_STEADY and len(steps) == 1 else None


def without_checksums(names: Sequence[str]) -> list[str] | None:
    """Return names without the checksum or identifier that each has of its own; None where that leaves no numbers.

    Args:
        names: in small letters.
    """
    found = [CHECKSUM.search(name) for name in names]
    checksums = [checksum[0] for checksum in found if checksum]
    if len(set(checksums)) < len(names) or len(set(map(len, checksums))) > 1:
        return None
    if 2 * sum(not checksum.isdigit() for checksum in checksums) < len(names):  # numbers of many digits
        return None
    shortened = [CHECKSUM.sub("", name, count=1).lstrip(BETWEEN) for name in names]
    return shortened if len(set(shortened)) == len(names) and all(map(DIGIT.search, shortened)) else None


def with_first_of_copies(names: Sequence[str]) -> list[str] | None:
    """Return names with a number for the picture that has none beside others, as img beside img (1) or img 2.

    None where not all others are so numbered, or none is without a number.

    Args:
        names: in small letters.
    """
    return next((spelled for lowest, form in COPIES.items() if (spelled := _with_first(names, form, lowest))), None)


def _with_first(names: Sequence[str], form: re.Pattern[str], lowest: int) -> list[str] | None:
    """Return names with the number before the lowest of a form for those that have none."""
    found = [form.fullmatch(name) for name in names]
    first: dict[str, re.Match[str]] = {}  # that have the lowest number, by what stands before it
    for copy in filter(None, found):
        first[copy["before"]] = min(copy, first.get(copy["before"], copy), key=lambda one: int(one["number"]))
    bare = [name for name, copy in zip(names, found, strict=True) if not copy]
    if not bare or not all(name in first and int(first[name]["number"]) >= 1 for name in bare):
        return None
    if lowest > 1 and any(int(first[name]["number"]) != lowest for name in bare):
        return None
    return [name if copy else _one_before(first[name]) for name, copy in zip(names, found, strict=True)]


def _one_before(copy: re.Match[str]) -> str:
    start, end = copy.span("number")
    return f"{copy.string[:start]}{int(copy['number']) - 1}{copy.string[end:]}"


def with_whole_parts_of_seconds(names: Sequence[str]) -> list[str] | None:
    """Return names in which 1700000000.5 is 5 microseconds later, not half a second, as where zeros were forgotten.

    They are nanoseconds where a name has more than six digits. None where not all names have such a time.

    Args:
        names: in small letters.
    """
    found = [time for name in names if (time := SINCE_1970.search(name))]
    if not found or len(found) < len(names):
        return None
    digits = MICROSECONDS if all(len(time["part"]) <= MICROSECONDS for time in found) else NANOSECONDS
    return [
        f"{name[: time.start()]}{time['seconds']}{int(time['part']):0{digits}}{name[time.end() :]}"
        for name, time in zip(names, found, strict=True)
    ]


def with_points(names: Sequence[str]) -> list[str] | None:
    """Return names with 0.25 for 0p25, as where no point could stand; None where not all names have one such number.

    Args:
        names: in small letters.
    """
    if any(len(P_FOR_POINT.findall(name)) != 1 for name in names):
        return None
    return [P_FOR_POINT.sub(r"\1.\2", name) for name in names]


def without_single_marks(names: Sequence[str]) -> list[str] | None:
    """Return names without the words after the last number, if most have one word or none, and all others stand alone.

    So 0005_key comes between 0004 and 0006. None where two names would be the same, or where a rarer word is that of
    another camera, exposure or shot: pictures that follow each other have it, or it comes in turn with the usual one.

    Args:
        names: in small letters.
    """
    found = [marked for name in names if (marked := MARKED.fullmatch(name))]
    places = sorted((marked["before"], int(marked["number"]), marked["mark"]) for marked in found)
    usual, times = Counter(mark for *_, mark in places).most_common(1)[0] if places else ("", 0)
    if len(found) < len(names) or not len(names) < 2 * times < 2 * len(names):
        return None
    rarer = Counter(mark for *_, mark in places if mark != usual)
    follow = [first[0] == second[0] and first[2] == second[2] != usual for first, second in pairwise(places)]
    numbers = [number for _, number, mark in places if mark == usual]
    in_turn = max(rarer.values()) > 1 and len({after - before for before, after in pairwise(numbers)}) == 1
    unmarked = [marked["before"] + marked["number"] for marked in found]
    return None if any(follow) or in_turn or len(set(unmarked)) < len(names) else unmarked


def without_coding_types(names: Sequence[str]) -> list[str] | None:
    """Return names without the type of coded picture (I, P or B) that each has, as 0001_i and 0002_p; None otherwise.

    None, too, where none is an I, all are of one type, or two names would be the same, as those of two cameras.

    Args:
        names: in small letters.
    """
    found = [CODING_TYPE.findall(name) for name in names]
    types = {each[0] for each in found if len(each) == 1}
    if any(len(each) != 1 for each in found) or len(types) == 1 or not types & {"i", "idr"}:
        return None
    untyped = [CODING_TYPE.sub("", name) for name in names]
    return untyped if len(set(untyped)) == len(names) else None


def without_marks_of_thousands(names: Sequence[str]) -> list[str] | None:
    """Return names with 1000 for 1,000, if some have such marks and all others a number below 1000; None otherwise."""
    marked = [name for name in names if IN_THOUSANDS.search(name)]
    others = [name for name in names if not IN_THOUSANDS.search(name)]
    if not marked or not others or not all(map(BELOW_A_THOUSAND.search, others)):
        return None
    return [IN_THOUSANDS.sub(lambda number: number[0].replace(number["mark"], ""), name) for name in names]


def without_filling(names: Sequence[str]) -> list[str] | None:
    """Return names without the spaces or underlines that fill numbers up to one length, as in ``frame  9``.

    None where all have the same, the numbers are hexadecimal, or two names would be the same.

    Args:
        names: in small letters.
    """
    if len({tuple(FILLED_UP.findall(name)) for name in names}) == 1 or decimal_for_hexadecimal(names):
        return None
    closed_up = [FILLED_UP.sub(lambda found: found["digit"] and f"{found['digit']}_", name) for name in names]
    return closed_up if len(set(closed_up)) == len(names) else None


def _around_the_number(names: Sequence[str]) -> tuple[str, str]:
    """Return what stands before and after the one hexadecimal number in which names differ."""
    before = _beginning(names).rstrip(HEX_DIGITS)
    after = _beginning([name[len(before) :][::-1] for name in names]).rstrip(HEX_DIGITS)[::-1]
    return before, after


def _beginning(names: Sequence[str]) -> str:
    """Return with what all names begin."""
    pairs = zip(min(names, default=""), max(names, default=""), strict=False)
    return "".join(first for first, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
