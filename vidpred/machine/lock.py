"""Keeps two processes from writing to one place: whoever writes there holds a lock on a file beside or in it."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vidpred.errors import VidpredError
from vidpred.machine.files import KNOWS_LOCKS, can_be_held, has_name
from vidpred.machine.processes import own_place


@contextmanager
def locked(path: Path, busy: str, remedy: str) -> Iterator[None]:
    """Hold a lock; of several processes that work together, the first alone holds it.

    The system itself releases the lock when the process ends, however it ends, so that none is left behind. Where
    the system or the file system knows no locks, nothing is locked.

    Args:
        path: of the file that is locked, which is there only as long as it is.
        busy: what to say where another process holds it, as ``X is being written by another process``.
        remedy: what to do then, as ``wait for it``.

    Raises:
        VidpredError: another process holds it.
    """
    if own_place()[0]:
        yield
        return
    descriptor = _take(path, busy, remedy)
    try:
        yield
    finally:
        if descriptor is not None:
            _release(path, descriptor)


def _take(path: Path, busy: str, remedy: str) -> int | None:
    if not KNOWS_LOCKS:
        return None
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
        except OSError:  # such as a folder that may not be written to, of which the first file to write says more
            return None
        try:
            held = can_be_held(descriptor)
        except BlockingIOError:
            holder = os.read(descriptor, 200).decode(errors="replace").strip()
            os.close(descriptor)
            raise VidpredError(f"{busy}{_described(holder)}; {remedy}") from None
        if held and has_name(descriptor, path):
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
