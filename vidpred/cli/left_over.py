"""Files of an earlier call that a later one of the same name does not replace, and that seem to be its own."""

import os
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from vidpred.cli.destinations import Destination

MOST_NAMED = 3


def say_left_over(to: Destination, written: Collection[Path], frames: Collection[str]) -> str | None:
    """Return a note on files beside a prediction that have the names of one with more samples or frames.

    They are told by their names alone, so that none is ever taken away; None where there are none. Beside a film with
    a name of its own, numbered ones are taken for its samples where a film of their spread is there too, and a picture
    for its sheet where a comparison is: else they may be anything of its user.

    Args:
        to: where the prediction was written.
        written: what is none of them besides: outputs of other clips, and the clips themselves.
        frames: names of the predicted frames in their folders.
    """
    known = {os.path.abspath(path) for path in (*to.written, *written)}  # noqa: PTH100 - links are not followed
    found = [path for path in _frames_in(to.frames) if path.name not in frames]
    if to.film is not None:
        found += _beside(to.film)
    return note_left([path for path in found if os.path.abspath(path) not in known])  # noqa: PTH100


def _frames_in(folders: Sequence[Path]) -> list[Path]:
    """Return the files in folders that have the names of predicted frames."""
    if not folders:
        return []
    from vidpred.video.predicted import FRAME

    return [path for folder in folders for path in numbered_like(folder, FRAME.pattern)]


def _beside(film: Path) -> list[Path]:
    """Return the files that have the names of samples, their spread, a comparison and a sheet of a film."""
    stem, suffix = re.escape(film.stem), re.escape(film.suffix)
    spread, pair = (numbered_like(film.parent, rf"{stem}_{kind}{suffix}") for kind in ("spread", "compare"))
    named_by_us = film.stem.endswith("_future")
    patterns = [rf"{stem}_(spread|compare){suffix}"]
    patterns += [rf"{stem}_\d+{suffix}"] if named_by_us or spread else []
    patterns += [rf"{stem}\.png"] if named_by_us or pair else []
    return numbered_like(film.parent, "|".join(patterns))


def note_left(found: Sequence[Path]) -> str | None:
    """Return a note on files that an earlier call seems to have left beside those of this one; None of none."""
    if not found:
        return None
    from vidpred.wording import listed

    named = listed([str(path) for path in found], MOST_NAMED)
    return f"note: left from an earlier call, it seems: {named}"


def numbered_like(folder: Path, pattern: str) -> list[Path]:
    """Return the files in ``folder`` whose whole names match, numbers in order."""
    names = list[str]()
    with suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry in entries if re.fullmatch(pattern, entry.name)]
    return [folder / name for name in sorted(names, key=lambda name: (re.sub(r"\d+", "", name), _numbers(name)))]


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]
