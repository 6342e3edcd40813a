"""Spectral normalisation: a newly registered discriminator that offers it is tested without another line."""

import pytest
import torch
from torch import nn

from vidpred.discriminators import DISCRIMINATORS
from vidpred.frames.pyramid import build_pyramid

FACTS = {"num_frames": 5, "frame_channels": 3, "num_scales": 2, "height": 32, "width": 32}
SMALL = {"width_multiplier": 0.05, "hidden_channels": 8}


WITHOUT = {"noisy_dense"}  # whose weights have a length of their own


@pytest.fixture(params=sorted(set(DISCRIMINATORS) - WITHOUT))
def judge(request):
    taken = DISCRIMINATORS.signature(request.param)
    chosen = {"spectral_norm": True} if "spectral_norm" in taken else {"normalisation": "spectral"}
    return DISCRIMINATORS.build(request.param, {**FACTS, **SMALL}, **chosen).train()


@pytest.fixture
def clips():
    return build_pyramid(torch.rand(2, 5, 3, 32, 32) * 2 - 1, 2)


def test_keeps_the_largest_singular_value_of_every_layer_at_1(judge, clips):
    for _ in range(100):  # each pass improves the estimate
        with torch.no_grad():
            judge(clips)
    layers = [layer for layer in judge.modules() if isinstance(layer, nn.Conv2d | nn.Linear)]
    for layer in layers:
        assert torch.linalg.matrix_norm(layer.weight.flatten(1), ord=2).item() == pytest.approx(1, abs=0.03)
    assert len(layers) > 3


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_every_layer_learns_in_either_precision(judge, clips, precision):
    with torch.autocast("cpu", dtype=precision, enabled=precision != torch.float32):
        logits = judge(clips)
    sum(level.float().square().sum() for level in logits).backward()
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in judge.parameters())


def test_is_differentiable_twice_as_penalties_need_it(judge, clips):
    leaf = clips[-1].clone().requires_grad_()
    total = sum(level.sum() for level in judge([*clips[:-1], leaf]))
    (slope,) = torch.autograd.grad(total, leaf, create_graph=True)
    slope.square().sum().backward()
    steep = [weight.grad is not None and weight.grad.isfinite().all() for weight in judge.parameters()]
    assert sum(steep) > len(steep) / 2 - 1
