"""What takes long shows how far it has come, in a terminal alone."""

import io

import pytest
from material import draw_video, run_vidpred
from tqdm import tqdm

from vidpred.machine.progress import progress

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

    monkeypatch.setattr("vidpred.machine.progress.tqdm", Recorded)
    return seen


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_commands_show_how_far_they_have_come(tmp_path, shown, words):
    draw_video(tmp_path / "clip.mp4")
    if words[0] == "watch":
        for seed, name in enumerate(("a.mp4", "b.mp4"), start=1):
            draw_video(tmp_path / name, 30, seed=seed)
    run_vidpred(*words, folder=tmp_path)
    assert shown == COMMANDS[words]


def test_it_is_shown_in_a_terminal_and_nowhere_else(monkeypatch):
    monkeypatch.setattr("vidpred.machine.progress.LONG_WAIT", 0)
    for stream, is_shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr("sys.stderr", stream)
        assert [*progress("abc", "spelling", "letter")] == ["a", "b", "c"]
        assert ("spelling" in stream.getvalue()) is is_shown
