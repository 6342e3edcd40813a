"""Verdicts count clips, not looks: the same run gets the same one however often it is measured."""

import math

import numpy as np
import pytest

from vidpred.training.health.diagnosis import Verdict
from vidpred.training.health.pace import counted
from vidpred.training.health.verdicts import diagnose, step_of_first_verdict

HEALTHY = {"accuracy_real": 0.7, "accuracy_fake": 0.65, "accuracy_pairs": 0.75, "diversity": 0.9, "gradient_share": 0.2}


def circle(step):
    return [0.5 * math.cos(2 * math.pi * step / 400), 0.5 * math.sin(2 * math.pi * step / 400)]


def noise(step, width):
    return np.random.default_rng(step).uniform(-width, width)


GAMES = {  # figures by step, noisy where real ones are
    Verdict.HEALTHY: lambda step: {"accuracy_real": 0.7 + noise(step, 0.2), "diversity": 0.9 + noise(step, 0.1)},
    Verdict.COLLAPSE: lambda step: {"diversity": 0.9 * math.exp(-step / 200)},
    Verdict.DISCRIMINATOR_DOMINATES: lambda step: {"accuracy_real": 0.98 + noise(step, 0.02), "accuracy_fake": 0.99},
    Verdict.GENERATOR_DOMINATES: lambda step: {"accuracy_pairs": 0.1 + noise(step, 0.1)},
    Verdict.OSCILLATING: lambda step: {"trace": circle(step)},
    Verdict.DISCRIMINATOR_OVERFITS: lambda _: {"accuracy_seen": 0.9, "accuracy_held_out": 0.5},
    Verdict.IN_NAME_ONLY: lambda step: {"gradient_share": 10 ** (-4 + noise(step, 1))},
    Verdict.DROWNS_DATA: lambda step: {"gradient_share": 0.98 + noise(step, 0.01)},
}


def verdicts(game, metrics_every, batch_size, steps=2000):
    """Return what is said after every step at which it is measured."""
    looks, said = [], {}
    for step in range(metrics_every, steps + 1, metrics_every):
        trace = [0.5 * math.exp(-step / 500), noise(step, 0.01)]
        looks.append({"step": step, "clips": step * batch_size, **HEALTHY, "trace": trace, **game(step)})
        if step % 50 == 0:
            said[step] = diagnose(looks).verdict
    return said


@pytest.mark.parametrize("verdict", GAMES)
def test_the_same_run_gets_the_same_verdict_however_often_it_is_measured(verdict):
    often, sometimes, seldom = (verdicts(GAMES[verdict], every, 8) for every in (1, 10, 50))
    assert often == sometimes == seldom
    assert often[2000] is verdict


@pytest.mark.parametrize(("batch_size", "first"), [(1, 4000), (4, 1000), (8, 500), (128, 500)])
@pytest.mark.parametrize("metrics_every", [10, 50])
def test_before_so_many_clips_and_steps_it_is_too_early_to_say(batch_size, first, metrics_every):
    said = verdicts(GAMES[Verdict.GENERATOR_DOMINATES], metrics_every, batch_size, steps=first + 100)
    assert {verdict for step, verdict in said.items() if step < first} == {Verdict.TOO_EARLY}
    assert said[first] is Verdict.GENERATOR_DOMINATES


def test_what_looks_like_a_collapse_at_step_20_of_a_run_that_is_measured_at_every_step_is_none_yet():
    looks = [{"step": step, "clips": 8 * step, **HEALTHY, "diversity": 0.01} for step in range(1, 41)]
    found = diagnose(looks)
    assert found.verdict is Verdict.TOO_EARLY
    assert (
        found.because
        == "nothing is judged before 10 measurements that count, one in 400 clips, and there are 0 after 320 clips; "
        "the first verdict comes at about step 500"
    )


@pytest.mark.parametrize(
    ("batch_size", "every", "first"), [(1, 10, 4000), (4, 10, 1000), (16, 10, 500), (16, 100, 1000)]
)
def test_too_early_says_when_the_first_verdict_comes(batch_size, every, first):
    looks = [{"step": step, "clips": step * batch_size, **HEALTHY} for step in range(every, first + 1, every)]
    assert f"the first verdict comes at about step {first:,}" in diagnose(looks[:2]).because
    assert step_of_first_verdict(batch_size, every) == first
    assert diagnose(looks[:-1]).verdict is Verdict.TOO_EARLY
    assert diagnose(looks).verdict is not Verdict.TOO_EARLY


def test_one_measurement_that_counts_is_said_in_the_singular():
    assert "and there is 1 after 600 clips" in diagnose([{"step": 600, "clips": 600, **HEALTHY}]).because


def test_one_measurement_counts_in_every_400_clips_or_50_steps_whichever_is_longer():
    def steps(batch_size, every=1, last=200):
        looks = [{"step": step, "clips": step * batch_size} for step in range(every, last + 1, every)]
        return [look["step"] for look in counted(looks)]

    assert steps(8) == steps(64) == [50, 100, 150, 200]
    assert steps(4) == [100, 200]
    assert steps(8, every=30) == [60, 120, 150]
    assert steps(8, every=100) == [100, 200]


def test_records_that_do_not_say_how_many_clips_were_seen_all_count():
    assert len(counted([{"step": 1}, {"step": 2}])) == 2
