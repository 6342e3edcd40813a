"""Historical averaging against its definition."""

import pytest
import torch
from torch import nn

from vidpred.machine.engine import Engine
from vidpred.training.history import History
from vidpred.training.player import Player
from vidpred.training.settings import PlayerSettings


def player(strength, **options):
    torch.manual_seed(1)
    rule = {"optimizer": "sgd", "lr": 0.1, "schedule": "constant", **options}
    network = nn.Linear(3, 2)
    return Player(network, PlayerSettings(historical_averaging=strength, **rule), 9, Engine("cpu", "fp32"))


def losses(number):
    """Return what each of some steps minimises, as a function of the network."""
    draw = torch.Generator().manual_seed(3)
    inputs = torch.randn(number, 4, 3, generator=draw)
    return [lambda network, x=x: network(x).square().mean() for x in inputs]


def test_updates_follow_the_loss_and_the_distance_from_the_mean_of_all_weights_so_far():
    learner = player(0.7)
    weights = [weight.detach().double() for weight in learner.network.parameters()]
    past = [weights]
    for loss in losses(5):
        leaves = [weight.clone().requires_grad_() for weight in past[-1]]
        means = [torch.stack(moments).mean(dim=0) for moments in zip(*past, strict=True)]
        network = lambda x, w=leaves: x.double() @ w[0].T + w[1]  # noqa: E731
        total = loss(network) + 0.7 * sum((w - m).square().sum() for w, m in zip(leaves, means, strict=True))
        total.backward()
        past.append([(leaf - 0.1 * leaf.grad).detach() for leaf in leaves])
        learner.backward(loss(learner.network))
        learner.update()
    for weight, wanted in zip(learner.network.parameters(), past[-1], strict=True):
        torch.testing.assert_close(weight.double(), wanted, rtol=1e-5, atol=1e-6)


def test_the_mean_begins_where_the_first_update_does_not_where_the_network_was_built():
    learner = player(0.7)
    with torch.no_grad():
        learner.network.weight.fill_(5.0)
    (loss,) = losses(1)
    learner.backward(loss(learner.network))
    expected = learner.network.weight.grad.norm(), learner.network.bias.grad.norm()
    assert learner.update().item() == pytest.approx(torch.stack(expected).norm().item())


def test_it_goes_on_from_its_state_bit_for_bit():
    whole, first, second = (player(0.7, optimizer="adam") for _ in range(3))
    for loss in losses(6):
        whole.backward(loss(whole.network))
        whole.update()
    for number, loss in enumerate(losses(6)):
        learner = first if number < 3 else second
        if number == 3:
            second.network.load_state_dict(first.network.state_dict())
            second.load_state_dict(first.state_dict())
        learner.backward(loss(learner.network))
        learner.update()
    for weight, wanted in zip(second.network.parameters(), whole.network.parameters(), strict=True):
        assert torch.equal(weight, wanted)


def test_a_player_without_it_keeps_no_history():
    assert "history" not in player(0.0).state_dict()


def test_what_did_not_take_part_is_not_pulled():
    still, moved = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    history = History([still, moved], 1.0)
    history.take()
    with torch.no_grad():
        still.add_(1)
        moved.add_(1)
    moved.grad = torch.zeros(2)
    history.pull()
    assert still.grad is None
    assert moved.grad.tolist() == [2, 2]
