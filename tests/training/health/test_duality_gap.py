"""The duality gap is what each player could still gain alone."""

import copy
import math

import pytest
import torch

from vidpred.frames.pyramid import build_pyramid
from vidpred.interfaces import Batch
from vidpred.training.health.duality_gap import DualityGap, estimate_duality_gap

UNDECIDED = -2 * 2 * math.log(2)  # of two scales, real and fake


@pytest.fixture
def gap_of(clips):
    """The gap of a trainer on clips that are always the same, to play with and to be judged by."""
    return lambda trainer, num_steps: estimate_duality_gap(trainer, lambda step: Batch(clips), Batch(clips), num_steps)


@pytest.fixture
def undecided(small_trainer):
    """A trainer whose discriminator gives every clip the logit 0."""

    def build(*settings):
        trainer = small_trainer("adversary.lr=0.02", "generator.lr=0.01", *settings)
        for scale in trainer.adversary.player.network.scales:
            torch.nn.init.zeros_(scale[-1].weight)
            torch.nn.init.zeros_(scale[-1].bias)
        return trainer

    return build


def test_the_gap_is_the_difference_of_the_best_that_both_can_reach():
    found = DualityGap(value=-1.0, best_discriminator=-0.25, best_generator=-1.5)
    assert found.gap == 1.25
    assert str(found) == "1.25 (alone, the discriminator could gain 0.75, the generator 0.5)"


def test_without_a_step_there_is_no_gap(undecided, gap_of):
    found = gap_of(undecided(), 0)
    assert found.gap == 0
    assert found.value == pytest.approx(UNDECIDED, abs=1e-5)


def test_an_undecided_discriminator_gains_where_fakes_are_bad_and_the_generator_gains_nothing_from_it(
    undecided, gap_of
):
    found = gap_of(undecided(), 20)
    assert found.best_discriminator > UNDECIDED + 1.0
    assert found.best_generator == pytest.approx(UNDECIDED, abs=1e-4)


def test_a_discriminator_that_has_learnt_leaves_the_generator_something_to_gain(undecided, gap_of, clips):
    trainer = undecided()
    for _ in range(20):
        trainer.step(clips)
    found = gap_of(trainer, 20)
    assert found.value - found.best_generator > 0.1


def test_at_an_equilibrium_nobody_gains(undecided, gap_of, monkeypatch):
    trainer = undecided()
    monkeypatch.setattr(trainer.task, "answer", drawn_from_the_data, raising=False)
    assert gap_of(trainer, 20).gap < 0.05


def drawn_from_the_data(network, example):
    nothing = sum(0 * weight.sum() for weight in network.parameters())
    return [level + nothing for level in build_pyramid(example.target, 2)]


@pytest.mark.parametrize("game", ["hinge", "least_squares", "relativistic", "wasserstein"])
def test_every_game_has_a_gap_that_is_not_negative(small_trainer, gap_of, game):
    assert gap_of(small_trainer(f"objective.game={game}", "objective.penalties={r1: 1.0}"), 4).gap >= 0


def test_the_trainer_and_its_random_numbers_stay_as_they_are(small_trainer, gap_of, clips):
    trainer = small_trainer("objective.augmentation={policy: [colour], target_accuracy: 0.8}")
    trainer.step(clips)
    before, numbers = copy.deepcopy(trainer.state_dict()), torch.random.get_rng_state()
    first = gap_of(trainer, 5)
    after = trainer.state_dict()
    for part in ("generator", "discriminator"):
        assert all(torch.equal(value, after[part][name]) for name, value in before[part].items())
    assert all(torch.equal(before["augmentation"][name], after["augmentation"][name]) for name in ("strength", "heard"))
    assert torch.equal(numbers, torch.random.get_rng_state())
    assert gap_of(trainer, 5) == first
