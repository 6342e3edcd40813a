import json
import signal
import subprocess
import sys

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.train import start_run
from vidpred.training.stop import listening
from vidpred.training.stopwatch import Stopwatch
from vidpred.training.trainer import AdversarialTrainer


def test_a_loss_that_is_not_a_number_stops_the_run_and_keeps_the_last_checkpoint(small_config, tmp_path, monkeypatch):
    step = AdversarialTrainer.step

    def failing(self, *batch):
        terms = step(self, *batch)
        return {**terms, "gdl": torch.tensor(float("nan"))} if self.generator.num_updates_done == 5 else terms

    monkeypatch.setattr(AdversarialTrainer, "step", failing)
    with pytest.raises(VidpredError, match=r"loss 'gdl' became nan at step 5, .* new run, .* lower generator\.lr"):
        start_run(small_config("log.checkpoint_every=2"), tmp_path / "run", "cpu")
    assert Checkpoint.load(tmp_path / "run" / "checkpoints" / "last.safetensors").step == 4


def test_losses_that_are_left_on_the_device_are_all_looked_at_and_nothing_is_saved_after_one_that_is_no_number(
    small_config, tmp_path, monkeypatch
):
    step, kept = AdversarialTrainer.step, []

    def failing(self, *batch):
        terms = step(self, *batch)
        kept.append(self.generator.num_updates_done)
        return {**terms, "gdl": torch.tensor(float("nan"))} if self.generator.num_updates_done == 5 else terms

    monkeypatch.setattr(AdversarialTrainer, "step", failing)
    monkeypatch.setattr("vidpred.training.readings.most_kept_on", lambda _: 100)
    settings = small_config("log.checkpoint_every=4", "log.metrics_every=3", "log.validate_every=7")
    with pytest.raises(VidpredError, match=r"loss 'gdl' became nan at step 5, .* new run, .* lower generator\.lr"):
        start_run(settings, tmp_path / "run", "cpu")
    assert kept == [1, 2, 3, 4, 5, 6]  # the losses of 4 to 6 are fetched for the metrics
    assert Checkpoint.load(tmp_path / "run" / "checkpoints" / "last.safetensors").step == 4


def test_the_metrics_are_of_their_own_step_however_rarely_losses_are_fetched(small_config, tmp_path, monkeypatch):
    settings = small_config("log.metrics_every=3", "train.steps=7")
    start_run(settings, tmp_path / "at once", "cpu")
    monkeypatch.setattr("vidpred.training.readings.most_kept_on", lambda _: 2)
    start_run(settings, tmp_path / "late", "cpu")
    assert (tmp_path / "late" / "metrics.jsonl").read_text() == (tmp_path / "at once" / "metrics.jsonl").read_text()


def test_an_exploding_run_says_so_by_itself(small_config, tmp_path):
    explosive = small_config("generator.optimizer=sgd", "generator.lr=1e30", "generator.schedule=constant")
    with pytest.raises(VidpredError, match=r"became (nan|inf) at step \d+"):
        start_run(explosive, tmp_path / "run", "cpu")


def test_the_best_checkpoint_is_the_one_that_scored_best(small_config, tmp_path, monkeypatch):
    scores = iter([10.0, 20.0, 25.0, 22.0, 24.0])
    monkeypatch.setattr("vidpred.runs.train.Validation.__call__", lambda *_: {"psnr": next(scores)})
    start_run(small_config("train.steps=4", "log.validate_every=1"), tmp_path / "run", "cpu")
    best = Checkpoint.load(tmp_path / "run" / "checkpoints" / "best.safetensors")
    assert (best.step, best.scores["psnr"]) == (2, 25.0)
    lines = [json.loads(line) for line in (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()]
    assert [line["psnr"] for line in lines if line["kind"] == "validation"] == [10.0, 20.0, 25.0, 22.0, 24.0]


def test_the_first_signal_asks_and_the_second_leaves_at_once():
    program = (
        "import signal; from vidpred.training.stop import listening\n"
        "with listening() as request:\n"
        "    signal.raise_signal(signal.SIGTERM); print(request.signal.name, flush=True)\n"
        "    signal.raise_signal(signal.SIGTERM); print('still here')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGTERM
    assert ended.stdout == "SIGTERM\n"
    assert "saving after this step; once more to leave at once" in ended.stderr


def test_a_lost_terminal_asks_once_however_often_it_is_told():
    program = (
        "import os, pty, signal, sys, time; from vidpred.training.stop import listening\n"
        "child, terminal = pty.fork()\n"
        "if child:\n"
        "    while os.read(terminal, 1) != b'\\n': pass\n"  # all of it, lest the child be amid writing it
        "    os.close(terminal); sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
        "with listening() as request:\n"
        "    print('here', flush=True)\n"
        "    while request.signal is None: time.sleep(0.01)\n"  # a pause may begin just after the signal came
        "    signal.raise_signal(signal.SIGHUP)\n"
        "    print('nobody reads this', flush=True)\n"
        "sys.exit(7 if request.signal == signal.SIGHUP else 1)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 7, ended.stderr


def test_what_nohup_ignores_is_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening() as request:
            signal.raise_signal(signal.SIGHUP)
        assert request.signal is None
    finally:
        signal.signal(signal.SIGHUP, before)


def test_afterwards_signals_mean_what_they_meant_before():
    before = signal.getsignal(signal.SIGINT)
    with listening() as request:
        assert signal.getsignal(signal.SIGINT) is request
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(("seconds", "is_told"), [(12.0, True), (0.1, False)])
def test_a_first_step_is_told_where_it_is_slow(small_config, tmp_path, monkeypatch, capsys, seconds, is_told):
    monkeypatch.setattr(Stopwatch, "seconds_of_steps", property(lambda _: seconds))
    start_run(small_config("train.steps=4"), tmp_path / "run", "cpu")
    told = "the first step took 12 seconds; 3 more like it take about 36 seconds"
    assert (told in capsys.readouterr().err) == is_told


def test_a_first_step_is_not_told_where_the_next_are_faster(small_config, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Stopwatch, "seconds_of_steps", property(lambda _: 12.0))
    monkeypatch.setattr(Engine, "warms_up", True)
    start_run(small_config("train.steps=4"), tmp_path / "run", "cpu")
    assert "the first step took" not in capsys.readouterr().err
