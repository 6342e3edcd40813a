"""Knows how long the names of files may be, and refuses longer ones before anything is done for them."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vidpred.errors import VidpredError

SHOWN = 24  # characters of a long name, at either end


def longest_name(folder: Path) -> int | None:
    """Return how many bytes a name in ``folder`` may have; None where the system does not say."""
    try:
        most = os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):  # another system, no folder, or a disk that does not know
        return None
    return most if most > 0 else None


def require_fitting(path: Path) -> None:
    """Refuse an output whose name, or that of a folder around it, is longer than the disk takes.

    Raises:
        VidpredError: it is.
    """
    there = path.parent
    while not os.path.isdir(there):  # noqa: PTH112 - a name that is too long is no folder, and no error
        there = there.parent
    most = longest_name(there)
    for name in path.parts[len(there.parts) :]:
        length = len(os.fsencode(name))
        if most is not None and length > most:
            raise VidpredError(
                f"the name {name[:SHOWN]}...{name[-SHOWN:]} of an output is {length} bytes long, but the disk takes at "
                f"most {most}; choose a shorter one"
            )


@contextmanager
def too_long_explained() -> Iterator[None]:
    """Turn what the system raises where a path is too long into one sentence.

    Raises:
        VidpredError: a path is.
    """
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        name = os.fsdecode(error.filename or "")
        raise VidpredError(
            f"the path {name[:SHOWN]}...{name[-SHOWN:]} of {len(name)} characters is longer than the disk takes, so "
            "there is nothing of that name; name a file or a folder that is there"
        ) from None


def shortened(name: str, most: int) -> str:
    """Return the beginning of a name that has at most so many bytes, in whole characters."""
    while len(os.fsencode(name)) > most:
        name = name[:-1]
    return name
