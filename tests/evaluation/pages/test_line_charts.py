"""Curves show each value where its axis says."""

import math
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from vidpred.evaluation.intervals import Estimates
from vidpred.evaluation.pages.line_charts import Line, _ticks, draw_panel


def curve(*values, spread=1.0):
    value = np.array(values, dtype=float)
    return Estimates(value, value - spread, value + spread)


def parsed(curves):
    lines = {name: Line(number, is_baseline=number > 0) for number, name in enumerate(curves)}
    return ET.fromstring(draw_panel("psnr & more", curves, lines))


def test_points_lie_where_the_axis_says():
    svg = parsed({"ours": curve(20, 25, 30)})
    ticks = {float(text.text): float(text.get("y")) - 4 for text in svg.findall("text[@text-anchor='end']")}
    (low, y_low), *_, (high, y_high) = sorted(ticks.items())
    for circle, value in zip(svg.iter("circle"), (20, 25, 30), strict=True):
        expected = y_low + (value - low) / (high - low) * (y_high - y_low)
        assert float(circle.get("cy")) == pytest.approx(expected, abs=0.2)


def test_every_value_can_be_read_with_its_interval():
    svg = parsed({"ours <1>": curve(20, 25)})
    titles = [title.text for title in svg.iter("title")]
    assert titles == ["ours <1>, t+1: 20.00 [19.00, 21.00]", "ours <1>, t+2: 25.00 [24.00, 26.00]"]


def test_baselines_are_dashed():
    svg = parsed({"ours": curve(20, 25), "copy_last": curve(18, 19)})
    assert ["baseline" in group.get("class") for group in svg.iter("g")] == [False, True]


def test_one_step_has_a_whisker_instead_of_a_band():
    svg = parsed({"ours": curve(20)})
    assert svg.find("polygon") is None
    assert [line.get("class") for line in svg.iter("line") if line.get("class") != "grid"] == ["whisker c0"]


@pytest.mark.parametrize("values", [(5, 5), (0, 0), (math.nan, 3), (math.nan, math.nan), (1e-7, 2e-7)])
def test_no_values_break_a_panel(values):
    text = ET.tostring(parsed({"ours": curve(*values, spread=0)}), encoding="unicode")
    assert "nan" not in text
    assert "inf" not in text


@pytest.mark.parametrize(("low", "high"), [(0, 1), (17.3, 31.8), (0.61, 0.97), (-3, 1200), (1e-5, 3e-5)])
def test_ticks_are_few_and_inside(low, high):
    ticks = _ticks(low, high)
    assert 2 <= len(ticks) <= 7
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
