"""A run whose folder goes away, or whose disk is full, ends with one sentence that names the place."""

import errno
import os
import shutil
import threading

import pytest

from vidpred.errors import VidpredError
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


def test_a_full_disk_names_the_file(small_config, tmp_path, monkeypatch):
    def full(self, *values):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))

    monkeypatch.setattr(Logbook, "write", full)
    with pytest.raises(OSError, match="No space left"):
        start_run(small_config("log.metrics_every=1"), tmp_path / "run", "cpu", say=lambda text: None)


def test_a_run_whose_files_are_links_to_elsewhere_is_not_resumed(small_config, tmp_path):
    folder, elsewhere = tmp_path / "run", tmp_path / "mine.txt"
    start_run(small_config("train.steps=1"), folder, "cpu", say=lambda text: None)
    elsewhere.write_text("mine\n")
    (folder / "metrics.jsonl").unlink()
    (folder / "metrics.jsonl").symlink_to(elsewhere)
    with pytest.raises(VidpredError, match="is a link to"):
        resume_run(folder, "cpu", steps=2, say=lambda text: None)
    assert elsewhere.read_text() == "mine\n"
