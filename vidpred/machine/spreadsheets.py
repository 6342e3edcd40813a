"""Tables as CSV, in which a spreadsheet takes no text for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from vidpred.errors import printable

FORMULA = re.compile(r"[=+\-@]")  # how one begins
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV, one line each.

    Text that would be a formula gets an apostrophe before it, and control characters are escaped.

    Args:
        rows: of cells. Numbers stay as they are, also where they come as text; None is an empty cell.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if not isinstance(value, str):
        return value
    is_formula = FORMULA.match(value) and not NUMBER.fullmatch(value)
    return printable(f"'{value}" if is_formula else value)
