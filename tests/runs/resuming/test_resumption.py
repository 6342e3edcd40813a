"""What a run goes on from: a checkpoint that is sound, and settings that nobody changed."""

import errno
import os
import re
import shlex
import tempfile
from pathlib import Path

import pytest

from vidpred.errors import VidpredError, as_word
from vidpred.runs.build import Parts
from vidpred.runs.folder import RunFolder
from vidpred.runs.resuming.last_state import last_checkpoint
from vidpred.runs.settings import load_config
from vidpred.runs.train import resume_run, start_run


@pytest.fixture
def run(small_config, tmp_path):
    """A run of two steps, the better of which is the first or the second."""
    config = small_config("train.steps=2", "log.validate_every=1", "log.sample_every=100", "log.validation_clips=4")
    start_run(config, tmp_path / "run", "cpu", say=lambda _: None)
    return RunFolder(tmp_path / "run")


def resume(run, **options):
    return resume_run(run.path, "cpu", say=lambda _: None, **options)


def refusal(run, **options):
    with pytest.raises(VidpredError) as raised:
        resume(run, **options)
    return str(raised.value)


def test_settings_that_a_user_changes_in_the_folder_are_neither_used_nor_written_over(run):
    changed = re.sub(r"(generator:\n(?:  .*\n)*?  lr: ).*", r"\g<1>0.000123", run.config.read_text(), count=1)
    run.config.write_text(changed)
    told = refusal(run, steps=3)
    assert told.startswith(f"{run.config} was changed by hand (generator.lr=0.000123), but a run goes on with")
    assert told.endswith(f"--config {run.config} --from {run.path}")
    assert run.config.read_text() == changed
    new = start_run(load_config(run.config), run.path.parent / "new", "cpu", start_from=run.path, say=lambda _: None)
    assert "lr: 0.000123" in RunFolder(new.folder).config.read_text()


def test_a_setting_that_is_added_or_taken_away_is_told_too(run):
    written = run.config.read_text()
    run.config.write_text(written.replace("  terms:\n", "  terms:\n    l1: 2.0\n"))
    assert "objective.terms.l1=2.0" in refusal(run, steps=3)
    run.config.write_text(re.sub(r"\n    gdl: .*", "", written))
    assert "objective.terms.gdl=null" in refusal(run, steps=3)


def test_a_new_length_is_no_change_by_hand_though_no_checkpoint_was_saved_since(run):
    run.config.write_text(run.config.read_text().replace("  steps: 2\n", "  steps: 4\n"))
    assert resume(run, steps=3).outcome.step == 3


@pytest.mark.parametrize("text", ["", "train: [", "- 1\n", "\x00"])
def test_settings_that_cannot_be_read_stop_no_run(run, text):
    run.config.write_text(text)
    assert resume(run, steps=3).outcome.step == 3


FILES = ["data.txt", "environment.json", "metrics.jsonl", "curves.png", ".lock"]
FILES += ["checkpoints/best.safetensors", "checkpoints/last.safetensors"]


@pytest.mark.parametrize("name", FILES)
def test_a_folder_where_a_run_writes_a_file_is_named_before_anything_is_read(run, name, monkeypatch):
    monkeypatch.setattr(Parts, "build", None)
    (run.path / name).unlink(missing_ok=True)
    (run.path / name).mkdir()
    assert refusal(run, steps=3).startswith(f"{run.path / name} is a folder, but a run writes a file there; move it")


@pytest.mark.parametrize("name", ["checkpoints", "samples", "tensorboard"])
def test_a_file_where_a_run_has_a_folder_is_named_before_anything_is_read(run, name, monkeypatch):
    monkeypatch.setattr(Parts, "build", None)
    (run.path / name).rename(run.path / "elsewhere")
    (run.path / name).write_text("mine")
    assert refusal(run, steps=3).startswith(f"{run.path / name} is no folder, but a run keeps files in it; move it")
    assert (run.path / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["checkpoints", "samples", "tensorboard"])
def test_a_folder_of_a_run_that_may_not_be_written_to_is_named_before_anything_is_read(run, name, monkeypatch):
    usual, closed = tempfile.TemporaryFile, run.path / name

    def refusing(*, dir):
        if dir == closed:
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(dir))
        return usual(dir=dir)

    monkeypatch.setattr(Parts, "build", None)
    monkeypatch.setattr(tempfile, "TemporaryFile", refusing)
    closed.mkdir(exist_ok=True)
    assert refusal(run, steps=3).startswith(f"the folder {closed} may not be written to (Permission denied); ")


def test_metrics_that_may_not_be_written_to_are_named_before_anything_is_read(run, monkeypatch):
    usual = Path.open

    def refusing(path, mode="r", *rest, **more):
        if path.name == "metrics.jsonl" and "a" in mode:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return usual(path, mode, *rest, **more)

    monkeypatch.setattr(Parts, "build", None)
    monkeypatch.setattr(Path, "open", refusing)
    told = f"{run.path / 'metrics.jsonl'} may not be written to (Permission denied); change its permissions"
    assert refusal(run, steps=3) == told


def test_what_is_no_folder_of_a_run_is_told_by_the_file_that_it_lacks(run):
    run.config.unlink()
    run.config.mkdir()
    told = refusal(run, steps=3)
    assert told.startswith(f"{run.path} is not the folder of a run, since it has no file config.yaml;")
    assert told.endswith(f"or begin a new run with these weights: --from {run.path}")


def test_where_the_last_checkpoint_is_damaged_the_best_is_named_and_a_run_goes_on_from_it(run):
    step = last_checkpoint(RunFolder(run.path)).step
    run.last.write_bytes(run.last.read_bytes()[:3000])
    told = refusal(run, steps=3)
    assert "is damaged or not a checkpoint" in told
    assert re.search(rf"the best one of that run, of step [1-{step}], is sound: move {run.last} away", told)
    run.last.rename(run.last.with_suffix(".damaged"))
    assert resume(run, steps=3).outcome.step == 3


def test_where_no_checkpoint_is_sound_none_is_named(run):
    for path in (run.last, run.best):
        path.write_bytes(path.read_bytes()[:3000])
    told = refusal(run, steps=3)
    assert str(run.last) in told
    assert "sound" not in told


def test_the_commands_that_a_run_prints_can_be_copied_into_a_shell(small_config, tmp_path):
    folder = tmp_path / "my run; rm $(x)"
    config = small_config("train.steps=1", "log.validation_clips=2", "log.preview_frames=1")
    run = start_run(config, folder, "cpu", say=lambda _: None)
    assert shlex.split(run.usage) == ["vidpred", "predict", "CLIP.mp4", "--checkpoint", str(folder)]
    with pytest.raises(VidpredError) as told:
        RunFolder.create(folder, "run")
    assert shlex.split(str(told.value).partition("--resume ")[2]) == [str(folder)]


def test_a_name_that_begins_like_an_option_is_no_option():
    assert as_word("-rf") == "./-rf"
    assert as_word("runs/first") == "runs/first"
