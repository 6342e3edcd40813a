"""Short names for runs and checkpoints."""

from collections.abc import Collection
from pathlib import Path


def short_name(path: Path, taken: Collection[str] = ()) -> str:
    """Return a name for a run's folder or for one of its checkpoints, as short as it is unique; a word is its own.

    Args:
        path: of the folder or the file, or a word that is no path.
        taken: names that it must not have.
    """
    if not path.exists():
        return str(path)
    resolved = path.resolve()
    name = resolved.name if resolved.is_dir() else f"{resolved.parent.name}/{resolved.stem}"
    return next((one for one in (name, str(path)) if one not in taken), str(resolved))
