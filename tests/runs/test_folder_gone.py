"""A run whose folder goes away, or whose disk is full, ends with one sentence that names the place."""

import errno
import os
import shutil
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from vidpred.errors import VidpredError
from vidpred.machine import files
from vidpred.runs.folder import RunFolder
from vidpred.runs.train import resume_run, start_run
from vidpred.training.logbook import Logbook
from vidpred.training.trainer import AdversarialTrainer

EVERY = {
    "metrics": ("log.metrics_every=1", "log.checkpoint_every=100"),
    "a checkpoint": ("log.metrics_every=100", "log.checkpoint_every=4"),
    "a sample": ("log.metrics_every=100", "log.checkpoint_every=100", "log.sample_every=4"),
    "the scores": ("log.metrics_every=100", "log.checkpoint_every=100", "log.validate_every=4"),
    "the end": ("log.metrics_every=100", "log.checkpoint_every=100", "train.steps=4"),
}


@pytest.mark.parametrize("first", EVERY)
def test_a_folder_that_is_deleted_is_named_whatever_is_written_next(small_config, tmp_path, monkeypatch, first):
    folder, step = tmp_path / "run", AdversarialTrainer.step
    broken = []
    monkeypatch.setattr(threading, "excepthook", broken.append)

    def deleting(self, *batch):
        if self.generator.num_updates_done == 2:
            shutil.rmtree(folder)
        return step(self, *batch)

    monkeypatch.setattr(AdversarialTrainer, "step", deleting)
    with pytest.raises(VidpredError, match=f"the run's folder {folder} is gone"):
        start_run(small_config("train.steps=8", *EVERY[first]), folder, "cpu", say=lambda text: None)
    assert not broken
    assert not folder.exists()


@pytest.mark.parametrize("first", EVERY)
def test_another_run_that_has_taken_the_place_of_a_moved_one_is_left_as_it_is(
    small_config, tmp_path, monkeypatch, first
):
    folder, step = tmp_path / "run", AdversarialTrainer.step
    other = tmp_path / "other"
    (other / "checkpoints").mkdir(parents=True)
    (other / "metrics.jsonl").write_text("mine\n")
    (other / "checkpoints" / "last.safetensors").write_text("mine")

    def moving(self, *batch):
        if self.generator.num_updates_done == 2:
            folder.rename(tmp_path / "moved")
            other.rename(folder)
        return step(self, *batch)

    monkeypatch.setattr(AdversarialTrainer, "step", moving)
    with pytest.raises(
        VidpredError, match=f"the run's folder {folder} is gone, or part of it: it was deleted or moved"
    ):
        start_run(small_config("train.steps=8", *EVERY[first]), folder, "cpu", say=lambda text: None)
    assert sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()) == [
        "checkpoints/last.safetensors",
        "metrics.jsonl",
    ]
    assert (folder / "metrics.jsonl").read_text() == "mine\n"


def test_metrics_do_not_reappear_in_a_folder_that_is_being_deleted(small_config, tmp_path, monkeypatch):
    """``rm -r`` empties a folder first, and gives up where something is in it again."""
    folder, step = tmp_path / "run", AdversarialTrainer.step

    def emptying(self, *batch):
        if self.generator.num_updates_done == 2:
            (folder / "metrics.jsonl").unlink()
        return step(self, *batch)

    monkeypatch.setattr(AdversarialTrainer, "step", emptying)
    with pytest.raises(VidpredError, match=f"the run's folder {folder} is gone, or part of it: .* --resume"):
        start_run(small_config("train.steps=8", *EVERY["metrics"]), folder, "cpu", say=lambda text: None)
    assert not (folder / "metrics.jsonl").exists()


def run_on_a_full_disk(config, folder, monkeypatch, from_step):
    """Train until ``metrics.jsonl`` cannot be written any more; return what is said."""
    write = Logbook.write

    def full(self, step, *values):
        if step >= from_step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        write(self, step, *values)

    with monkeypatch.context() as patched:
        patched.setattr(Logbook, "write", full)
        with pytest.raises(VidpredError) as raised:
            start_run(config, folder, "cpu", say=lambda text: None)
    return str(raised.value)


def test_a_full_disk_names_the_file_and_the_run_goes_on_when_there_is_room(small_config, tmp_path, monkeypatch):
    run = tmp_path / "run"
    config = small_config("train.steps=4", "log.metrics_every=1", "log.checkpoint_every=2")
    assert run_on_a_full_disk(config, run, monkeypatch, from_step=3) == (
        f"{run / 'metrics.jsonl'} cannot be written, since its disk is full, and the run has stopped; free some "
        f"space and go on with --resume {run}"
    )
    assert resume_run(run, "cpu", say=lambda text: None).outcome.step == 4


@pytest.mark.parametrize("folder", ["deep/run", "mine"])
def test_nothing_stays_of_a_run_on_a_full_disk_without_a_checkpoint(small_config, tmp_path, monkeypatch, folder):
    (tmp_path / "mine").mkdir()
    config = small_config("log.metrics_every=1", "log.sample_every=1")
    told = run_on_a_full_disk(config, tmp_path / folder, monkeypatch, from_step=0)
    assert told.endswith(
        "free some space and start again: there was no checkpoint yet, so that nothing of this run is kept"
    )
    assert [path.name for path in tmp_path.rglob("*")] == ["mine"]


def test_what_others_put_into_a_run_on_a_full_disk_stays(small_config, tmp_path, monkeypatch):
    run, describe = tmp_path / "run", RunFolder.describe

    def with_a_note(self, *description, **more):
        describe(self, *description, **more)
        (run / "note.txt").write_text("mine")

    monkeypatch.setattr(RunFolder, "describe", with_a_note)
    run_on_a_full_disk(small_config("log.metrics_every=1"), run, monkeypatch, from_step=0)
    assert [path.name for path in run.iterdir()] == ["note.txt"]


def test_a_run_that_was_killed_before_its_first_checkpoint_is_not_trained_over(small_config, tmp_path):
    run = RunFolder.create(tmp_path / "run", "run")
    run.describe("", "", {}, first_step=0)
    with pytest.raises(VidpredError, match=r"run that ended before its first checkpoint, .*; take it away, or name"):
        start_run(small_config(), run.path, "cpu", say=lambda text: None)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()])
@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("folder", ["deep/run", "mine", None])
def test_nothing_stays_of_a_run_whose_first_files_cannot_be_written(
    small_config, tmp_path, monkeypatch, folder, number, error
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    usual, written = files.replacing, []

    @contextmanager
    def full(path, overwrite=True):
        written.append(path)
        if len(written) == number:
            raise error
        with usual(path, overwrite) as temporary:
            yield temporary

    monkeypatch.setattr(files, "replacing", full)
    with pytest.raises(type(error)):
        start_run(small_config(), folder and Path(folder), "cpu", say=lambda text: None)
    assert len(written) == number
    assert [path.name for path in tmp_path.rglob("*")] == ["mine"]


@pytest.mark.parametrize("folder", ["deep/run", "mine", None])
def test_nothing_stays_of_a_run_whose_folders_cannot_be_made(small_config, tmp_path, monkeypatch, folder):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    usual = os.mkdir

    def full(path, *mode):
        if Path(path).name == "checkpoints":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        usual(path, *mode)

    monkeypatch.setattr(os, "mkdir", full)
    with pytest.raises(VidpredError, match=r"cannot make the run's folder .*: No space left on device; name a folder"):
        start_run(small_config(), folder and Path(folder), "cpu", say=lambda text: None)
    assert [path.name for path in tmp_path.rglob("*")] == ["mine"]


def test_a_run_whose_files_are_links_to_elsewhere_is_not_resumed(small_config, tmp_path):
    folder, elsewhere = tmp_path / "run", tmp_path / "mine.txt"
    start_run(small_config("train.steps=1"), folder, "cpu", say=lambda text: None)
    elsewhere.write_text("mine\n")
    (folder / "metrics.jsonl").unlink()
    (folder / "metrics.jsonl").symlink_to(elsewhere)
    with pytest.raises(VidpredError, match="is a link to"):
        resume_run(folder, "cpu", steps=2, say=lambda text: None)
    assert elsewhere.read_text() == "mine\n"
