"""Tables as CSV, in which a spreadsheet takes no text for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

FORMULA = re.compile(r"[=+\-@\t\r\n]")  # what a spreadsheet takes for the beginning of one, or passes over before it
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def as_csv(rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV, one line each; text that would be a formula gets an apostrophe before it.

    Args:
        rows: of cells. Numbers stay as they are, also where they come as text; None is an empty cell.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    is_formula = isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value)
    return f"'{value}" if is_formula else value
