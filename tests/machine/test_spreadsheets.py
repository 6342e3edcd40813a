"""No text of a table becomes a formula in a spreadsheet, and no number becomes text."""

import csv
import io

import pytest

from vidpred.machine.spreadsheets import as_csv


@pytest.mark.parametrize(
    "name", ["=1+1.mp4", "+1.mp4", "-x.mp4", "@SUM(A1).mp4", "\t=1.mp4", "\r=1.mp4", "\n=1", "-1+2"]
)
def test_text_that_would_be_a_formula_gets_an_apostrophe(name):
    assert list(csv.reader(io.StringIO(as_csv([[name, 1]]), newline=""))) == [[f"'{name}", "1"]]


@pytest.mark.parametrize("value", [-1.5, "-1.5", "-1.5e-07", "+3", "-.5", "", None, "clip-1=2.mp4", "'=1"])
def test_numbers_and_other_text_stay_as_they_are(value):
    assert as_csv([[value, "x"]]) == f"{'' if value is None else value},x\n"
