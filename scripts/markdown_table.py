"""Tables in Markdown, of the cells that scripts put into them."""

from collections.abc import Iterable, Sequence


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a line per row of cells below a head; no line break at the end."""
    return "\n".join([markdown_row(head), "|---" * len(head) + "|", *map(markdown_row, rows)])


def markdown_row(cells: Sequence[str]) -> str:
    """Write cells as a line of a table."""
    return f"| {' | '.join(cells)} |"
