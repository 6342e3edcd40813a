"""Reads ``metrics.jsonl``, of which a killed process may have left half a line, and which anybody may have written."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vidpred.errors import VidpredError, shown
from vidpred.machine.regular_files import read_small, require_regular

LARGEST = 4 << 30  # bytes
LAST_STEP = 10**15
LARGEST_DRAWN = 1e300  # matplotlib computes with the distances between the numbers along an axis, which must be finite
BLANK = b"\0 \t\r"  # NUL bytes are what a crash leaves of a block that was never written


@dataclass(frozen=True)
class Line:
    """A line of metrics: as it stands in the file, and as it is read."""

    text: bytes
    entry: dict[str, Any]


@dataclass(frozen=True)
class Metrics:
    """All lines of metrics, oldest first, and whether the last one was cut off."""

    lines: list[Line]
    is_torn: bool = False


def read_metrics(path: Path) -> Metrics:
    """Read a ``metrics.jsonl``; without such a file there are no lines, and what is cut off at its end is left out.

    Raises:
        VidpredError: a line before the end is no entry, or one holds something else than a run writes.
    """
    require_regular(path, "the metrics")
    try:
        content = read_small(path, LARGEST)
    except FileNotFoundError:
        return Metrics([])
    except OverflowError as error:
        raise VidpredError(f"{path} has {error}, which no run writes; take it away or name another run") from None
    numbered = [(n, text.strip(BLANK)) for n, text in enumerate(content.splitlines(), 1) if text.strip(BLANK)]
    lines: list[Line] = []
    for number, text in numbered:
        try:
            entry = json.loads(text)
        except (ValueError, RecursionError):
            if (number, text) == numbered[-1]:
                return Metrics(lines, is_torn=True)
            raise _refusal(path, number, "it is no JSON") from None
        if wrong := _what_is_wrong(entry):
            raise _refusal(path, number, wrong)
        lines.append(Line(text, entry))
    return Metrics(lines, is_torn=b"\0" in content[-1:])


def read_entries(path: Path) -> list[dict[str, Any]]:
    """Return all whole lines of a ``metrics.jsonl``, oldest first; none where there is no such file.

    Raises:
        VidpredError: see :func:`read_metrics`.
    """
    return [line.entry for line in read_metrics(path).lines]


def is_number(value: Any) -> bool:
    """Return whether ``value`` can be drawn: a number, not true or false, that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        float(value)
    except OverflowError:
        return False
    return True


def as_drawn(number: float) -> float:
    """Return a number as it is drawn: nan, which leaves a gap, where it is not finite or larger than can be drawn."""
    return float(number) if abs(number) <= LARGEST_DRAWN else math.nan


def _what_is_wrong(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return f"it is {shown(entry)}, not a map"
    if missing := {"step", "kind"} - entry.keys():
        return f"it has no {min(missing)}"
    step, kind = entry["step"], entry["kind"]
    if isinstance(step, bool) or not isinstance(step, int) or not 0 <= step <= LAST_STEP:
        return f"its step is {shown(step)}, not a whole number from 0 on"
    return "" if isinstance(kind, str) else f"its kind is {shown(kind)}, not text"


def _refusal(path: Path, number: int, wrong: str) -> VidpredError:
    return VidpredError(
        f"line {number} of {path} is no line of metrics: {wrong}; delete that line, or name the folder of another run"
    )
