"""Refuses folders in which there is something, or nothing can be written, before anything is read for a new run."""

import os
from pathlib import Path

from vidpred.errors import VidpredError, as_word
from vidpred.machine.files import is_taken, require_writable
from vidpred.machine.folders import CHECKPOINTS, CONFIG

RUNS = "runs"  # in the current folder: where runs are whose folder is not named


def require_new(folder: Path | None) -> None:
    """Refuse a folder for a new run that is there already, or cannot be made.

    Args:
        folder: of the run; none is one below the usual folder of runs.

    Raises:
        VidpredError: it is there and not empty, is trained in, or is no folder, or nothing can be written there.
    """
    if folder is not None:
        _require_empty(folder)
    place = folder or Path(RUNS)
    while not os.path.exists(place):  # noqa: PTH110 - a name that is too long is of nothing, and no error
        place = place.parent
    if not place.is_dir():
        raise VidpredError(f"{place} is a file, but a run needs a folder; name another with --out")
    require_writable(place)


def _require_empty(folder: Path) -> None:
    goes_on = can_go_on(folder)
    if (folder / CONFIG).is_file() and (folder / CHECKPOINTS).is_dir():
        from vidpred.runs.lock import locked  # here, because predicting needs no lock of a run

        with locked(folder):  # nobody trains it
            pass
        if not goes_on:
            raise VidpredError(
                f"{folder} is of a run that ended before its first checkpoint, so that there is nothing to go on from; "
                "take it away, or name another folder with --out"
            )
    if is_taken(folder) and (not folder.is_dir() or any(folder.iterdir())):
        going_on = f", or continue the run in it with --resume {as_word(folder)}" if goes_on else ""
        raise VidpredError(
            f"{folder} is there already and a run overwrites nothing; name another folder with --out{going_on}"
        )


def can_go_on(folder: Path) -> bool:
    """Return whether a folder holds what a run goes on from: its settings and a checkpoint."""
    return (folder / CONFIG).is_file() and any((folder / CHECKPOINTS).glob("*.safetensors"))
