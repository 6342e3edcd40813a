"""A folder that may not be entered is named, and the right that it lacks."""

import errno
import os
from pathlib import Path

import pytest
from material import assert_refused, draw_video, run_command

from vidpred.data.video_identity import content_key
from vidpred.errors import VidpredError
from vidpred.machine.closed_folders import closed_above


@pytest.fixture
def closed(tmp_path, monkeypatch):
    """Return a folder with a video that may be listed and not entered, as a system tells those who are not root."""
    folder, stat, access = tmp_path / "videos" / "closed", os.stat, os.access
    folder.mkdir(parents=True)
    draw_video(folder / "clip.mp4")

    def refusing(path, *arguments, **options):
        if not isinstance(path, int) and folder in Path(path).absolute().parents:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", refusing)
    may = lambda path, mode: access(path, mode) and (mode != os.X_OK or Path(path).absolute() != folder)  # noqa: E731
    monkeypatch.setattr(os, "access", may)
    return folder


def test_the_outermost_folder_that_may_not_be_entered_is_found(closed):
    assert closed_above(closed / "further" / "clip.mp4") == closed
    assert closed_above(closed) is None
    assert closed_above(closed.parent / "missing" / "clip.mp4") is None


def test_a_video_in_it_that_is_read_is_told_with_the_folder(closed):
    with pytest.raises(VidpredError, match=f"the folder {closed} may not be entered; give the right to, as by chmod"):
        content_key(closed / "clip.mp4")


@pytest.mark.parametrize("command", [("predict", "{}/clip.mp4"), ("predict", "{}"), ("extend", "{}/clip.mp4", "a.mp4")])
def test_commands_name_the_folder(closed, command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    ended = run_command(monkeypatch, capsys, *(word.format(closed) for word in command))
    assert_refused(ended, f"the folder {closed} may not be entered", "chmod u+x")


def test_inspect_goes_on_with_other_videos(closed, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("VIDPRED_CACHE", str(tmp_path / "cache"))
    draw_video(closed.parent / "other.mp4")
    code, printed, _ = run_command(monkeypatch, capsys, "inspect", closed.parent, "--no-steps")
    assert code == 0
    told = " ".join(printed.split())
    assert "1 of 2 videos can be trained on" in told
    assert f"skipped (the folder {closed} may not be entered" in told
