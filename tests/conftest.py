"""What every test can ask for: a fixed seed, a clip, and a small game to train."""

import os
import signal

os.environ.setdefault("OMP_NUM_THREADS", "1")  # tests run side by side, and so does what they start

import pytest
import torch
from hypothesis import HealthCheck, settings

from vidpred.machine.engine import Engine
from vidpred.runs.build import build_trainer
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.settings import load_config
from vidpred.training.curves import draw_curves

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

LONGEST = {  # of the files of tests; each is run by one worker
    *("test_architecture.py", "test_end_to_end.py", "test_evaluate.py", "test_train.py", "test_no_waiting.py"),
    *("test_every_extractor.py", "test_improved_techniques.py", "test_distributed.py", "test_example.py"),
    *("test_scripts.py", "test_torture.py", "test_plugins.py", "test_resume.py", "test_course.py"),
}


def pytest_configure():
    """Heed Ctrl-C and a lost terminal, also where nohup, or a shell in the background, starts programs that do not.

    Drawn tests heed no clock: the machine may be busy.
    """
    settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("no clock")
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGHUP, signal.SIG_DFL)):
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, usual)


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that none of them is left to one worker while the others are done."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def fixed_seed():
    """Draw the same random numbers in every run and in every order of the tests."""
    torch.manual_seed(0)


@pytest.fixture(scope="session", autouse=True)
def no_curves():
    """Let no run draw its numbers, which takes longer than a small run; ``curves`` is for tests that look at them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vidpred.training.logbook.draw_curves", lambda *_: None)
        yield


@pytest.fixture
def curves(monkeypatch):
    """Let runs draw their numbers, as they do outside of tests."""
    monkeypatch.setattr("vidpred.training.logbook.draw_curves", draw_curves)


@pytest.fixture
def clip():
    """Two random clips (2, 5, 3, 32, 32) in [-1, 1]: four context frames and one target."""
    return torch.rand(2, 5, 3, 32, 32) * 2 - 1


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
