"""What the page on health says at its beginning is what stands further down, and what there is."""

import re
from pathlib import Path

import pytest

from vidpred.training.health.diagnosis import Verdict

PAGE = (Path(__file__).parents[3] / "docs" / "health.md").read_text(encoding="utf-8")
INTRODUCTION = " ".join(PAGE.split("\n\n")[1].split())


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_named_at_the_beginning_and_in_the_table(verdict):
    assert f"*{verdict.words}*" in INTRODUCTION
    assert re.search(rf"^\| {verdict.words} \|", PAGE, re.MULTILINE)


def test_the_share_of_verdicts_that_are_right_is_the_same_in_both_places():
    (measured,) = re.findall(r"\*\*(\d+ of \d+) runs get the expected verdict\*\*", PAGE)
    assert f"{measured} verdicts were as expected" in INTRODUCTION
