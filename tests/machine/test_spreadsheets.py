"""No text of a table becomes a formula in a spreadsheet, and no number becomes text."""

import csv

import pytest

from vidpred.machine.spreadsheets import as_csv


@pytest.mark.parametrize("name", ["=1+1.mp4", "+1.mp4", "-x.mp4", "@SUM(A1).mp4", "-1+2", '=a,"b"'])
def test_text_that_would_be_a_formula_gets_an_apostrophe(name):
    assert list(csv.reader([as_csv([[name, 1]])])) == [[f"'{name}", "1"]]


def test_a_name_neither_ends_its_line_nor_begins_another_one():
    assert as_csv([["a\r=1\n\t", "\r=1"]]) == r"a\r=1\n\t,\r=1" + "\n"


@pytest.mark.parametrize("value", [-1.5, "-1.5", "-1.5e-07", "+3", "-.5", "", None, "clip-1=2.mp4", "'=1"])
def test_numbers_and_other_text_stay_as_they_are(value):
    assert as_csv([[value, "x"]]) == f"{'' if value is None else value},x\n"
