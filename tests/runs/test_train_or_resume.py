"""A run that is asked for twice is trained once."""

import signal

import pytest
from material import files_below

from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.train import train_or_resume
from vidpred.training.loop import Loop

SHORT = ("train.steps=2", "objective.adversarial_weight=0")


def test_a_finished_run_is_left_as_it_is(small_config, tmp_path):
    last = train_or_resume(small_config(*SHORT), tmp_path / "run", "cpu")
    before = files_below(tmp_path / "run")
    assert train_or_resume(small_config(*SHORT), tmp_path / "run", "cpu") == last
    assert files_below(tmp_path / "run") == before


def test_one_with_other_settings_is_refused_and_left_as_it_is(small_config, tmp_path):
    train_or_resume(small_config(*SHORT), tmp_path / "run", "cpu")
    before = files_below(tmp_path / "run")
    with pytest.raises(VidpredError, match="other settings"):
        train_or_resume(small_config(*SHORT, "generator.lr=0.5"), tmp_path / "run", "cpu")
    assert files_below(tmp_path / "run") == before


def test_a_stopped_run_says_so_and_goes_on_when_it_is_asked_for_again(small_config, tmp_path, monkeypatch):
    asked, step = small_config(*SHORT, "train.steps=4"), Loop._step

    def interrupted(loop, number, *others):
        if number == 0:
            signal.raise_signal(signal.SIGINT)
        return step(loop, number, *others)

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "_step", interrupted)
        with pytest.raises(VidpredError, match=r"run was stopped by SIGINT; the same command goes on with it"):
            train_or_resume(asked, tmp_path / "run", "cpu")
    done = Checkpoint.load(tmp_path / "run" / "checkpoints" / "last.safetensors", only=()).step
    assert 0 < done < 4
    assert Checkpoint.load(train_or_resume(asked, tmp_path / "run", "cpu"), only=()).step == 4
