"""Keeps two commands from writing to one output: each claims what it will write before it computes anything."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path

from vidpred.machine.files import missing_folders, take_away_empty
from vidpred.machine.lock import locked
from vidpred.machine.signals import undisturbed

_Held = tuple[ExitStack, frozenset[Path]]
_HELD: ContextVar[_Held | None] = ContextVar("_HELD", default=None)


@contextmanager
def claiming() -> Iterator[None]:
    """Let go of what is claimed in here at the end; outside of all such blocks, nothing is claimed."""
    outer = _HELD.get()
    with ExitStack() as stack:
        token = _HELD.set((stack, outer[1] if outer else frozenset()))
        try:
            yield
        finally:
            _HELD.reset(token)


def claim(output: Path) -> None:
    """Let no other command write to a file or a folder until this one ends.

    A hidden file beside it says so meanwhile. What this command has claimed already it may claim again.

    Raises:
        VidpredError: another command has claimed it.
    """
    held = _HELD.get()
    place = _place_of(Path(os.path.abspath(output)))  # noqa: PTH100 - links are not followed
    if held is None or place in held[1]:
        return
    busy = f"the output {output} is being written by another process"
    with undisturbed():
        held[0].enter_context(locked(place, busy, "wait for it or stop it, or choose another name"))
        _HELD.set((held[0], held[1] | {place}))


def make_folder(folder: Path) -> None:
    """Make a folder for outputs, with those that it is in; where they stay empty they are gone when the command ends.

    Raises:
        OSError: it cannot be made.
    """
    place = Path(os.path.abspath(folder))  # noqa: PTH100 - links are not followed
    new = missing_folders(place)
    place.mkdir(parents=True, exist_ok=True)
    if new and (held := _HELD.get()) is not None:
        held[0].callback(take_away_empty, new)  # after the locks that will stand in there


def _place_of(output: Path) -> Path:
    """Return where the lock on an output stands: beside it, or beside the first folder that is still to be made."""
    there = output.parent
    while not os.path.isdir(there):  # noqa: PTH112 - a name that is too long is no folder, and no error
        there = there.parent
    return there / f".{'.'.join(output.parts[len(there.parts) :])}.lock"
