"""Rank histograms as small bar charts in inline SVG."""

from html import escape

import numpy as np

from vidpred.evaluation.pages.line_charts import Line
from vidpred.wording import counted

WIDTH, HEIGHT = 340, 150  # of a chart, in units that scale with the page
LEFT, RIGHT, TOP, BOTTOM = 50, 12, 10, 30  # margins
GAP = 0.15  # between bars, of the width of one
MAX_LABELS = 9


def draw_ranks(heading: str, shares: np.ndarray, line: Line) -> str:
    """Draw a bar per rank, and a dashed line at the level of a calibrated sampler.

    Args:
        heading: what the chart shows, for screen readers.
        shares: (N + 1,), the shares of values with 0, 1, ..., N samples below the truth.
        line: gives the bars' colour.
    """
    top, level = float(max(shares.max(), 1.5 / len(shares))), 1 / len(shares)
    room, width = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT - RIGHT) / len(shares)
    bars = "".join(
        f'<rect class="bar c{line.colour}" x="{LEFT + (rank + GAP / 2) * width:.1f}" '
        f'y="{TOP + room * (1 - share / top):.1f}" width="{(1 - GAP) * width:.1f}" height="{room * share / top:.1f}">'
        f"<title>{_samples(rank)} below the truth: {share * 100:.1f} % of values</title></rect>"
        for rank, share in enumerate(shares)
    )
    every = -(-len(shares) // MAX_LABELS)
    labels = "".join(
        f'<text class="tick" x="{LEFT + (rank + 0.5) * width:.1f}" y="{HEIGHT - 10}" text-anchor="middle">{rank}</text>'
        for rank in range(0, len(shares), every)
    )
    y = TOP + room * (1 - level / top)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(heading)}">{bars}'
        f'<line class="level" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{level * 100:.0f} %</text>{labels}</svg>'
    )


def _samples(number: int) -> str:
    return counted(number, "sample")
