"""Shows in a terminal how far something has come that takes long."""

from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

LONG_WAIT = 1.0  # seconds, after which it is shown

Thing = TypeVar("Thing")


def progress(things: Iterable[Thing], doing: str, unit: str, total: int | None = None) -> "tqdm[Thing]":
    """Yield ``things``, and show how many have been; nothing where the standard error is no terminal.

    Args:
        things: one by one.
        doing: what is done with them, in a word or two.
        unit: one of them, in the singular.
        total: how many there are, if they do not say.
    """
    return tqdm(things, doing, total, unit=unit, delay=LONG_WAIT, leave=False, disable=None)


def say(text: str) -> None:
    """Print a line above what is shown of the progress."""
    tqdm.write(text)
