import signal
from itertools import count
from types import SimpleNamespace

import pytest

from vidpred.machine.engine import Engine
from vidpred.runs import cost
from vidpred.runs.build import Parts, open_engine
from vidpred.runs.conversation import say_expected
from vidpred.runs.cost import measure_cost, time_first_steps
from vidpred.runs.train import describe_run
from vidpred.training.trainer import AdversarialTrainer


@pytest.fixture
def parts(small_config):
    parts = Parts.build(small_config(), open_engine(small_config(), "cpu"))
    yield parts
    parts.feed.close()


@pytest.fixture
def steps_take(monkeypatch):
    """Let the steps of a loop take so many seconds each; the last lasts for all that follow."""

    def let(*seconds):
        def take(loop, first, number):
            clock.now += sum(seconds[min(step, len(seconds) - 1)] for step in range(first, first + number))
            return first + number

        clock = SimpleNamespace(now=0.0)
        monkeypatch.setattr(cost, "_take", take)
        monkeypatch.setattr(cost.time, "perf_counter", lambda: clock.now)

    return let


@pytest.mark.parametrize("measure", [measure_cost, lambda config, device: list(describe_run(config, device))])
def test_ctrl_c_breaks_off_what_only_measures(small_config, monkeypatch, measure):
    step, number = AdversarialTrainer.step, count()

    def interrupting(self, *batch):
        if next(number) == 0:
            signal.raise_signal(signal.SIGINT)
        return step(self, *batch)

    monkeypatch.setattr(AdversarialTrainer, "step", interrupting)
    with pytest.raises(KeyboardInterrupt):
        measure(small_config(), "cpu")
    assert next(number) == 1


def test_a_slow_first_step_tells_how_long_others_take_unless_it_warms_up(parts, steps_take, monkeypatch):
    steps_take(20.0, 0.25)
    assert time_first_steps(parts) == 20
    monkeypatch.setattr(Engine, "warms_up", True)
    assert time_first_steps(parts) == 0.25


def test_processes_take_as_many_steps_as_the_main_one_says(parts, steps_take, monkeypatch):
    steps_take(0.5, 0.25)
    said = iter([0.5, 0.4, 8.0])
    monkeypatch.setattr(Engine, "from_main", lambda *_: next(said))
    assert time_first_steps(parts) == 8 / 3


def test_what_would_be_trained_is_said_before_the_first_step(small_config, monkeypatch):
    monkeypatch.setattr(AdversarialTrainer, "step", lambda *_: pytest.fail("a step was taken"))
    assert "network: multiscale" in next(describe_run(small_config(), "cpu"))


@pytest.mark.parametrize(
    ("minutes", "step", "spent", "said"),
    [
        (None, 0, 0.0, "time: about 40 seconds for 80 steps (2.0 steps/s on cpu by the first ones), and the looks"),
        (None, 40, 30.0, "time: about 20 seconds for 40 more steps ("),
        (None, 79, 30.0, "time: about 1 second for 1 more step ("),
        (0.5, 0, 0.0, "time: 0.5 minutes, for about 60 steps ("),
        (0.5, 30, 25.0, "time: 5 seconds, for about 10 more steps ("),
        (0.5, 70, 25.0, "time: about 5 seconds for 10 more steps ("),
        (0.5, 30, 99.0, "time: 1 second, for about 1 more step ("),
    ],
)
def test_how_long_a_run_takes_that_begins_or_goes_on(minutes, step, spent, said):
    train, engine = SimpleNamespace(steps=80, minutes=minutes), SimpleNamespace(device=SimpleNamespace(type="cpu"))
    parts = SimpleNamespace(config=SimpleNamespace(train=train), engine=engine)
    assert say_expected(parts, 0.5, step, spent).startswith(said)
