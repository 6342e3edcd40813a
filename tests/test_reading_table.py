"""The table of readers measures against truths that hold without any of them."""

import sys

import numpy as np
import pytest
from test_scripts import FOLDER

from vidpred.errors import VidpredError

sys.path.insert(0, str(FOLDER))
import reading_table
from reading_files import Known, chart, corners, make_colours, make_orientations, number_of, numbered, orientations
from reading_table import BEGIN, END, by_opencv, by_vidpred, cell, main, replaced


def made(kind, picture, times=(0.0,)):
    return Known(kind, "a row", None, picture, times)


def gives(*frames, rate=25.0):
    return lambda known: ([np.asarray(frame) for frame in frames], rate)


def raises(error):
    def read(known):
        raise error

    return read


def test_a_frame_says_its_number():
    assert [number_of(numbered(number)) for number in range(64)] == list(range(64))


def test_charts_show_what_they_were_made_of():
    for matrix, full in (("601", False), ("709", True), ("2020", False)):
        (_, shown), (_, finer) = chart(matrix, full, 8), chart(matrix, full, 12)
        assert np.abs(shown - finer).max() < 2
        assert np.abs(finer - finer.round()).max() < 0.15  # the patches were made of whole levels


def test_a_chart_is_read_rightly_by_another_library(tmp_path):
    charts = {known.name: known for known in make_colours(tmp_path)}
    for name in ("BT.601, limited range, 8 bits", "BT.709, full range, 8 bits"):
        assert float(cell(charts[name], by_opencv)) < 1.5


def test_the_error_is_a_mean_over_all_pixels():
    picture = numbered(0).astype(float)
    off_by_two = picture + 2 * (np.arange(128) < 64)[None, :, None]
    assert cell(made("Pictures", picture), gives(off_by_two)) == "1.00"
    assert cell(made("Pictures", picture), gives((picture * 257).astype(np.uint16))) == "0.00 (16 bits)"


def test_other_sizes_and_channels_are_said_in_words():
    picture = numbered(0).astype(float)
    assert cell(made("Pictures", picture), gives(np.rot90(picture))) == "not turned"
    assert cell(made("Pictures", picture), gives(np.dstack([picture, picture[..., 0]]))) == "4 channels"


def test_orientations_are_told_apart():
    ways = orientations(corners())
    for name, (_, shown) in ways.items():
        known = made("Orientation", ways["turned 90"][1].astype(float))
        assert cell(known, gives(shown)) == ("right" if name == "turned 90" else f"as {name}")


def test_frames_given_twice_and_missing_ones_are_counted():
    known = made("Timing", None, times=[0.0, 0.04, 0.08, 0.12])
    assert cell(known, gives(*map(numbered, (0, 1, 1, 3)), rate=24.5)) == "3 of 4, 1 again; 24.5/s"
    assert cell(known, gives(*map(numbered, (2, 3)))) == "from frame 2 on, 2 of 4; 25/s"


def test_a_library_that_is_missing_or_fails_is_named_so():
    known = made("Pictures", numbered(0).astype(float))
    assert cell(known, raises(ImportError("no decord"))) == "not installed"
    assert cell(known, raises(VidpredError("it is damaged"))) == "refused"
    assert cell(known, raises(KeyError("a"))) == "error (KeyError)"
    assert cell(known, raises(NotImplementedError())) == "-"
    assert cell(known, gives()) == "no frame"


def test_the_table_takes_its_place_in_a_file_and_nothing_else_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_table, "MAKERS", (make_orientations,))
    monkeypatch.setattr(reading_table, "READERS", {"vidpred": by_vidpred})
    document = tmp_path / "reading.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    monkeypatch.setattr(sys, "argv", ["reading_table.py", "--out", str(document)])
    main()
    lines = document.read_text().splitlines()
    assert (lines[0], lines[1], lines[-2], lines[-1]) == ("before", BEGIN, END, "after")
    assert "old" not in lines
    assert "| upright | right |" in lines


def test_a_file_without_a_place_for_the_table_is_refused():
    with pytest.raises(VidpredError, match="has no place for the table"):
        replaced("nothing here", "table")
