"""What takes long shows how far it has come: by a bar in a terminal, by a line now and then elsewhere."""

import io

import pytest
from material import Clock, draw_video, run_vidpred
from tqdm import tqdm

from vidpred.machine.progress import APART, Journal, Lines, bar, progress

COMMANDS = {  # each with what it shows of a film of 20 frames, in order
    ("interpolate-video", "clip.mp4"): [("finding cuts", 20), ("drawing", 20)],
    ("extend", "clip.mp4", "--checkpoint", "copy_last", "--seconds", "0.5"): [("predicting", 5)],
    ("predict", "clip.mp4", "--checkpoint", "copy_last", "--horizon", "7"): [("predicting", 7)],
    ("watch", ".", "clip.mp4", "--checkpoint", "copy_last", "--alarm-rate", "0.1"): [
        *[("learning what is normal", None), ("a.mp4", 30), ("b.mp4", 30)],
        ("watching", 20),
    ],
}


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def shown(monkeypatch):
    """What is shown, with how many there are; a list says itself how many."""
    seen = []

    class Recorded(tqdm):
        def __init__(self, things, doing, total, **options):
            seen.append((doing, total))
            super().__init__(things, doing, total, **options)

    monkeypatch.setattr("vidpred.machine.progress.is_terminal", lambda: True)
    monkeypatch.setattr("vidpred.machine.progress.tqdm", Recorded)
    return seen


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_commands_show_how_far_they_have_come(tmp_path, monkeypatch, shown, words):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_video(tmp_path / "clip.mp4")
    if words[0] == "watch":
        for seed, name in enumerate(("a.mp4", "b.mp4"), start=1):
            draw_video(tmp_path / name, 30, seed=seed)
    run_vidpred(*words, folder=tmp_path)
    assert shown == COMMANDS[words]


def test_a_bar_is_shown_in_a_terminal_and_nowhere_else(monkeypatch):
    monkeypatch.setattr("vidpred.machine.progress.LONG_WAIT", 0)
    for stream, is_shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr("sys.stderr", stream)
        assert [*progress("abc", "spelling", "letter")] == ["a", "b", "c"]
        assert ("spelling" in stream.getvalue()) is is_shown


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lines(clock):
    """What makes progress that is told to one journal, which reads the clock."""
    journal = Journal(clock)
    return lambda things, doing, unit, total=None: Lines(things, doing, unit, total, journal)


def waiting(things, clock, seconds):
    for _ in things:
        clock.now += seconds


def test_without_a_terminal_a_line_comes_at_most_every_half_minute(lines, clock, capsys):
    waiting(lines(range(10), "scoring", "clip"), clock, 12)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "scoring: 3 of 10 clips; 0.6 minutes so far, about 84 seconds left",
        "scoring: 6 of 10 clips; 1.2 minutes so far, about 48 seconds left",
        "scoring: 9 of 10 clips; 1.8 minutes so far, about 12 seconds left",
    ]


def test_what_is_short_says_nothing_and_many_short_things_do(lines, clock, capsys):
    waiting(lines(range(10), "scoring", "clip"), clock, 2.9)
    assert capsys.readouterr().err == ""
    waiting(lines(range(10), "drawing", "frame"), clock, 0.2)
    assert capsys.readouterr().err == "drawing: 5 of 10 frames; 0.5 minutes so far, about 1 second left\n"
    clock.now += 100  # with something else
    waiting(lines(range(10), "drawing", "frame"), clock, 0.2)
    assert capsys.readouterr().err == ""


def test_one_line_tells_of_things_within_things(lines, clock, capsys):
    for _ in lines(range(2), "learning", "video"):
        waiting(lines(iter(range(3)), "a\x1b.mp4", "frame", 3), clock, 9)
    assert (
        capsys.readouterr().err
        == "learning: 1 of 2 videos, a\\x1b.mp4: 1 of 3 frames; 0.6 minutes so far, about 18 seconds left\n"
    )


def test_one_thing_alone_within_others_is_not_counted(lines, clock, capsys):
    for _ in lines(range(4), "scoring", "clip"):
        waiting(lines(range(1), "computing features", "clip"), clock, 20)
    waiting(lines(range(1), "drawing", "film"), clock, 40)
    assert capsys.readouterr().err.splitlines() == [
        "scoring: 1 of 4 clips; 0.7 minutes so far, about 40 seconds left",
        "scoring: 3 of 4 clips; 1.3 minutes so far",
        "drawing: 1 of 1 film; 0.7 minutes so far",
    ]


def test_what_has_gone_on_for_long_says_how_long_without_what_came_before(lines, clock, capsys):
    waiting(lines(range(2), "decoding", "film"), clock, 300)
    waiting(lines(range(3), "scoring", "clip"), clock, 12)
    assert capsys.readouterr().err.splitlines() == [
        "decoding: 1 of 2 films; 5 minutes so far, about 5 minutes left",
        "decoding: 2 of 2 films; 10 minutes so far",
        "scoring: 3 of 3 clips; 0.6 minutes so far",
    ]


def test_how_long_the_rest_takes_is_not_said_where_it_is_not_known(lines, clock, capsys):
    waiting(lines(iter("ab"), "spelling", "letter"), clock, 31)
    waiting(lines("a", "spelling", "letter"), clock, 31)
    assert " left" not in capsys.readouterr().err


def test_what_was_broken_off_is_told_no_more(lines, clock, capsys):
    for _ in lines(iter("abc"), "spelling", "letter"):
        break
    with lines((), "counting", "cow", 9) as bar:
        clock.now += 31
        bar.update(7)
    assert capsys.readouterr().err == "counting: 7 of 9 cows; 0.5 minutes so far, about 9 seconds left\n"


def test_nothing_is_said_where_nobody_listens(lines, clock, monkeypatch):
    closed = io.StringIO()
    closed.close()
    for stream in (None, closed):
        monkeypatch.setattr("sys.stderr", stream)
        waiting(lines(range(2), "scoring", "clip"), clock, 31)
        assert [*progress("ab", "spelling", "letter")] == ["a", "b"]


def test_what_a_program_puts_in_place_of_the_standard_error_need_only_write(lines, clock, monkeypatch):
    class Written(list):
        write = list.append

    written = Written()
    monkeypatch.setattr("sys.stderr", written)
    waiting(lines(range(2), "scoring", "clip"), clock, 31)
    assert "".join(written).startswith("scoring: 1 of 2 clips; 0.5 minutes so far, about 31 seconds left\n")
    assert [*progress("ab", "spelling", "letter")] == ["a", "b"]


def test_a_log_holds_no_row_before_the_first_step_and_no_empty_one(capsys):
    for steps in (3, 0):
        rows = bar(150, 0, "step")
        for _ in range(steps):
            rows.update()
        rows.close()
        rows.close()
    (row,) = capsys.readouterr().err.splitlines()
    assert "3/150" in row


def test_what_shows_stalled_bars_anew_leaves_rows_half_a_minute_apart():
    """A thread of tqdm's own prints a bar again after so long; there were up to six rows in a minute."""
    rows = bar(150, 0, "step")
    assert rows.maxinterval >= APART
    rows.close()
