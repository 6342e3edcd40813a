"""Refuses folders in which there is something, before anything is read for a new run."""

from pathlib import Path

from vidpred.errors import VidpredError, as_word

CONFIG, CHECKPOINTS = "config.yaml", "checkpoints"  # in the folder of a run


def require_new(folder: Path) -> None:
    """Refuse a folder for a new run that is there already.

    Raises:
        VidpredError: it is there and not empty, or no folder.
    """
    checkpoints = folder / CHECKPOINTS
    if (folder / CONFIG).is_file() and checkpoints.is_dir() and not any(checkpoints.glob("*.safetensors")):
        raise VidpredError(
            f"{folder} is of a run that ended before its first checkpoint, so that there is nothing to go on from; "
            "take it away, or name another folder with --out"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise VidpredError(
            f"{folder} is there already and a run overwrites nothing; name another folder with --out, "
            f"or continue the run in it with --resume {as_word(folder)}"
        )
