"""Spells numbers in the names of pictures as decimal digits, be they hexadecimal, in groups, or beside a checksum."""

import re
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
COPY = re.compile(r"(?P<before>.*\S) \((?P<number>\d{1,9})\)", re.DOTALL)
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
    """Return names with a number for the picture that browsers and systems give none, as img.png before img (1).png.

    None where not all names are so numbered, or none is without a number.

    Args:
        names: in small letters.
    """
    found = [COPY.fullmatch(name) for name in names]
    lowest: dict[str, int] = {}  # number, by what stands before it
    for copy in found:
        if copy:
            lowest[copy["before"]] = min(int(copy["number"]), lowest.get(copy["before"], int(copy["number"])))
    firsts = [name for name, copy in zip(names, found, strict=True) if not copy]
    if not firsts or not all(lowest.get(name, 0) > 0 for name in firsts):
        return None
    return [name if copy else f"{name} ({lowest[name] - 1})" for name, copy in zip(names, found, strict=True)]


def without_marks_of_thousands(names: Sequence[str]) -> list[str] | None:
    """Return names with 1000 for 1,000, if some have such marks and all others a number below 1000; None otherwise."""
    marked = [name for name in names if IN_THOUSANDS.search(name)]
    others = [name for name in names if not IN_THOUSANDS.search(name)]
    if not marked or not others or not all(map(BELOW_A_THOUSAND.search, others)):
        return None
    return [IN_THOUSANDS.sub(lambda number: number[0].replace(number["mark"], ""), name) for name in names]


def _around_the_number(names: Sequence[str]) -> tuple[str, str]:
    """Return what stands before and after the one hexadecimal number in which names differ."""
    before = _beginning(names).rstrip(HEX_DIGITS)
    after = _beginning([name[len(before) :][::-1] for name in names]).rstrip(HEX_DIGITS)[::-1]
    return before, after


def _beginning(names: Sequence[str]) -> str:
    """Return with what all names begin."""
    pairs = zip(min(names, default=""), max(names, default=""), strict=False)
    return "".join(first for first, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
