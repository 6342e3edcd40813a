"""A resumed run is the run that was never interrupted, bit for bit."""

import os
import signal
import subprocess
import sys
import time

import pytest
import torch
from torch import nn

from vidpred.machine.engine import Engine
from vidpred.runs.build import build_trainer
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.settings import dump_config
from vidpred.runs.train import resume_run, start_run
from vidpred.training import Loop
from vidpred.training.feed import Feed
from vidpred.training.loop import Intervals

EVERYTHING_MOVING = [
    "objective.augmentation={policy: [colour, translation, cutout], target_accuracy: 0.7, clips_to_full: 50}",
    "objective.augmentation.strength=0.5",
    "objective.penalties={r1: auto, r2: 2.0}",
    "objective.final_penalties={r2: 0.5}",
    "generator.final_beta2=0.9",
    "adversary.final_beta2=0.9",
    "train.ema_half_life=10",
]


class Noisy(nn.Module):
    """A network whose answer depends on random numbers, as one with a latent or dropout does."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.num_context_frames, self.lead = network.num_context_frames, network.lead

    def forward(self, context):
        return self.network(context + 0.1 * torch.randn_like(context))


def train(config, path, first_step, last_step, noisy=False):
    """Train from a checkpoint, if there is one, to ``last_step``; leave a checkpoint."""
    task = build_task(config)
    data = build_data(config, task)
    engine = Engine("cpu", config.train.precision)
    trainer = build_trainer(config, task, {**task.facts, **data.train.facts}, engine)
    if noisy:
        trainer.generator.distributed = Noisy(trainer.generator.network)
    if first_step:
        trainer.load_state_dict(Checkpoint.load(path).state)
    feed = Feed(data.train, 4, config.train.seed, engine.device, rounds=trainer.discriminator_steps)
    terms = []

    def save(step, best, is_best):
        Checkpoint(config.model_dump(mode="json"), {}, step, trainer.state_dict()).save(path)

    loop = Loop(trainer, engine, feed, config.train.seed, Intervals(1, 100, 100, 100), lambda a, b: True, save=save)
    step = loop._step
    loop._step = lambda number, asked: terms.append(step(number, asked)) or dict(terms[-1])
    loop.run(first_step, last_step, {})
    feed.close()
    return terms


def assert_same_state(first, second):
    one, other = flat(Checkpoint.load(first).state), flat(Checkpoint.load(second).state)
    assert one.keys() == other.keys()
    differing = [
        name
        for name, value in one.items()
        if not (torch.equal(value, other[name]) if isinstance(value, torch.Tensor) else value == other[name])
    ]
    assert differing == []


def flat(tree, name=""):
    if isinstance(tree, dict):
        return {key: value for part in tree for key, value in flat(tree[part], f"{name}.{part}").items()}
    if isinstance(tree, list):
        return {key: value for i, part in enumerate(tree) for key, value in flat(part, f"{name}.{i}").items()}
    return {name: tree}


@pytest.mark.parametrize(
    "settings",
    [
        ["objective.adversarial_weight=0", "train.ema_decay=0"],
        ["train.discriminator_steps=2", "train.accumulate=2", "generator.optimizer=adamw"],
        ["train.precision=bf16", "generator.optimizer=sgd", "generator.momentum=0.9", "generator.clip_norm=1"],
        ["network.latent_channels=2", "objective.num_draws=2", "objective.over=mean", "train.accumulate=2"],
        ["train.discriminator_head_start=5", "train.share_of_start=0.5"],
        ["task.name=frame_interpolation", "task.frames_per_side=2"],
        EVERYTHING_MOVING,
        [*EVERYTHING_MOVING, "train.precision=bf16", "train.accumulate=2", "train.discriminator_steps=2"],
    ],
    ids=[
        "reconstruction",
        "adversary_and_average",
        "bf16_and_momentum",
        "draws",
        "head_start",
        "frames_between",
        "moving",
        "moving_in_parts",
    ],
)
def test_ten_steps_are_five_steps_a_stop_and_five_more(small_config, tmp_path, settings):
    config = small_config(*settings)
    whole, parts = tmp_path / "whole.safetensors", tmp_path / "parts.safetensors"
    terms = train(config, whole, 0, 10)
    first = train(config, parts, 0, 5)
    torch.rand(17)  # whatever else the program draws between does not matter
    assert first + train(config, parts, 5, 10) == terms
    assert_same_state(whole, parts)


def test_a_network_that_draws_random_numbers_resumes_exactly_too(small_config, tmp_path):
    config = small_config()
    whole, parts = tmp_path / "whole.safetensors", tmp_path / "parts.safetensors"
    terms = train(config, whole, 0, 6, noisy=True)
    assert train(config, parts, 0, 3, noisy=True) + train(config, parts, 3, 6, noisy=True) == terms
    assert_same_state(whole, parts)
    assert train(config, tmp_path / "calm.safetensors", 0, 6) != terms


@pytest.fixture
def run_settings(small_config):
    return small_config(
        "train.steps=12",
        "log.checkpoint_every=5",
        "log.validate_every=6",
        "log.sample_every=100",
        "log.metrics_every=1",
        "log.validation_clips=2",
    )


def test_a_killed_run_resumes_to_the_same_weights_and_the_same_metrics(run_settings, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    start_run(run_settings, whole, "cpu")
    program = (
        "import sys, os, signal; from pathlib import Path\n"
        "from vidpred.runs.settings import load_config; from vidpred.runs.train import start_run\n"
        "from vidpred.training.logbook import Logbook\n"
        "progress = Logbook.progress\n"
        "def killing(self, terms):\n"
        "    progress(self, terms)\n"
        "    if self._bar.n == 8: os.kill(os.getpid(), signal.SIGKILL)\n"
        "Logbook.progress = killing\n"
        f"start_run(load_config(Path({str(whole / 'config.yaml')!r})), Path({str(killed)!r}), 'cpu')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert Checkpoint.load(killed / "checkpoints" / "last.safetensors").step == 5
    resume_run(killed, "cpu")
    for name in ("last", "best"):
        assert_same_state(whole / "checkpoints" / f"{name}.safetensors", killed / "checkpoints" / f"{name}.safetensors")
    assert (killed / "metrics.jsonl").read_text() == (whole / "metrics.jsonl").read_text()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_and_leaves_cleanly(run_settings, tmp_path, number):
    config = run_settings.model_copy(update={"train": run_settings.train.model_copy(update={"steps": 100_000})})
    (tmp_path / "config.yaml").write_text(dump_config(config))
    run = subprocess.Popen(
        [sys.executable, "-m", "vidpred", "train", "--config", "config.yaml", "--out", "run", "--device", "cpu"],
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    metrics = tmp_path / "run" / "metrics.jsonl"
    while run.poll() is None and not (metrics.exists() and metrics.read_text().count("\n") > 3):
        time.sleep(0.05)
    run.send_signal(number)
    out, err = run.communicate(timeout=60)
    assert run.returncode == 0, err
    assert "Traceback" not in err
    assert f"stopped by {number.name}; continue with: vidpred train --resume run" in out
    steps = [line for line in metrics.read_text().splitlines() if '"train"' in line]
    assert Checkpoint.load(tmp_path / "run" / "checkpoints" / "last.safetensors").step == len(steps)
