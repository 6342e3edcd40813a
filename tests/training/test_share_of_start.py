"""Weights that a run started from keep a share in those that predict."""

import copy

import pytest
import torch
from torch import nn

from vidpred.training.average import Average


def stepped(network, average, steps):
    """Move the weights of ``network`` by some steps, averaging after each; return the average of the weights alone."""
    plain = Average(network, average.decay)
    plain.network.load_state_dict(average.network.state_dict())
    for step in range(1, steps + 1):
        with torch.no_grad():
            for weight in network.parameters():
                weight += torch.randn_like(weight)
        for each in (average, plain):
            each.update(network, step)
    return plain


@pytest.mark.parametrize("decay", [0.0, 0.9])
@pytest.mark.parametrize("share", [0.25, 1.0])
def test_the_average_is_between_the_start_and_the_average_of_the_steps(decay, share):
    network = nn.Linear(3, 2)
    average = Average(network, decay, share_of_start=share)
    start = copy.deepcopy(network)
    plain = stepped(network, average, 5)
    for mixed, first, last in zip(
        *(each.parameters() for each in (average.network, start, plain.network)), strict=True
    ):
        torch.testing.assert_close(mixed, share * first + (1 - share) * last)


def test_the_start_is_what_was_loaded_before_the_first_step():
    network = nn.Linear(3, 2)
    average = Average(network, 0.0, share_of_start=1.0)
    loaded = nn.Linear(3, 2)
    for each in (network, average.network):
        each.load_state_dict(loaded.state_dict())
    stepped(network, average, 2)
    assert torch.equal(average.network.weight, loaded.weight)


def test_a_run_that_keeps_all_of_its_start_predicts_as_before(small_trainer, clips):
    trainer = small_trainer("train.share_of_start=1", "train.ema_decay=0")
    before = copy.deepcopy(trainer.network.state_dict())
    for _ in range(2):
        trainer.step(clips)
    assert all(torch.equal(before[name], weight) for name, weight in trainer.network.state_dict().items())
    assert not all(torch.equal(before[n], weight) for n, weight in trainer.generator.network.state_dict().items())


def test_a_state_from_before_there_was_a_share_is_loaded(small_trainer, clips):
    old = small_trainer().state_dict()
    del old["start"]
    trainer = small_trainer("train.share_of_start=0.5")
    trainer.load_state_dict(old)
    trainer.step(clips)
    assert torch.equal(trainer.average.start[0], next(iter(old["average"].values())))
