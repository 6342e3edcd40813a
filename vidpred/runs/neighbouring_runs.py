"""Which runs there are where a path was named that holds none: what its user may have meant."""

import difflib
import os
from itertools import islice
from pathlib import Path

from vidpred.errors import as_word
from vidpred.machine.folders import CHECKPOINTS
from vidpred.runs.new_folder import RUNS
from vidpred.wording import listed

MOST_NAMED = 3
MOST_LOOKED_AT = 1000  # folders: where there are more, it is no folder of runs


def runs_to_name(path: Path) -> str:
    """Return `` (did you mean runs/walk?)`` or `` (runs here are runs/walk, runs/run)``, newest first, else "".

    Args:
        path: that was named, and holds no checkpoint; runs are looked for beside it, or in it where it is a folder;
            and in the usual folder of runs that lies there, where a name alone, or that folder's own place, was named.
    """
    is_folder = os.path.isdir(path)  # noqa: PTH112 - a name that is too long is of nothing, and no error
    place = path if is_folder else path.parent
    places = [place, *([place / RUNS] if is_folder or place == Path() else [])]
    runs = [run for folder in places for run in _runs_in(folder)]
    by_name = {run.name.casefold(): run for run in reversed(runs)}
    if close := difflib.get_close_matches(path.name.casefold(), by_name, n=MOST_NAMED):
        return f" (did you mean {' or '.join(as_word(by_name[name]) for name in close)}?)"
    if not runs:
        return ""
    return f" (runs here are {listed([as_word(run) for run in runs], MOST_NAMED)})"


def _runs_in(folder: Path) -> list[Path]:
    """Return folders in ``folder`` that hold a checkpoint, newest first; none where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            found = [folder / entry.name for entry in islice(entries, MOST_LOOKED_AT) if entry.is_dir()]
        runs = [one for one in found if any((one / CHECKPOINTS).glob("*.safetensors"))]
        return sorted(runs, key=lambda run: (-run.stat().st_mtime, run.name))
    except (OSError, ValueError):  # too long a name, a folder of somebody else, one that is going
        return []
