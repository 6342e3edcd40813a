"""A small game to train: shapes that move, tiny networks, one process."""

import pytest
import torch

from vidpred.machine.engine import Engine
from vidpred.runs.build import build_trainer
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.settings import load_config

SMALL = (
    "data.name=moving_shapes",
    "data.resolution=16",
    "data.num_clips=24",
    "network.num_scales=2",
    "network.width_multiplier=0.03125",
    "discriminator.width_multiplier=0.0625",
    "train.batch_size=4",
    "train.steps=10",
    "train.precision=fp32",
)


@pytest.fixture(scope="session")
def small_config():
    """Settings of a tiny run; more of them may be given."""
    return lambda *settings: load_config(overrides=[*SMALL, *settings])


@pytest.fixture
def small_trainer(small_config):
    """A tiny trainer and the task that it learns."""

    def build(*settings):
        config = small_config(*settings)
        task = build_task(config)
        facts = {**task.facts, **build_data(config, task).train.facts}
        return build_trainer(config, task, facts, Engine("cpu", config.train.precision))

    return build


@pytest.fixture
def clips():
    """Four random clips of four context frames and a target."""
    return torch.rand(4, 5, 3, 16, 16) * 2 - 1
