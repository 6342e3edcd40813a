"""The error that users are meant to see."""

import difflib
import math
import re
import reprlib
import shlex
import warnings
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any


class VidpredError(ValueError):
    """A mistake that the user can fix.

    The message is one sentence: what was wrong, with its value; what is accepted; what to do.
    The command line prints it alone; a library caller may catch it as a ``ValueError``.
    """


class Note(UserWarning):
    """One sentence that the user should know; the command line shows it as a note."""


@cache  # what is read several times is told of once
def note(sentence: str) -> None:
    """Say something that the user should know, as a :class:`Note`, and never again."""
    warnings.warn(sentence, Note, stacklevel=3)


CONTROL = re.compile(  # characters that move a cursor, colour, end a line, or turn the direction of what follows
    r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"
)
LONGEST_SHOWN = 200  # characters of a value in a message
PLAINLY = {  # what pydantic says in the words of Python, by the type of its complaint
    "path_type": "Input should be a path; write one that looks like a number or a date as ./2024",
    **dict.fromkeys(
        ("model_type", "dataclass_type", "dict_type"), "Input should be several settings, as {name: value}"
    ),
    **dict.fromkeys(("is_instance_of", "list_type", "tuple_type"), "Input should be a list, as [1, 2]"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "Input should be true or false"),
    **dict.fromkeys(
        ("int_type", "int_parsing", "int_parsing_size", "int_from_float"), "Input should be a whole number"
    ),
    **dict.fromkeys(("float_type", "float_parsing"), "Input should be a number"),
    "string_type": "Input should be a word",
    "missing": "Input should have more values",
    "too_long": "Input should have fewer values",
    "too_short": "Input should have more values",
}


def shown(value: object) -> str:
    """Write a value in a message, shortened where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # thousands of digits; lists in lists without end
        text = reprlib.repr(type(value))
    return _shortened(text)


def as_yaml(value: object) -> str:
    """Write the value of a setting in a message as YAML has it, shortened where it is long."""
    try:
        text = _yaml(value)
    except RecursionError:
        return shown(value)
    return _shortened(text)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def _yaml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key if _is_word(key) else _yaml(key)}: {_yaml(value[key])}" for key in value) + "}"
    if isinstance(value, list | tuple | set):
        return f"[{', '.join(map(_yaml, value))}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value}".replace("inf", ".inf").replace("nan", ".nan")
    return value.isoformat() if isinstance(value, date) else shown(value)


def _is_word(key: object) -> bool:
    return isinstance(key, str) and key.isidentifier()


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, or its kind where it says nothing."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def pinpoint(value: Any, location: Iterable[int | str]) -> tuple[list[str], Any]:
    """Return the steps into maps and lists to what pydantic complains about, and what is there.

    Args:
        value: that was to be accepted.
        location: of the complaint, which also names the types that were tried.
    """
    steps = list[str]()
    for step in location:
        into_list = isinstance(value, list | tuple) and isinstance(step, int) and step < len(value)
        if into_list or (isinstance(value, Mapping) and step in value):
            steps.append(str(step))
            value = value[step]
    return steps, value


def reason(problem: Mapping[str, Any]) -> str:
    """Say what is accepted instead of a value, by one of pydantic's complaints about it."""
    return PLAINLY.get(problem["type"], str(problem["msg"]))


def printable(text: str) -> str:
    """Return text that a terminal and a table show in one line, with its control characters escaped."""
    return CONTROL.sub(lambda found: repr(found[0])[1:-1], text)


def printable_lines(text: str) -> str:
    """Return lines of text with all other control characters escaped."""
    return "\n".join(map(printable, text.split("\n")))


def as_word(path: object) -> str:
    """Write a path as one word of a command that can be copied into a shell, which no program takes for an option.

    Control characters are escaped, as bash and zsh read them in ``$'...'``.
    """
    text = f"./{path}" if str(path).startswith("-") else str(path)
    if not CONTROL.search(text):
        return shlex.quote(text)
    plain = text.replace("\\", r"\\").replace("'", r"\'")
    return f"$'{CONTROL.sub(_as_bytes, plain)}'"


def _as_bytes(found: re.Match[str]) -> str:
    return "".join(f"\\x{byte:02x}" for byte in found[0].encode())


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` when some ``known`` word is close to ``word``, else nothing."""
    closest = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {closest[0]!r}?)" if closest else ""
