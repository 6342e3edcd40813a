"""The error that users are meant to see."""

import difflib
import reprlib
from collections.abc import Iterable


class VidpredError(ValueError):
    """A mistake that the user can fix.

    The message is one sentence: what was wrong, with its value; what is accepted; what to do.
    The command line prints it alone; a library caller may catch it as a ``ValueError``.
    """


class Note(UserWarning):
    """One sentence that the user should know; the command line shows it as a note."""


LONGEST_SHOWN = 200  # characters of a value in a message


def shown(value: object) -> str:
    """Write a value in a message, shortened where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # thousands of digits; lists in lists without end
        text = reprlib.repr(type(value))
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` when some ``known`` word is close to ``word``, else nothing."""
    closest = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {closest[0]!r}?)" if closest else ""
