"""Short names for runs and checkpoints."""

from collections.abc import Collection
from pathlib import Path

from vidpred.errors import printable
from vidpred.machine.files import real_path


def short_name(path: Path, taken: Collection[str] = ()) -> str:
    """Return a printable name for a run or one of its checkpoints, as short as it is unique; a word is its own.

    Args:
        path: of the folder or the file, or a word that is no path.
        taken: names that it must not have.
    """
    if not path.exists():
        return str(path)
    resolved = real_path(path)
    name = resolved.name if resolved.is_dir() else f"{resolved.parent.name}/{resolved.stem}"
    names = [printable(text) for text in (name, str(path), str(resolved))]
    return next((one for one in names if one not in taken), names[-1])
