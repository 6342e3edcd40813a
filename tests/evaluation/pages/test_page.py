"""The page of a report carries all it shows, and can be used with mouse and keyboard."""

import base64
import io
import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser

import browser
import numpy as np
import pytest
from drawn import Patchworks
from guessing import Guessing
from PIL import Image

from vidpred.evaluation import evaluate
from vidpred.evaluation.pages import write_report
from vidpred.evaluation.pages.page import report_page
from vidpred.metrics.features import RandomConvolution, RawPatches
from vidpred.predictors import CopyLast

SETTINGS = {"extractors": [RandomConvolution(), RawPatches()], "optional": ["random_convolution"], "num_samples": 4}
ADDRESS = re.compile(r"(?:https?:)?//[\w.]+|@import|url\(", flags=re.IGNORECASE)


@pytest.fixture(scope="module")
def report():
    data = Patchworks({"one <b>.mp4": 3, "two.mp4": 2}, num_frames=9)
    rivals = {"ours & <theirs>": CopyLast(2), "guess & <draw>": Guessing()}
    return evaluate(rivals, data, horizon=4, circumstances={"videos": "<folder>"}, **SETTINGS)


@pytest.fixture(scope="module")
def page(report):
    return report_page(report, "2024-05-06")


class Elements(HTMLParser):
    """Collects the tags of a page, and checks that they are closed in order."""

    VOID = ("meta", "link", "img", "input")

    def __init__(self):
        super().__init__()
        self.found, self.open = [], []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def elements(page):
    parser = Elements()
    parser.feed(page)
    assert parser.open == []
    return parser.found


def test_page_refers_to_nothing_outside_itself(page, elements):
    for tag, attributes in elements:
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            assert attributes.get(name, "data:").startswith("data:"), (tag, attributes)
    assert not ADDRESS.search(re.sub(r"base64,[\w+/=]*", "", page))


def test_names_are_shown_not_obeyed(page):
    assert "ours &amp; &lt;theirs&gt;" in page
    assert "<theirs>" not in page
    assert "<draw>" not in page
    assert "<folder>" not in page
    assert "one <b>" not in page


HOSTILE = """<script>alert(1)</script><img src=x onerror=alert(1)>"'&$title $\\frac"""


def hostile(tree):
    """Return ``tree`` with the hostile text in place of every other text."""
    if isinstance(tree, Mapping):
        return {key: hostile(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return type(tree)(hostile(value) for value in tree)
    return HOSTILE if isinstance(tree, str) else tree


def test_no_text_whatever_its_place_becomes_markup(report, tmp_path):
    protocol = replace(
        report.protocol,
        description=hostile(report.protocol.description),
        circumstances={HOSTILE: HOSTILE, "list": [HOSTILE], "map": {HOSTILE: {HOSTILE: HOSTILE}}},
    )
    named = replace(
        report,
        protocol=protocol,
        videos=[HOSTILE] * len(report.videos),
        sets=[
            replace(each, extractor=HOSTILE, left_out={HOSTILE: HOSTILE}, kinds=(HOSTILE, HOSTILE))
            for each in report.sets
        ],
        example_clips=[replace(each, video=HOSTILE, label=HOSTILE) for each in report.example_clips],
        samples=replace(report.samples, facts=hostile(report.samples.facts)),
    )
    write_report(named, tmp_path, made=HOSTILE)
    page = (tmp_path / "report.html").read_text()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    Elements().feed(page)


def test_every_time_step_of_every_predictor_has_its_picture(elements, report):
    pictures = [attributes for tag, attributes in elements if tag == "img"]
    shown = len(report.example_clips)
    assert shown == 3
    context, truth = 5, 4
    assert len(pictures) == shown * (context + truth + len(report.predictors) * 2 * truth)
    assert all(attributes["alt"] for attributes in pictures)


def test_small_frames_are_embedded_without_loss(page, report):
    example = report.example_clips[0]
    first = re.search(r'alt="truth at t\+1" src="data:image/png;base64,([^"]+)"', page)
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(first[1]))))
    np.testing.assert_array_equal(shown, example.truth[0])


def test_page_holds_the_protocol(page, report):
    assert report.protocol.hash in page
    for name in (*report.protocol.baselines, *report.metrics):
        assert name in page or name.replace("_", " ") in page


def test_only_the_date_differs_between_pages_of_one_evaluation(page, report):
    other = report_page(report, "2025-01-01")
    assert other != page
    assert other.replace("2025-01-01", "2024-05-06") == page


def test_scores_of_the_table_are_those_of_the_report(page, report):
    row = report.metrics.index("psnr")
    for name in report.predictors:
        assert f">{report.estimates[name].value[row, -1]:.2f}" in page


def test_the_nearest_to_a_best_value_is_bold_and_differences_are_of_distances_from_it(report):
    row = report.metrics.index("edge_strength")
    values = report.values.copy()
    for number, score in enumerate((1.5, 0.25, 1.1, 0.85, 3.0, 0.1)):
        values[number, row] = score
    page = report_page(replace(report, values=values), "2024-05-06")
    shown = re.search(r"edge strength \(1 is best\)</th>(.*?)</tr>", page)[1]
    assert re.findall(r"number best\">([\d.]+)", shown) == ["1.100"]
    compared = re.findall(
        r"edge strength, distance from 1 <span[^>]*lower is better[^>]*>&darr;</span></th>(.*?)</tr>", page
    )
    first = [re.findall(r"number (better|worse)?\">([^<]+)", row)[0] for row in compared]
    assert first[:2] == [("better", "&minus;0.250 "), ("worse", "+0.400 ")]  # than the other; than the first baseline
    assert "<td>nearer to 1</td>" in page


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium to open the page in")
def test_clips_can_be_stepped_scrubbed_and_played(page, tmp_path):
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    shown = "[...document.querySelectorAll('.player')].map(p => p.querySelector('.time').value)"
    visible = (
        "[...document.querySelector('.player').querySelectorAll('.frames')]"
        ".map(f => [...f.querySelectorAll('img.on')].map(i => Number(i.dataset.t)))"
    )
    with browser.Browser(tmp_path / "profile") as tab:
        tab.open((tmp_path / "report.html").as_uri())
        assert tab.ask(shown) == ["t+1 of 4"] * 3
        tab.press("ArrowRight")
        assert tab.ask(shown) == ["t+2 of 4", "t+1 of 4", "t+1 of 4"]
        assert {json.dumps(steps) for steps in tab.ask(visible)} == {"[2]"}
        assert tab.ask("document.querySelector('.panel:not(.truth) .value').textContent").endswith("dB")
        tab.click(".player:nth-of-type(2) h3")
        tab.press("End")
        assert tab.ask(shown) == ["t+2 of 4", "t+4 of 4", "t+1 of 4"]
        tab.press("Home")
        assert tab.ask(shown)[1] == "t-4, context"
        tab.click(".player:nth-of-type(1) input")
        middle = tab.ask(shown)[0]
        assert middle == "t, context"
        assert {json.dumps(steps) for steps in tab.ask(visible)} == {"[0]"}
        tab.click(".player:nth-of-type(3) .play")
        assert tab.ask("document.querySelectorAll('.play')[2].textContent") == "Pause"
        deadline = time.monotonic() + 30
        while tab.ask(shown)[2] == "t+1 of 4" and time.monotonic() < deadline:
            time.sleep(0.05)
        assert tab.ask(shown)[2] != "t+1 of 4"
        tab.press(" ")
        assert tab.ask("document.querySelectorAll('.play')[2].textContent") == "Play"
        assert not [address for address in tab.requests if not address.startswith(("file:", "data:"))]
        assert not tab.complaints


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium to open the page in")
def test_samples_and_sets_are_shown_with_what_they_depend_on(page, report, tmp_path):
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    headings = "[...document.querySelectorAll('h2')].map(h => h.textContent)"
    with browser.Browser(tmp_path / "profile") as tab:
        tab.open((tmp_path / "report.html").as_uri())
        shown = tab.ask(headings)
        assert shown.index("Over the horizon") < shown.index("Samples") < shown.index("As sets")
        bars = "[...document.querySelectorAll('.bar')].map(b => b.getBoundingClientRect().height)"
        heights = tab.ask(bars)
        assert len(heights) == 2 * (report.samples.number + 1)
        assert max(heights) > 20
        colours = tab.ask("[...new Set([...document.querySelectorAll('.bar')].map(b => getComputedStyle(b).fill))]")
        key = tab.ask("getComputedStyle([...document.querySelectorAll('.legend .key')][1]).backgroundColor")
        assert colours == [key]
        text = tab.ask("document.body.innerText")
        for compared in report.sets:
            assert compared.facts in text
        assert "Never rank samplers by the PSNR of a single sample" in text
        assert "Frechet distance is left out: there are 20 true" in text
        assert not tab.complaints


@pytest.mark.skipif(browser.CHROMIUM is None, reason="there is no Chromium to open the page in")
def test_page_is_light_or_dark_and_fits_narrow_windows(page, tmp_path):
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    with browser.Browser(tmp_path / "profile", width=500) as tab:
        tab.open((tmp_path / "report.html").as_uri())
        brightness = {}
        for scheme in ("light", "dark"):
            tab.prefer(scheme)
            brightness[scheme] = np.asarray(Image.open(io.BytesIO(tab.screenshot())).convert("L")).mean()
        assert brightness["light"] > 200
        assert brightness["dark"] < 60
        assert tab.ask("document.documentElement.scrollWidth <= window.innerWidth")
