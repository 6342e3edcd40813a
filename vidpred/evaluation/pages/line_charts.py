"""Scores over the steps ahead as inline SVG, with their confidence intervals."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from vidpred.evaluation.intervals import Estimates
from vidpred.evaluation.table import decimals

WIDTH, HEIGHT = 340, 220  # of a panel, in units that scale with the page
LEFT, RIGHT, TOP, BOTTOM = 50, 12, 10, 30  # margins
NUM_TICKS = 5
MAX_STEP_LABELS = 8
STEPS_OF_TICKS = (1, 2, 2.5, 5, 10)


class Line(NamedTuple):
    """How the line of a predictor looks: the number of its colour, and whether it is a baseline's."""

    colour: int
    is_baseline: bool


def key(line: Line) -> str:
    """Draw the mark that names the line of a predictor: a disc, or a ring for a baseline."""
    return f'<i class="key c{line.colour}{" baseline" if line.is_baseline else ""}"></i>'


class _Axes(NamedTuple):
    low: float
    high: float
    horizon: int

    def x(self, step: float) -> float:
        room = WIDTH - LEFT - RIGHT
        return LEFT + room * ((step - 1) / (self.horizon - 1) if self.horizon > 1 else 1 / 2)

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (self.high - value) / (self.high - self.low)


def draw_panel(heading: str, curves: Mapping[str, Estimates], lines: Mapping[str, Line]) -> str:
    """Draw one metric: a line per predictor, a band per interval, and every value as a tooltip.

    Args:
        heading: what the panel shows, for screen readers.
        curves: by predictor, each (step ahead).
        lines: how the line of each looks.
    """
    axes = _axes(curves)
    ticks = _ticks(axes.low, axes.high)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(heading)} over the steps ahead">',
        *(_tick(axes, value, decimals_of(ticks)) for value in ticks),
        *(_step_label(axes, step) for step in _labelled_steps(axes.horizon)),
        *(_band(axes, curve, lines[name]) for name, curve in curves.items()),
        *(_line(axes, name, curve, lines[name]) for name, curve in curves.items()),
        "</svg>",
    ]
    return "".join(parts)


def decimals_of(ticks: Sequence[float]) -> int:
    """Return how many decimals distinguish neighbouring ``ticks``."""
    gap = min(np.diff(ticks), default=1.0)
    places = 0
    while places < 10 and abs(gap * 10**places - round(gap * 10**places)) > 1e-6:  # noqa: PLR2004
        places += 1
    return places


def _axes(curves: Mapping[str, Estimates]) -> _Axes:
    values = np.concatenate([part for curve in curves.values() for part in curve])
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    margin = (high - low) / 20 or max(abs(high), 1.0) / 20
    return _Axes(low - margin, high + margin, len(next(iter(curves.values())).value))


def _ticks(low: float, high: float) -> list[float]:
    """Return round numbers between both ends, about five."""
    rough = (high - low) / NUM_TICKS
    power = 10 ** math.floor(math.log10(rough))
    gap = next(step * power for step in STEPS_OF_TICKS if step * power >= rough * (1 - 1e-9))
    return [number * gap for number in range(math.ceil(low / gap), math.floor(high / gap) + 1)]


def _labelled_steps(horizon: int) -> list[int]:
    return sorted({round(step) for step in np.linspace(1, horizon, min(horizon, MAX_STEP_LABELS))})


def _tick(axes: _Axes, value: float, places: int) -> str:
    y = axes.y(value)
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{value:.{places}f}</text>'
    )


def _step_label(axes: _Axes, step: int) -> str:
    return f'<text class="tick" x="{axes.x(step):.1f}" y="{HEIGHT - 10}" text-anchor="middle">t+{step}</text>'


def _band(axes: _Axes, curve: Estimates, line: Line) -> str:
    known = [step for step in range(axes.horizon) if math.isfinite(curve.low[step]) and math.isfinite(curve.high[step])]
    if not known:
        return ""
    if axes.horizon == 1:
        x, low, high = axes.x(1), axes.y(float(curve.low[0])), axes.y(float(curve.high[0]))
        return f'<line class="whisker c{line.colour}" x1="{x:.1f}" x2="{x:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>'
    dashed = " baseline" if line.is_baseline else ""
    corners = [(step, curve.high[step]) for step in known] + [(step, curve.low[step]) for step in known[::-1]]
    points = " ".join(f"{axes.x(step + 1):.1f},{axes.y(float(value)):.1f}" for step, value in corners)
    return f'<polygon class="band c{line.colour}{dashed}" points="{points}"/>'


def _line(axes: _Axes, name: str, curve: Estimates, line: Line) -> str:
    known = [step for step in range(axes.horizon) if math.isfinite(curve.value[step])]
    points = " ".join(f"{axes.x(step + 1):.1f},{axes.y(float(curve.value[step])):.1f}" for step in known)
    places = decimals(curve.value)
    dots = "".join(
        f'<circle cx="{axes.x(step + 1):.1f}" cy="{axes.y(float(curve.value[step])):.1f}" r="3">'
        f"<title>{escape(name)}, t+{step + 1}: {_value_text(curve, step, places)}</title></circle>"
        for step in known
    )
    dashed = " baseline" if line.is_baseline else ""
    return f'<g class="curve c{line.colour}{dashed}"><polyline points="{points}"/>{dots}</g>'


def _value_text(curve: Estimates, step: int, places: int) -> str:
    value, low, high = (float(part[step]) for part in curve)
    interval = f" [{low:.{places}f}, {high:.{places}f}]" if math.isfinite(low) else ""
    return f"{value:.{places}f}{interval}"
