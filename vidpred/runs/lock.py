"""Keeps two processes from training one run: whoever writes into its folder holds a lock on it."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.machine.files import KNOWS_LOCKS, can_be_held, has_name
from vidpred.machine.processes import own_place

NAME = ".lock"  # in the folder of a run


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock on a run's folder; of several processes that train one run together, the first alone holds it.

    The system itself releases the lock when the process ends, however it ends, so that none is left behind. Where
    the system or the file system knows no locks, nothing is locked.

    Raises:
        VidpredError: another process holds it.
    """
    if own_place()[0]:
        yield
        return
    descriptor = _take(folder)
    try:
        yield
    finally:
        if descriptor is not None:
            _release(folder / NAME, descriptor)


def _take(folder: Path) -> int | None:
    if not KNOWS_LOCKS:
        return None
    while True:
        try:
            descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        except OSError:  # such as a folder that may not be written to, of which the first file to write says more
            return None
        try:
            held = can_be_held(descriptor)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode(errors="replace").strip()
            os.close(descriptor)
            raise VidpredError(
                f"the run in {folder} is being trained by another process{_described(holder)}; wait for it or stop it, "
                "or train into another folder with --out"
            ) from None
        if held and has_name(descriptor, folder / NAME):
            break
        os.close(descriptor)  # whoever held it has just taken the file away, or there are no locks here
        if not held:
            return None
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()} on {socket.gethostname()}\n".encode())
    return descriptor


def _described(holder: str) -> str:
    return f" ({holder})" if holder and holder.isprintable() else ""


def _release(path: Path, descriptor: int) -> None:
    """Take the file away while it is still locked, so that nobody can lock what is no longer there."""
    with suppress(OSError):
        if has_name(descriptor, path):
            path.unlink()
    os.close(descriptor)
