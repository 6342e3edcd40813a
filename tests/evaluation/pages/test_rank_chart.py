"""Rank histograms are drawn to scale."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from vidpred.evaluation.pages.line_charts import Line
from vidpred.evaluation.pages.rank_chart import draw_ranks


def test_bars_are_as_high_as_their_shares_and_the_line_is_where_all_would_be_equal():
    shares = np.array([0.1, 0.2, 0.3, 0.4])
    svg = ET.fromstring(draw_ranks("ours & others", shares, Line(2, is_baseline=False)))
    bars = svg.findall("rect")
    heights = [float(bar.get("height")) for bar in bars]
    assert [height / heights[-1] for height in heights] == pytest.approx(shares / 0.4, abs=0.01)
    foot = {round(float(bar.get("y")) + float(bar.get("height"))) for bar in bars}
    assert len(foot) == 1
    level = float(svg.find("line").get("y1"))
    assert foot.pop() - level == pytest.approx(heights[-1] * 0.25 / 0.4, abs=1)
    assert bars[1].find("title").text == "1 sample below the truth: 20.0 % of values"
    assert bars[0].get("class") == "bar c2"


@pytest.mark.parametrize("number", [2, 9, 101])
def test_any_number_of_samples_fits(number):
    svg = ET.fromstring(draw_ranks("many", np.full(number, 1 / number), Line(0, is_baseline=False)))
    assert len(svg.findall("rect")) == number
    assert len(svg.findall("text")) <= 11
    assert max(float(bar.get("x")) + float(bar.get("width")) for bar in svg.findall("rect")) <= 340
