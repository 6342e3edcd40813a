"""Refuses folders in which there is something, before anything is read for a new run."""

from pathlib import Path

from vidpred.errors import VidpredError, as_word


def require_new(folder: Path) -> None:
    """Refuse a folder for a new run that is there already.

    Raises:
        VidpredError: it is there and not empty, or no folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise VidpredError(
            f"{folder} is there already and a run overwrites nothing; name another folder with --out, "
            f"or continue the run in it with --resume {as_word(folder)}"
        )
