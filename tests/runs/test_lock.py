"""A run is trained by one process at a time; a lock that a killed process had is gone with it."""

import os
import signal
import subprocess
import sys

import pytest

from vidpred.errors import VidpredError
from vidpred.runs.lock import NAME, locked
from vidpred.runs.train import resume_run, start_run

pytest.importorskip("fcntl", reason="the system has no locks on files")
HOLD = """
import sys, time
from pathlib import Path
from vidpred.runs.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_holder_is_refused_in_one_sentence_that_names_the_first(tmp_path):
    first = f"by another process \\({os.getpid()} on "
    with locked(tmp_path), pytest.raises(VidpredError, match=first) as refused, locked(tmp_path):
        pass
    assert str(tmp_path) in str(refused.value)


def test_nothing_is_left_and_the_next_may_hold_it(tmp_path):
    for _ in range(2):
        with locked(tmp_path):
            assert [path.name for path in tmp_path.iterdir()] == [NAME]
        assert not list(tmp_path.iterdir())


def test_a_killed_process_leaves_no_lock(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(VidpredError, match=str(holder.pid)), locked(tmp_path):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with locked(tmp_path):
        pass


def test_processes_of_one_run_but_the_first_hold_nothing(tmp_path, monkeypatch):
    with locked(tmp_path):
        monkeypatch.setenv("RANK", "1")
        monkeypatch.setenv("WORLD_SIZE", "2")
        with locked(tmp_path):
            pass


def test_a_folder_that_cannot_be_locked_is_not(tmp_path):
    with locked(tmp_path / "nowhere"):
        pass


def test_a_run_that_is_trained_is_neither_resumed_nor_started_again(small_config, tmp_path):
    folder = tmp_path / "run"
    start_run(small_config("train.steps=1"), folder, "cpu", say=lambda text: None)
    assert not (folder / NAME).exists()
    before = (folder / "metrics.jsonl").read_bytes()
    with locked(folder):
        with pytest.raises(VidpredError, match="is being trained by another process"):
            resume_run(folder, "cpu", steps=2, say=lambda text: None)
        with pytest.raises(VidpredError, match="is being trained by another process"):
            start_run(small_config("train.steps=1"), folder, "cpu", say=lambda text: None)
    with pytest.raises(VidpredError, match="is there already"):
        start_run(small_config("train.steps=1"), folder, "cpu", say=lambda text: None)
    assert (folder / "metrics.jsonl").read_bytes() == before
    resume_run(folder, "cpu", steps=2, say=lambda text: None)
