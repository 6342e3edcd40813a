"""Brings pictures into the order of time that their names give, and finds where one does not go on from another."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise, product
from pathlib import Path
from statistics import median_low
from unicodedata import normalize

from vidpred.errors import note
from vidpred.video.frame_names.numerals import DIGIT, steady_hexadecimal, with_first_of_copies
from vidpred.video.frame_names.spelling import Spelling, spellings
from vidpred.video.frame_names.times import TIME, Number, times

WHOLE = re.compile(r"\d+")
DECIMAL = re.compile(r"\d+[.,]\d+(?:e[-+]\d{1,2})?(?![.,]?\d)|\d+(?:e[-+]\d{1,2}(?!\d))?")
MINUS = "\u2212-"
PLUS = "+"
BEFORE_A_SIGN = "_=(,"  # a - after one of these, or at the beginning, is a minus; after others it may be a dash
MAYBE_A_SIGN = re.compile(rf"[^\d\n{BEFORE_A_SIGN}][{MINUS}]\d")
MAYBE_DECIMAL = re.compile(r"\d[.,]\d")
VIEW = re.compile(  # before the number of a camera or a channel, which is no time where another number could be
    r"(?:cam|camera|view|eye|(?<![a-z])(?:ch|chan|channel))[-_ ]?$"
)
FEWEST_PER_SEQUENCE = 2  # on average: with fewer, a number does not tell sequences apart, but goes along with another
CLEARLY_FEWER = 2  # times, by which one way to read dates has fewer breaks than another
STEPS_PER_COMMON_ONE = 3  # a step is common if every third is the same

SequenceKey = tuple[tuple[Number, str], ...]
ANY = -1  # in place of a number that does not tell sequences apart


@dataclass(frozen=True)
class OrderedFrame:
    """A picture in its place.

    Args:
        path: of the picture.
        sequence: which of the folder's sequences it belongs to, in a form to sort by.
        number: its place in time, in whatever unit the names count.
        continues: whether it is one usual step after the picture before it, in the same sequence.
    """

    path: Path
    sequence: SequenceKey
    number: Number
    continues: bool


@dataclass(frozen=True)
class Reading:
    """One way to understand names.

    Args:
        decimals: 0.25 is one number, not two.
        dashes_are_signs: every - or + before a number is its sign unless a digit is before it.
        times: 2024-01-05 and 12-30-59 are moments, not three numbers each.
    """

    decimals: bool = True
    dashes_are_signs: bool = False
    times: bool = False


def numbered(paths: Sequence[Path]) -> list[Path]:
    """Return the pictures with a number in their names.

    So are a, where all are hexadecimal and come in equal steps, and img, where all others are img (1), img (2) ...
    """
    names = [path.stem.lower() for path in paths]
    if steady_hexadecimal(names) or with_first_of_copies(names):
        return list(paths)
    return [path for path in paths if DIGIT.search(path.stem)]


def order_frames(paths: Sequence[Path]) -> list[OrderedFrame]:
    """Return pictures in the order of time, one sequence after the other.

    Of names of one form, the last number that differs is the number of the frame, and what stands before it names the
    sequence; where hardly two names would share a sequence, it is the number before that. Names may hold decimals,
    negative numbers, dates and times of day; where they could be read in several ways, that way is right which leaves
    the fewest breaks.

    A break is where another sequence begins, or where a step is not the usual one of its sequence. Of dates that may
    begin with the day or with the month, a note says which was taken unless one has clearly fewer breaks.

    Args:
        paths: whose names hold numbers, without regard to case and suffix.
    """
    found = _read_in_all(paths, spellings([normalize("NFC", path.stem.lower()) for path in paths]))
    taken, best = _likeliest(found)
    for other, frames in found:
        if taken.dates and other.dates not in ("", taken.dates) and _is_as_likely(frames, best):
            note(
                f"the names of the pictures in the folder {paths[0].parent} can be read as {taken.dates} and as "
                f"{other.dates}, and are taken as {taken.dates}; if that is wrong, name them by year-month-day"
            )
    return best


def _read_in_all(paths: Sequence[Path], spelled: Sequence[Spelling]) -> list[tuple[Spelling, list[OrderedFrame]]]:
    """Return pictures in the order of every spelling, but for unlikely ones once there is one without breaks."""
    *others, as_they_are = spelled
    last = _read(paths, as_they_are)
    found, is_settled = [], _breaks(last) <= 1  # the beginning
    for spelling in others:
        if is_settled and spelling.is_doubtful and not spelling.dates:  # of dates, all are compared
            continue
        found.append((spelling, _read(paths, spelling)))
        is_settled = is_settled or (spelling.is_doubtful and _breaks(found[-1][1]) <= 1)
    return [*found, (as_they_are, last)]


def _likeliest(found: Sequence[tuple[Spelling, list[OrderedFrame]]]) -> tuple[Spelling, list[OrderedFrame]]:
    """Return the spelling with the fewest breaks, the first of several; of unlikely ones, with clearly fewer."""
    has_dates = any(spelling.dates and not spelling.is_doubtful for spelling, _ in found)
    as_they_are = _breaks(found[-1][1])  # in which all begin with a break

    def breaks_to_beat(one: tuple[Spelling, list[OrderedFrame]]) -> float:
        breaks = _breaks(one[1])
        if one[0].is_doubtful:
            return breaks if breaks < as_they_are and CLEARLY_FEWER * (breaks - 1) <= as_they_are - 1 else math.inf
        return breaks * (CLEARLY_FEWER if has_dates and not one[0].dates else 1)

    return min(found, key=breaks_to_beat)


def _is_as_likely(frames: Sequence[OrderedFrame], best: Sequence[OrderedFrame]) -> bool:
    """Return whether frames come in another order than the best one, with hardly more breaks."""
    differ = [frame.path for frame in frames] != [frame.path for frame in best]
    return differ and _breaks(frames) < CLEARLY_FEWER * _breaks(best)


def _breaks(frames: Sequence[OrderedFrame]) -> int:
    return sum(not frame.continues for frame in frames)


def _read(paths: Sequence[Path], spelling: Spelling) -> list[OrderedFrame]:
    """Return pictures in the order of their names so spelled, in the reading with the fewest breaks."""
    best: list[OrderedFrame] = []
    fewest = len(paths) + 1
    for choice in product(*_choices(spelling)):
        frames = _ordered(paths, spelling.names, Reading(*choice))
        breaks = _breaks(frames)
        if breaks < fewest:
            best, fewest = frames, breaks
        if fewest <= 1:  # the beginning
            break
    return best


def _choices(spelling: Spelling) -> tuple[tuple[bool, ...], ...]:
    """Return what is worth trying of decimals, signs and times, the likelier first."""
    all_names = "\n".join(spelling.names)
    return (
        (True, False) if MAYBE_DECIMAL.search(all_names) else (True,),
        (False, True) if MAYBE_A_SIGN.search(all_names) else (False,),
        (True,) if spelling.are_times else (False, True) if TIME.search(all_names) else (False,),
    )


def _ordered(paths: Sequence[Path], names: Sequence[str], reading: Reading) -> list[OrderedFrame]:
    places = _places(names, reading)
    order = sorted(range(len(paths)), key=lambda index: (*places[index], paths[index].name))
    steps = defaultdict(list)
    for before, after in pairwise(order):
        if places[before][0] == places[after][0] and places[before][1] != places[after][1]:
            steps[places[after][0]].append(places[after][1] - places[before][1])
    usual = {sequence: _usual_step(found) for sequence, found in steps.items()}
    frames: list[OrderedFrame] = []
    for index in order:
        sequence, number = places[index]
        continues = False
        if frames and frames[-1].sequence == sequence and sequence in usual:
            step = number - frames[-1].number
            continues = usual[sequence] < 2 * step < 3 * usual[sequence]  # between half a step and one and a half
        frames.append(OrderedFrame(paths[index], sequence, number, continues))
    return frames


def _usual_step(steps: Sequence[Number]) -> Number:
    """Return the commonest step, or the median of steps that hardly ever are the same, as those of a clock."""
    numbers = Counter(steps)
    commonest = min(numbers, key=lambda step: (-numbers[step], step))
    is_common = numbers[commonest] > 1 and numbers[commonest] * STEPS_PER_COMMON_ONE >= len(steps)
    return commonest if is_common else median_low(steps)


def _places(names: Sequence[str], reading: Reading) -> list[tuple[SequenceKey, Number]]:
    """Return the sequence and the number of each name."""
    parts = [_parts(name, reading) for name in names]
    forms: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for index, (texts, _) in enumerate(parts):
        forms[texts].append(index)
    places: dict[int, tuple[SequenceKey, Number]] = {}
    for texts, members in forms.items():
        rows = [parts[index][1] for index in members]
        views = [column for column, text in enumerate(texts[:-1]) if VIEW.search(text)]
        chosen, naming = _column_of_time(rows, views)
        for index, row in zip(members, rows, strict=True):
            told_apart = [number if column in naming else ANY for column, number in enumerate(row)]
            places[index] = tuple(zip((*told_apart, ANY), texts, strict=True)), row[chosen]
    return [places[index] for index in range(len(names))]


def _column_of_time(rows: Sequence[tuple[Number, ...]], views: Sequence[int]) -> tuple[int, set[int]]:
    """Return which of the numbers counts the frames, and which name the sequence.

    It is the last that differs and whose sequences have several frames. The first that differs, which has all in one
    sequence, is it only if no later one puts them in another order, by steadier steps.

    Args:
        rows: the numbers of each name.
        views: those that are numbers of cameras; one of them counts the frames only where no other number differs.
    """
    differing = [column for column in range(len(rows[0])) if len({row[column] for row in rows}) > 1]
    differing = [column for column in differing if column not in views] or differing or [len(rows[0]) - 1]
    first, *later = differing
    for column in reversed(later):
        if len({row[:column] for row in rows}) * FEWEST_PER_SEQUENCE <= len(rows):
            return column, {*range(column), *views} - {column}
    ordered = {column: sorted(rows, key=partial(_in_view, views, column)) for column in differing}
    placed = {column: [_in_view(views, column, row) for row in ordered[column]] for column in differing}
    others = [column for column in later if len(set(placed[column])) == len(rows) and ordered[column] != ordered[first]]
    chosen = min([first, *others], key=lambda column: _unsteady(placed[column]))
    return chosen, {*range(first), *views} - {chosen}


def _in_view(views: Sequence[int], column: int, row: tuple[Number, ...]) -> tuple[tuple[Number, ...], Number]:
    return tuple(row[view] for view in views), row[column]


def _unsteady(places: Sequence[tuple[tuple[Number, ...], Number]]) -> int:
    """Return how many steps between successive numbers of one view are not the usual one."""
    steps = [after[1] - before[1] for before, after in pairwise(places) if before[0] == after[0]]
    return len(steps) - steps.count(_usual_step(steps)) if steps else 0


def _parts(name: str, reading: Reading) -> tuple[tuple[str, ...], tuple[Number, ...]]:
    """Return the texts before, between and after the numbers of a name, and the numbers."""
    texts, numbers, end = [], [], 0
    for start, stop, value in _numbers(name, reading):
        sign = _sign(name[end:start], name[: start - 1], reading)
        texts.append(name[end : start - len(sign)])
        numbers.append(-value if sign and sign in MINUS else value)
        end = stop
    return (*texts, name[end:]), tuple(numbers)


def _sign(text: str, before: str, reading: Reading) -> str:
    """Return the sign of a number, or an empty text.

    Args:
        text: from the last number to this one.
        before: all of the name but for the character before this number.
        reading: how to understand a dash.
    """
    sign = text[-1:]
    is_one = not before or before[-1] in BEFORE_A_SIGN or (reading.dashes_are_signs and not before[-1].isdigit())
    return sign if is_one and sign in MINUS + PLUS else ""


def _numbers(name: str, reading: Reading) -> Iterator[tuple[int, int, Number]]:
    """Yield where each number of a name begins and ends, and its value."""
    end = 0
    if reading.times:
        for start, stop, seconds in times(name):
            yield from _plain_numbers(name, end, start, reading)
            yield start, stop, seconds
            end = stop
    yield from _plain_numbers(name, end, len(name), reading)


def _plain_numbers(name: str, start: int, stop: int, reading: Reading) -> Iterator[tuple[int, int, Number]]:
    for found in (DECIMAL if reading.decimals else WHOLE).finditer(name, start, stop):
        text = found[0].replace(",", ".")
        yield found.start(), found.end(), int(text) if text.isdecimal() else Fraction(text)
