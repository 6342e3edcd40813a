"""One kernel updates all weights, with the results of torch's plain rules, whatever a saved state says."""

import copy

import pytest
import torch
from torch import nn

from vidpred.machine.engine import Engine
from vidpred.training import Player
from vidpred.training.settings import PlayerSettings

RULES = {
    "adam": lambda weights: torch.optim.Adam(weights, 0.01, betas=(0.9, 0.999), weight_decay=0.1, fused=False),
    "adamw": lambda weights: torch.optim.AdamW(weights, 0.01, betas=(0.9, 0.999), weight_decay=0.1, fused=False),
    "sgd": lambda weights: torch.optim.SGD(weights, 0.01, momentum=0.9, weight_decay=0.1, fused=False),
}


def network():
    torch.manual_seed(3)
    layers = nn.Sequential(nn.Conv2d(3, 6, 3), nn.ReLU(), nn.Conv2d(6, 4, 2))
    return layers.to(memory_format=torch.channels_last)


def player(rule):
    settings = PlayerSettings(optimizer=rule, lr=0.01, schedule="constant", momentum=0.9, weight_decay=0.1)
    return Player(network(), settings, 9, Engine("cpu", "fp32"))


def learn(network, update, steps):
    """Take steps down the same losses, by ``update``, in the order of memory that a run uses."""
    for step in steps:
        images = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(step))
        network(images.to(memory_format=torch.channels_last)).square().sum().backward()
        update()


def plainly(rule, network, optimizer, steps):
    def update():
        optimizer.step()
        optimizer.zero_grad()

    learn(network, update, steps)


def assert_alike(one, other):
    for first, second in zip(one.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(first, second, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("rule", RULES)
def test_fused_updates_are_those_of_the_plain_rule(rule):
    fused, plain = player(rule), network()
    learn(fused.network, fused.update, range(5))
    plainly(rule, plain, RULES[rule](plain.parameters()), range(5))
    assert fused.optimizer.param_groups[0]["fused"] is True
    assert_alike(fused.network, plain)


@pytest.mark.parametrize("rule", RULES)
def test_a_state_that_was_saved_without_them_goes_on_with_fused_updates(rule):
    plain, resumed = network(), player(rule)
    optimizer = RULES[rule](plain.parameters())
    plainly(rule, plain, optimizer, range(3))
    resumed.network.load_state_dict(plain.state_dict())
    saved = copy.deepcopy(optimizer.state_dict())
    for kept in saved["state"].values():  # a checkpoint's tensors are contiguous
        kept.update({name: value.contiguous() for name, value in kept.items() if isinstance(value, torch.Tensor)})
    resumed.load_state_dict({"optimizer": saved, "scaler": {}, "num_updates_done": 3})
    assert resumed.optimizer.param_groups[0]["fused"] is True
    learn(resumed.network, resumed.update, range(3, 6))
    plainly(rule, plain, optimizer, range(3, 6))
    assert_alike(resumed.network, plain)


def test_the_norm_of_a_gradient_that_is_not_clipped_is_that_of_all_its_values():
    free = player("sgd")
    free.network(torch.ones(1, 3, 8, 8)).sum().backward()
    values = torch.cat([weight.grad.flatten() for weight in free.network.parameters()])
    assert free.update().item() == pytest.approx(values.norm().item(), rel=1e-5)
