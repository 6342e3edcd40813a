"""``vidpred film`` puts the sample pictures of a run one after another."""

import numpy as np
import pytest
from material import assert_refused, run_command
from PIL import Image

from vidpred.frames.pictures import CAPTION
from vidpred.video import decode


@pytest.fixture
def pictures(tmp_path):
    """Three pictures of odd width, each of one grey."""
    (tmp_path / "run" / "samples").mkdir(parents=True)
    for step, grey in ((9, 40), (20, 120), (100, 200)):
        Image.new("RGB", (61, 48), (grey,) * 3).save(tmp_path / "run" / "samples" / f"step_{step:07d}.png")
    return tmp_path / "run"


def test_the_pictures_follow_each_other_by_step_and_the_last_stays(pictures, monkeypatch, capsys):
    (pictures / "samples" / "step_0000020.mp4").write_bytes(b"preview")
    code, printed, _ = run_command(monkeypatch, capsys, "film", pictures, "--rate", "5")
    assert (code, printed) == (0, f"wrote {pictures / 'film.mp4'}, 3 pictures\n")
    frames = [np.asarray(frame) for frame in decode(pictures / "film.mp4")]
    assert len(frames) == 3 + 10
    assert frames[0].shape == (48 + CAPTION, 62, 3)
    assert [round(float(frame[CAPTION + 2 :].mean()), -1) for frame in frames] == [40, 120, *[200] * 11]
    assert frames[0][:CAPTION].min() < 100 < frames[0][:CAPTION].mean()


def test_a_film_is_not_overwritten_without_being_asked(pictures, monkeypatch, capsys):
    (pictures / "film.mp4").write_bytes(b"mine")
    assert_refused(run_command(monkeypatch, capsys, "film", pictures), "film.mp4 exists")
    assert (pictures / "film.mp4").read_bytes() == b"mine"
    assert run_command(monkeypatch, capsys, "film", pictures, "--overwrite")[0] == 0


def test_a_folder_without_pictures_is_refused(tmp_path, monkeypatch, capsys):
    assert_refused(run_command(monkeypatch, capsys, "film", tmp_path), "no sample pictures")


def test_pictures_of_other_sizes_are_named_and_leave_no_film(pictures, monkeypatch, capsys):
    Image.new("RGB", (32, 32)).save(pictures / "samples" / "step_0000050.png")
    assert_refused(run_command(monkeypatch, capsys, "film", pictures), "step_0000050.png is 32 x 32")
    assert not (pictures / "film.mp4").exists()
