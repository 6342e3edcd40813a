"""On the progress bar of a run, the loss is never cut off by the edge of the terminal."""

import io
import os
import sys

import pytest
from material import Clock

from vidpred.training.logbook import Logbook, fitting

TERMS = {"discriminator": 5.5623, "discriminator_gradient": 0.19550, "loss": 2.7001, "l2": 1.3837, "gdl": 1.2882}


class Terminal(io.StringIO):
    def isatty(self):
        return True

    def fileno(self):
        return 2


@pytest.mark.parametrize("columns", [70, 80, 100, 200])
def test_the_loss_is_whole_in_a_terminal_of_any_usual_width(tmp_path, monkeypatch, columns):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((columns, 24)))
    book = Logbook(tmp_path, 0, 20_000)
    book._bar.ncols, book._bar.dynamic_ncols = columns, None  # as tqdm finds it out in a terminal
    book.keep_in_view({"right on real/fake": "50%/50%"})
    book.progress(TERMS)
    book._bar.refresh()
    line = terminal.getvalue().split("\r")[-1]
    assert "loss=2.7" in line
    assert line.rstrip().endswith("]")
    assert len(line) <= columns
    assert ("right on real/fake=50%/50%" in line) == (columns == 200)
    book.close()


def test_a_log_file_has_the_bar_in_lines_of_their_own_and_nothing_is_written_over(tmp_path, monkeypatch):
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    book = Logbook(tmp_path, 0, 2)
    book._bar.mininterval = 0  # as if half a minute were over at every step
    for step in (1, 2):
        book.progress(TERMS)
        book.say(f"step {step}")
    book.close()
    printed = log.getvalue()
    assert "\r" not in printed
    lines = printed.splitlines()
    assert [line for line in lines if line.startswith("step")] == ["step 1", "step 2"]
    assert sum("1/2 [" in line and "loss=2.7" in line for line in lines) == 1


def test_figures_that_do_not_fit_are_left_out_whole():
    figures = {"loss": "1.5", "discriminator": "2.25", "l2": "3"}
    assert fitting(figures, 100) == "loss=1.5, discriminator=2.25, l2=3"
    assert fitting(figures, 15) == "loss=1.5, l2=3"
    assert fitting(figures, 3) == "loss=1.5"


def test_the_rate_is_that_of_the_steps_without_the_look_before_them(tmp_path, monkeypatch):
    log, clock = io.StringIO(), Clock()
    monkeypatch.setattr(sys, "stderr", log)
    book = Logbook(tmp_path, 0, 10)
    book._bar._time, book._bar.start_t, book._bar.last_print_t = lambda: clock.now, clock.now, clock.now
    clock.now += 300  # scores of the weights at the start
    book.begin()
    for _ in range(4):
        clock.now += 10
        book.progress(TERMS)
    assert "3/10 [00:30<01:10, 10.00s/step" in log.getvalue()
    book.close()
