"""Pixel losses against numbers worked out by hand."""

import torch

from vidpred.losses import l1, l2

PREDICTION = torch.tensor([[0.0, 1.0], [-1.0, 0.5]])
TARGET = torch.tensor([[0.0, 0.0], [1.0, 0.0]])


def test_l1_is_the_mean_absolute_difference():
    assert l1(PREDICTION, TARGET) == (0 + 1 + 2 + 0.5) / 4


def test_l2_is_the_mean_squared_difference():
    assert l2(PREDICTION, TARGET) == (0 + 1 + 4 + 0.25) / 4


def test_several_futures_are_best_guessed_by_their_median_and_mean():
    futures = torch.tensor([0.0, 0.0, 0.9])
    guesses = torch.linspace(0, 0.9, 10)
    cost = {loss: [loss(guess.expand(3), futures).item() for guess in guesses] for loss in (l1, l2)}
    assert torch.tensor(cost[l1]).argmin() == 0
    assert torch.tensor(cost[l2]).argmin() == 3
