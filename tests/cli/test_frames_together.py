"""Of what one prediction writes, film and frames, no part stays where the rest does not come to be written."""

import errno
import os

import pytest
from material import assert_refused, draw_video, files_below, run_command

from vidpred.frames import pictures

ENDS = [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.png"), SystemExit(143), KeyboardInterrupt()]


@pytest.fixture
def third_fails(monkeypatch):
    """Have the third picture fail in the way that is given, before or after it has its name."""

    def fail(error, is_written):
        usual, written = pictures.write_png, []

        def write_png(path, frame):
            written.append(path)
            if len(written) < 3 or is_written:
                usual(path, frame)
            if len(written) == 3:
                raise error

        monkeypatch.setattr(pictures, "write_png", write_png)

    return fail


@pytest.mark.parametrize("is_written", [True, False])
@pytest.mark.parametrize("error", ENDS, ids=lambda error: type(error).__name__)
def test_nothing_stays_of_a_folder_that_was_new(tmp_path, monkeypatch, capsys, third_fails, error, is_written):
    draw_video(tmp_path / "a.mp4")
    before = files_below(tmp_path)
    third_fails(error, is_written)
    words = (
        "predict",
        tmp_path / "a.mp4",
        "--checkpoint",
        "copy_last",
        "--horizon",
        4,
        "--out",
        f"{tmp_path}/new/all/",
    )
    code, stdout, stderr = run_command(monkeypatch, capsys, *words)
    if isinstance(error, OSError):
        assert_refused((code, stdout, stderr), "No space left on device")
    else:
        assert code == (143 if isinstance(error, SystemExit) else 130)
    assert files_below(tmp_path) == before
    assert not (tmp_path / "new").exists()


def test_what_was_there_before_stays(tmp_path, monkeypatch, capsys, third_fails):
    monkeypatch.chdir(tmp_path)
    draw_video(tmp_path / "a.mp4")
    (tmp_path / "all").mkdir()
    for name in ("future_0001.png", "mine.png"):
        (tmp_path / "all" / name).write_bytes(b"mine")
    third_fails(ENDS[0], False)
    words = ("predict", tmp_path / "a.mp4", "--checkpoint", "copy_last", "--horizon", 4, "--frames", tmp_path / "all")
    assert_refused(run_command(monkeypatch, capsys, *words, "--overwrite"), "No space left on device")
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["future_0001.png", "mine.png"]
    assert (tmp_path / "all" / "mine.png").read_bytes() == b"mine"


@pytest.mark.parametrize("words", [["--compare"], ["--samples", 2]], ids=["compared", "sampled"])
def test_no_film_stays_where_the_frames_cannot_be_written(tmp_path, monkeypatch, capsys, third_fails, words):
    monkeypatch.chdir(tmp_path)
    draw_video(tmp_path / "a.mp4")
    before = files_below(tmp_path)
    third_fails(ENDS[0], False)
    predictor = "motion_sampler" if "--samples" in words else "copy_last"
    words = ("predict", "a.mp4", "--checkpoint", predictor, "--horizon", 4, "--frames", "all", *words)
    assert_refused(run_command(monkeypatch, capsys, *words), "No space left on device")
    assert files_below(tmp_path) == before
