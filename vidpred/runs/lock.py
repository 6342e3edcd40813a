"""Keeps two processes from training one run: whoever writes into its folder holds a lock on it."""

from contextlib import AbstractContextManager
from pathlib import Path

from vidpred.machine import lock

NAME = ".lock"  # in the folder of a run


def locked(folder: Path) -> AbstractContextManager[None]:
    """Hold the lock on a run's folder; see :func:`vidpred.machine.lock.locked`.

    Raises:
        VidpredError: another process holds it.
    """
    return lock.locked(
        folder / NAME,
        f"the run in {folder} is being trained by another process",
        "wait for it or stop it, or train into another folder with --out",
    )
