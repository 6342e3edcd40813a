"""The device of ``vidpred inspect`` is where steps are timed, and is looked at before any video is."""

import pytest
import torch
from material import assert_refused, draw_video, run_command


@pytest.fixture
def inspect(tmp_path, monkeypatch, capsys):
    """Run the command on a video; return code, stdout and stderr."""
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_video(tmp_path / "clip.mp4")
    return lambda *options: run_command(monkeypatch, capsys, "inspect", tmp_path / "clip.mp4", *options)


def test_a_device_that_is_not_there_is_refused_before_videos_are_read(inspect, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    read = "vidpred.applications.inspect_videos.inspect_videos"
    monkeypatch.setattr(read, lambda *_: pytest.fail("a video was read"))
    assert_refused(inspect("--device", "cuda"), "the device 'cuda' is not usable on this machine; use --device cpu")


def test_a_device_on_which_nothing_is_timed_is_said_to_be_of_no_use(inspect):
    code, printed, noted = inspect("--no-steps", "--device", "cpu", "--json")
    assert (code, printed[0]) == (0, "{")
    assert noted == "note: --device cpu is where steps are timed, of which --no-steps times none\n"
