"""Scores as plain text, for the terminal."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from vidpred.evaluation.intervals import Estimates
from vidpred.evaluation.protocol import MetricFacts
from vidpred.wording import PAGE_WIDTH, folded

MAX_COLUMNS = 10  # steps ahead that are shown at most
FEWEST_COLUMNS = 3  # that are shown, however long names are
CELL, GAP = 9, 2  # characters, of a number where there is room, and behind a name
BETWEEN = "   "  # two columns of words
SIGNIFICANT = 4  # digits of the largest number in a block


def title(metric: str, facts: Mapping[str, MetricFacts]) -> str:
    """Name a metric for a reader, with its unit, and with the best value where more is as wrong as less."""
    return _titled(metric, facts, "")


def title_with_direction(metric: str, facts: Mapping[str, MetricFacts]) -> str:
    """Name a metric as :func:`title` does, and say so where lower is better, which nobody expects of a score."""
    return _titled(metric, facts, "lower is better" if facts[metric]["higher_is_better"] is False else "")


def _titled(metric: str, facts: Mapping[str, MetricFacts], direction: str) -> str:
    unit, best = facts[metric]["unit"], facts[metric].get("best")
    remarks = ", ".join(filter(None, (unit, "" if best is None else f"{best:g} is best", direction)))
    return metric.replace("_", " ") + (f" ({remarks})" if remarks else "")


def difference_title(metric: str, facts: Mapping[str, MetricFacts]) -> str:
    """Name for a reader what is subtracted of a metric: where one value is best, scores' distances from it."""
    if (best := facts[metric].get("best")) is None:
        return title(metric, facts)
    return f"{metric.replace('_', ' ')}, distance from {best:g}"


def decimals(values: Iterable[float]) -> int:
    """Return how many decimals give the largest of ``values`` four significant digits; at least two."""
    largest = max((abs(value) for value in values if math.isfinite(value)), default=0.0)
    return max(2, SIGNIFICANT - 1 - math.floor(math.log10(largest))) if largest else 2


def score_table(
    scores: Mapping[str, Mapping[str, Estimates]], facts: Mapping[str, MetricFacts], width: int | None = PAGE_WIDTH
) -> str:
    """Write one block per metric, one row per predictor, one column per step ahead.

    Where ten steps are more than fit in ``width``, columns are narrower and metrics stand above them.
    Of still more, as of a long horizon, evenly spaced ones are shown, and that is said; the mean is over all steps.

    Args:
        scores: by metric and predictor, each (step ahead and, last, the mean).
        facts: units of the metrics.
        width: characters of a line; None shows all steps, however many.
    """
    blocks = [_Block(title_with_direction(metric, facts), rows) for metric, rows in scores.items()]
    names = max(len(name) for block in blocks for name in _indented(block.rows)) + GAP
    beside = max(names, *(len(block.heading) + GAP for block in blocks))
    narrow = max(block.longest_cell for block in blocks) + 1
    horizon = blocks[0].horizon
    most = horizon if width is None else min(horizon, MAX_COLUMNS)
    for layout in (_Layout(beside, CELL), _Layout(beside, narrow), _Layout(names, narrow, heads_above=True)):
        if width is None:
            fitting = most
            break
        room = width - layout.label - max(len(block.end) for block in blocks)
        fitting = room // layout.cell - 1  # the mean takes one
        if fitting >= most:
            break
    steps = np.linspace(0, horizon - 1, min(most, max(FEWEST_COLUMNS, fitting))).round().astype(int)
    tables = [block.text(layout, steps) for block in blocks]
    if len(steps) < horizon:
        tables.append(f"{len(steps)} of {horizon:,} steps ahead are shown; the mean is over all of them")
    return "\n\n".join(tables)


class _Layout(NamedTuple):
    """How wide the first column and the others are, and whether what is measured stands above them."""

    label: int
    cell: int
    heads_above: bool = False


class _Block(NamedTuple):
    """The scores of all predictors by one metric."""

    heading: str
    rows: Mapping[str, Estimates]

    @property
    def horizon(self) -> int:
        return len(next(iter(self.rows.values())).value) - 1

    @property
    def places(self) -> int:
        return decimals(value for row in self.rows.values() for value in row.value)

    @property
    def longest_cell(self) -> int:
        written = (_shown(value, self.places) for row in self.rows.values() for value in row.value)
        return max(len(f"t+{self.horizon}"), *map(len, written))

    @property
    def end(self) -> str:
        """The longest that stands after the mean."""
        return max(map(self._interval, self.rows.values()), key=len)

    def _interval(self, row: Estimates) -> str:
        if not any(math.isfinite(each.low[-1]) for each in self.rows.values()):
            return ""
        return f"   [{_shown(row.low[-1], self.places)}, {_shown(row.high[-1], self.places)}]"

    def text(self, layout: _Layout, steps: np.ndarray) -> str:
        """Write it, with so many of the steps, each counted from 0 on."""
        heads = "".join(f"{head:>{layout.cell}}" for head in (*(f"t+{step + 1}" for step in steps), "mean"))
        heading = f"{self.heading}\n{'':<{layout.label}}" if layout.heads_above else f"{self.heading:<{layout.label}}"
        lines = [heading + heads + ("   95 % interval" if self.end else "")]
        for name, row in self.rows.items():
            cells = (_shown(value, self.places) for value in (*row.value[steps], row.value[-1]))
            numbers = "".join(f"{cell:>{layout.cell}}" for cell in cells)
            lines.append(f"{'  ' + name:<{layout.label}}{numbers}{self._interval(row)}")
        return "\n".join(lines)


def opponents(names: Sequence[str], baselines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return whom each predictor is set beside, every pair once: the others that were named, then the baselines."""
    asked = [(name, list(names[place:])) for place, name in enumerate(names, 1)]
    usual = [(name, [baseline for baseline in baselines if baseline not in names]) for name in names]
    return [(name, others) for name, others in [*asked, *usual] if others]


def difference_table(
    differences: Sequence[tuple[str, Mapping[str, Mapping[str, Estimates]]]],
    facts: Mapping[str, MetricFacts],
    places: Mapping[str, int],
    width: int | None = PAGE_WIDTH,
) -> str:
    """Write one block per predictor: its mean difference to every other, with the interval.

    Where the others are more than fit in ``width``, there are several blocks of a predictor.

    Args:
        differences: predictors, each with numbers and their intervals by metric and by other predictor.
        facts: units of the metrics, and which way is better.
        places: decimals, by metric.
        width: characters of a line; None for one block of each predictor, however wide.
    """
    blocks = [block for name, rows in differences for block in _difference_blocks(name, rows, facts, places, width)]
    note = "paired difference per video, mean over the steps ahead [95 % interval]; better or worse where it excludes 0"
    return "\n\n".join([folded(note, width), *blocks])


def _difference_blocks(
    name: str,
    rows: Mapping[str, Mapping[str, Estimates]],
    facts: Mapping[str, MetricFacts],
    places: Mapping[str, int],
    width: int | None,
) -> list[str]:
    labels = [f"{name} minus", *(f"  {difference_title(metric, facts)}" for metric in rows)]
    columns = [
        [other, *(difference_text(row[other], facts[metric], places[metric]) for metric, row in rows.items())]
        for other in next(iter(rows.values()))
    ]
    whole = aligned(list(zip(labels, *columns, strict=True)))
    if width is None or max(map(len, whole)) <= width:
        return ["\n".join(whole)]
    firsts, rests = zip(*(_broken(label) for label in labels), strict=True)
    beside = max(map(len, firsts))
    return [_difference_block(firsts, rests, part) for part in fitting(columns, width - beside)]


def _broken(label: str) -> tuple[str, str]:
    """Return the two lines of a label that says, behind a comma, what is compared; the second is mostly empty."""
    first, comma, rest = label.partition(", distance")
    return (f"{first},", f"    distance{rest}") if comma else (label, "")


def _difference_block(firsts: Sequence[str], rests: Sequence[str], columns: Sequence[Sequence[str]]) -> str:
    lines = aligned(list(zip(firsts, *columns, strict=True)))
    return "\n".join(line for pair in zip(lines, rests, strict=True) for line in pair if line)


def fitting(columns: Sequence[Sequence[str]], room: int) -> list[list[Sequence[str]]]:
    """Return the columns in parts that fit beside their labels, of one at least."""
    parts: list[list[Sequence[str]]] = []
    left = 0
    for column in columns:
        needed = len(BETWEEN) + max(map(len, column))
        if not parts or needed > left:
            parts.append([])
            left = room
        parts[-1].append(column)
        left -= needed
    return parts


def flush(column: Sequence[str]) -> list[str]:
    """Return cells of numbers of equally many decimals, filled up so that these stand below each other."""
    width = max(map(len, column))
    return [f"{cell:>{width}}" for cell in column]


def in_blocks(labels: Sequence[str], columns: Sequence[Sequence[str]], width: int | None) -> str:
    """Write columns beside their labels, in as many blocks as ``width`` characters take; None for one block."""
    parts = [columns] if width is None else fitting(columns, width - max(map(len, labels)))
    return "\n\n".join("\n".join(aligned(list(zip(labels, *part, strict=True)))) for part in parts)


def difference_text(estimate: Estimates, facts: MetricFacts, places: int) -> str:
    """Write a difference with its interval, and whether it is better or worse where that is significant."""
    return f"{estimate_text(estimate, places, '+')} {better_or_worse(estimate, facts)}".rstrip()


def estimate_text(estimate: Estimates, places: int, sign: str = "") -> str:
    """Write a number with its interval, where there is one."""
    value, low, high = map(float, estimate)
    interval = f" [{_shown(low, places, sign)}, {_shown(high, places, sign)}]" if math.isfinite(low) else ""
    return f"{_shown(value, places, sign)}{interval}"


def better_or_worse(estimate: Estimates, facts: MetricFacts) -> str:
    """Say ``better`` or ``worse`` where the interval of a difference excludes zero; nearer a best value is better."""
    if not (estimate.low > 0 or estimate.high < 0):
        return ""
    return "better" if (estimate.low > 0) == bool(facts["higher_is_better"]) else "worse"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Write rows of cells as lines, in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [BETWEEN.join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _indented(names: Iterable[str]) -> list[str]:
    return [f"  {name}" for name in names]


def _shown(value: float, places: int, sign: str = "") -> str:
    return f"{value:{sign}.{places}f}" if math.isfinite(value) else "-"
