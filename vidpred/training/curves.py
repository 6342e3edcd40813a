"""Draws the numbers of a run over its steps."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vidpred.frames.pictures import default_style, literal
from vidpred.machine.files import replacing
from vidpred.training.metrics_file import as_drawn, is_number
from vidpred.training.sentences import UNKNOWN, Directions, how_to_read

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COUNTERS = ("step", "clips")  # which grow with the steps themselves
COLUMNS = 4
MOST_PANELS = 100
PANEL = (4.0, 2.8)  # inches, width and height
INTERVALS = 4  # between the numbers along an axis, at most
FEW = 12  # points that are marked, as a line alone says little of them
SIDES = 0.05  # of the steps, that are left free before the first and after the last
LEFT, RIGHT, BELOW, ABOVE = 0.2, 0.03, 0.17, 0.1  # margins of the axes, as shares of a panel


@default_style()
def draw_curves(path: Path, entries: Sequence[Mapping[str, Any]], higher_is_better: Directions = UNKNOWN) -> None:
    """Draw every number over the steps as PNG, replacing ``path`` if it is there.

    A baseline's score, ``copy_last_psnr``, is drawn dashed beside the score that it is of, ``psnr``.

    Args:
        path: of the picture; nothing is drawn where there are no entries.
        entries: each with its ``step``, its ``kind`` and numbers by name, oldest first.
        higher_is_better: what the task says of its scores, by name.
    """
    panels = dict(islice(_panels(entries).items(), MOST_PANELS))
    if panels:
        with replacing(path) as temporary:
            _figure(panels, entries, higher_is_better).savefig(temporary, dpi=90)


def _figure(
    panels: Mapping[tuple[str, str], Sequence[str]],
    entries: Sequence[Mapping[str, Any]],
    higher_is_better: Directions = UNKNOWN,
) -> "Figure":
    from matplotlib.figure import Figure

    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    figure = Figure(figsize=(PANEL[0] * columns, PANEL[1] * rows))
    size = (1 - LEFT - RIGHT) / columns, (1 - BELOW - ABOVE) / rows
    steps = [entry["step"] for entry in entries if numbers_in(entry)]
    first, last = min(steps), max(steps)
    around = SIDES * (last - first) or 1
    for number, ((kind, title), names) in enumerate(panels.items()):
        row, column = divmod(number, columns)
        axes = figure.add_axes(((column + LEFT) / columns, 1 - (row + 1 - BELOW) / rows, *size))
        for name in names:
            shown = (entry for entry in entries if entry["kind"] == kind and is_number(entry.get(name)))
            points = [(entry["step"], as_drawn(entry[name])) for entry in shown]
            label = name.removesuffix(f"_{title}").replace("_", " ")
            _draw_numbers(axes, points, "-" if name == title else "--", label, (first + last) / 2)
        if len(names) > 1 and axes.get_legend_handles_labels()[0]:
            axes.legend(fontsize=7)
        axes.set_title(literal(f"{kind}: {title.replace('_', ' ')}"), fontsize=9)
        axes.set_xlabel("step", fontsize=7, labelpad=1)
        axes.set_ylabel(literal(_value_label(title, higher_is_better)), fontsize=7)
        axes.tick_params(labelsize=7)
        axes.grid(alpha=0.3)
        axes.locator_params(nbins=INTERVALS)
        axes.locator_params("x", integer=True)
        axes.set_xlim(first - around, last + around)  # the same in all panels, so that each shows when it was measured
    return figure


def _draw_numbers(axes: "Axes", points: Sequence[tuple[int, float]], line: str, label: str, middle: float) -> None:
    """Draw a line through ``points``, few of them marked, one written out: of that no axis says much."""
    style = line + ("o" if len(points) <= FEW else "")
    axes.plot(*zip(*points, strict=True), style, linewidth=1, markersize=3, label=literal(label))
    step, value = points[-1]
    if len(points) == 1 and math.isfinite(value):
        inwards = "right" if step > middle else "left"
        axes.annotate(f"{value:.4g}", (step, value), (0, 5), textcoords="offset points", ha=inwards, size=7)


def _value_label(name: str, higher_is_better: Directions) -> str:
    """Write ``psnr (dB)``, or the name alone of what has no unit."""
    how = how_to_read(name, higher_is_better)
    return name.replace("_", " ") + (f" ({how})" if how else "")


def numbers_in(entry: Mapping[str, Any]) -> list[str]:
    """Return the names of what can be drawn over the steps."""
    return [name for name, value in entry.items() if name not in COUNTERS and is_number(value)]


def _panels(entries: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """Return the names that belong in each panel, by the kind of entry and the panel's title."""
    series = dict.fromkeys((e["kind"], name) for e in entries for name in numbers_in(e))
    panels: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, name in series:
        of = (other for same, other in series if same == kind and name.endswith(f"_{other}"))
        panels[kind, next(of, name)].append(name)
    return panels
