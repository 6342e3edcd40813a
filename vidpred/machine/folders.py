"""Walks through folders for what people put there: links are followed; what is hidden, a system's or a run's is not.

What the folder of a run holds is named here, since runs are known by it.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.machine.files import real_path

SYSTEMS = {"__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "lost+found"}  # folders nobody looks into

CONFIG, REPORT, ENVIRONMENT = "config.yaml", "data.txt", "environment.json"  # in the folder of a run
CHECKPOINTS, SAMPLES, TENSORBOARD = "checkpoints", "samples", "tensorboard"
METRICS, CURVES = "metrics.jsonl", "curves.png"
RUNS = {CHECKPOINTS, CONFIG, ENVIRONMENT}  # what the folder of every run of `vidpred train` holds


def walk(top: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Yield every folder from ``top`` down, the names of its subfolders and those of all else in it, by name.

    Each folder comes once, whatever links lead to it; a link to a folder that ``top`` is in leads nowhere. A run below
    ``top`` is passed over with all in it, since its sample films and pictures are no data.

    Args:
        top: where to begin.

    Raises:
        VidpredError: a folder cannot be listed.
    """
    seen: set[Path] = set()
    waiting = [top]
    while waiting:
        for name, subfolders, files in os.walk(waiting.pop(0), onerror=_unlistable):
            folder, real = Path(name), real_path(name)
            if real in seen or (seen and real_path(top).is_relative_to(real)):
                subfolders.clear()
                continue
            seen.add(real)
            if folder != top and RUNS.issubset([*subfolders, *files]):
                subfolders.clear()
                continue
            subfolders[:] = sorted(each for each in subfolders if not each.startswith(".") and each not in SYSTEMS)
            waiting += [folder / each for each in subfolders if (folder / each).is_symlink()]
            yield folder, subfolders, sorted(each for each in files if not each.startswith("."))


def _unlistable(error: OSError) -> None:
    raise VidpredError(f"the folder {error.filename} cannot be listed ({error.strerror}); change its permissions")
