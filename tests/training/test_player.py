import math

import pytest
import torch
from torch import nn

from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine
from vidpred.training import Player
from vidpred.training.settings import PlayerSettings


def player(**settings):
    network = nn.Linear(2, 1, bias=False)
    nn.init.ones_(network.weight)
    return Player(network, PlayerSettings(**{"lr": 0.1, **settings}), 11, Engine("cpu", "fp32"))


def test_the_learning_rate_stays_or_falls_to_its_end_by_the_stated_curve():
    assert player(schedule="constant").learning_rate(10) == 0.1
    linear = player(schedule="linear", final_lr=0.02)
    assert [round(linear.learning_rate(n), 6) for n in (0, 5, 10)] == [0.1, 0.06, 0.02]
    cosine = player(schedule="cosine", final_lr=0.0)
    assert cosine.learning_rate(0) == 0.1
    assert cosine.learning_rate(5) == pytest.approx(0.05)
    assert cosine.learning_rate(2) == pytest.approx(0.05 * (1 + math.cos(math.pi * 0.2)))


def test_warm_up_rises_in_equal_steps():
    warm = player(warmup_steps=4, schedule="constant")
    assert [round(warm.learning_rate(n), 6) for n in range(5)] == [0.025, 0.05, 0.075, 0.1, 0.1]


def test_sgd_follows_the_gradient_by_the_learning_rate():
    sgd = player(optimizer="sgd", schedule="constant")
    sgd.backward(sgd.network(torch.tensor([[3.0, 4.0]])).sum())
    norm = sgd.update()
    assert norm.item() == pytest.approx(5.0)
    torch.testing.assert_close(sgd.network.weight.detach(), torch.tensor([[0.7, 0.6]]))


def test_a_gradient_above_the_norm_is_scaled_down_to_it():
    clipped = player(optimizer="sgd", schedule="constant", clip_norm=1.0)
    clipped.backward(clipped.network(torch.tensor([[3.0, 4.0]])).sum())
    assert clipped.update().item() == pytest.approx(5.0)
    torch.testing.assert_close(clipped.network.weight.detach(), torch.tensor([[0.94, 0.92]]), atol=1e-5, rtol=0)


def test_an_update_forgets_its_gradient():
    once = player()
    once.backward(once.network(torch.ones(1, 2)).sum())
    once.update()
    assert once.network.weight.grad is None


def test_a_network_without_weights_cannot_be_trained():
    with pytest.raises(VidpredError, match="Identity has no weights to train"):
        Player(nn.Identity(), PlayerSettings(), 1, Engine("cpu", "fp32"))
