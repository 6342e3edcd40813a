"""Says what the names of pictures leave open: words that change amid one count, and pictures without a number."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from vidpred.errors import note
from vidpred.video.frame_names.numerals import DIGIT
from vidpred.video.frame_names.order import ANY, OrderedFrame
from vidpred.video.frame_names.times import Number
from vidpred.wording import counted

SPARSEST = 3  # numbers of a count to each that is there


def say_if_interleaved(frames: Sequence[OrderedFrame]) -> None:
    """Note once that words tell sequences apart whose numbers are one count, as those of 1_day, 2_night and 3_day.

    Args:
        frames: of a folder, one sequence after the other.
    """
    by_number = sorted(frames, key=lambda frame: frame.number)
    sequences = {frame.sequence for frame in frames}
    changes = sum(before.sequence != after.sequence for before, after in pairwise(by_number))
    is_one_count = _is_one_count([frame.number for frame in by_number])
    by_words = all(number == ANY for sequence in sequences for number, _ in sequence)
    are_alike = len(set(map(len, sequences))) == 1
    are_mixed = changes >= len(sequences) > 1 or len(sequences) == len(frames) > 1
    if are_mixed and is_one_count and by_words and are_alike:
        note(
            f"the pictures in the folder {frames[0].path.parent} are taken as {counted(len(sequences), 'sequence')} by "
            f"the words in their names, as in {by_number[0].path.name} and {_another(by_number).path.name}, though "
            "their numbers are one count; if they are one video, name them alike"
        )


def _is_one_count(numbers: Sequence[Number]) -> bool:
    """Return whether ascending numbers are of one counter, of which few are left out; times of two cameras are not."""
    steps = [after - before for before, after in pairwise(numbers)]
    least = min(steps, default=0)
    return least > 0 and all(step % least == 0 for step in steps) and sum(steps) <= SPARSEST * least * len(steps)


def _another(frames: Sequence[OrderedFrame]) -> OrderedFrame:
    """Return the first that is of another sequence than the first of all."""
    return next(frame for frame in frames if frame.sequence != frames[0].sequence)


def say_left_out(frames: Sequence[OrderedFrame], pictures: Sequence[Path]) -> None:
    """Note once that pictures beside numbered ones of their kind have no number, so that their place is not known.

    Args:
        frames: of a folder.
        pictures: all that are in it.
    """
    kinds, taken = {frame.path.suffix.lower() for frame in frames}, {frame.path for frame in frames}
    beside = [path for path in pictures if path.suffix.lower() in kinds and path not in taken]
    if unnumbered := sorted(path for path in beside if not DIGIT.search(path.stem)):
        first, *others = unnumbered
        more = f" and {len(others)} more" if others else ""
        verb = "have no number in their names and are" if others else "has no number in its name and is"
        note(f"{first}{more} {verb} left out")
