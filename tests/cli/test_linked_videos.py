"""Links to videos: outputs have the name of the link, and one that leads nowhere is told as such."""

import pytest
from material import assert_refused, draw_video, run_command


@pytest.fixture
def vidpred(tmp_path, monkeypatch, capsys):
    """Run the command line in a folder with a video and links; return code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    draw_video(tmp_path / "store" / "5f2c9b.mp4")
    (tmp_path / "walk.mp4").symlink_to("store/5f2c9b.mp4")
    (tmp_path / "lost.mp4").symlink_to("store/gone.mp4")
    (tmp_path / "round.mp4").symlink_to("round.mp4")
    return lambda *words: run_command(monkeypatch, capsys, *words)


def test_what_is_predicted_of_a_link_has_its_name(vidpred, tmp_path):
    code, _, _ = vidpred("predict", "walk.mp4", "--checkpoint", "copy_last", "--horizon", 1)
    assert code == 0
    assert (tmp_path / "walk_future.mp4").is_file()
    assert not (tmp_path / "5f2c9b_future.mp4").exists()


COMMANDS = [
    ("predict", "{}"),
    ("extend", "{}", "a.mp4"),
    ("inspect", "{}"),
    ("watch", "{}", "walk.mp4"),
    ("live", "{}", "--out", "a.mp4"),
    ("evaluate", "{}", "--checkpoint", "copy_last"),
]


@pytest.mark.parametrize(("link", "target"), [("lost.mp4", "store/gone.mp4"), ("round.mp4", "round.mp4")])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_link_that_leads_nowhere_is_not_said_to_be_missing(vidpred, command, link, target):
    ended = vidpred(*(word.format(link) for word in command))
    assert_refused(ended, f"{link} is a link to {target}, which leads nowhere; give the path of")
