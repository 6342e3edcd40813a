"""Small pieces of HTML that the sections of the page are made of."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from vidpred.evaluation.intervals import Estimates
from vidpred.evaluation.protocol import DEFINITION, MetricFacts
from vidpred.evaluation.table import difference_title, title


def code(text: Any) -> str:
    """Show ``text`` in a monospaced font."""
    return f"<code>{escape(str(text))}</code>"


def arrow(higher_is_better: bool | None) -> str:
    """Show which way is better, where there is one."""
    if higher_is_better is None:
        return ""
    which, sign = ("higher", "&uarr;") if higher_is_better else ("lower", "&darr;")
    return f' <span class="arrow" title="{which} is better">{sign}</span>'


def metric_heading(metric: str, facts: Mapping[str, MetricFacts]) -> str:
    """Name a metric with its unit, and show which way is better, or which value is best."""
    return f"{escape(title(metric, facts))}{arrow(facts[metric]['higher_is_better'])}"


def difference_heading(metric: str, facts: Mapping[str, MetricFacts]) -> str:
    """Name what is subtracted of a metric, and show which way is better; distances from a best value are to be low."""
    return f"{escape(difference_title(metric, facts))}{arrow(bool(facts[metric]['higher_is_better']))}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a table of ready-made cells; the first cell of a row is its heading."""
    columns = "".join(
        f'<th scope="col"{"" if number == 0 else " class=number"}>{cell}</th>' for number, cell in enumerate(head)
    )
    body = "".join(f'<tr><th scope="row">{first}</th>{"".join(cells)}</tr>' for first, *cells in rows)
    return f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"


def cell(estimate: Estimates, places: int, sign: str = "", css: str = "", mark: str = "") -> str:
    """Write a number with its interval, where there is one."""
    value, low, high = map(float, estimate)
    shown: Callable[[float], str] = lambda number: f"{number:{sign}.{places}f}".replace("-", "&minus;")  # noqa: E731
    interval = f"<small>[{shown(low)}, {shown(high)}]</small>" if math.isfinite(low) else ""
    text = shown(value) if math.isfinite(value) else "&ndash;"
    return f'<td class="number {css}">{text}{mark}{interval}</td>'


def entries(facts: Mapping[str, Any]) -> str:
    """Lay out facts by name, as the inside of a ``dl``."""
    return "".join(f"<dt>{_words(key)}</dt><dd>{_value(value)}</dd>" for key, value in facts.items())


def _words(key: Any) -> str:
    return escape(str(key)).replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(
            _value(part).removesuffix(".") if key == DEFINITION else f"{_words(key)}: {_value(part)}"
            for key, part in value.items()
        )
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return escape(str(value))
