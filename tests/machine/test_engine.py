import random
from copy import deepcopy

import numpy as np
import pytest
import torch
from torch.nn.utils.parametrizations import spectral_norm

from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine, frozen
from vidpred.runs.build import build_trainer
from vidpred.runs.networks import build_task


def test_half_precision_on_a_cpu_is_refused():
    with pytest.raises(VidpredError, match="fp16 is over a thousand times slower"):
        Engine("cpu", "fp16")


@pytest.mark.parametrize("device", ["cuda", "cuda:7", "tpu", "nonsense"])
def test_a_device_that_is_not_there_is_refused_by_name(device, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(VidpredError, match=device):
        Engine(device)


def test_auto_precision_is_what_the_processor_computes():
    has_bf16 = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    assert Engine("cpu", "auto").dtype == (torch.bfloat16 if has_bf16 else torch.float32)


def test_a_steps_random_numbers_depend_on_seed_and_step_alone():
    def drawn(seed, step):
        Engine("cpu").seed_step(seed, step)
        return torch.rand(1).item(), float(np.random.rand()), random.random()

    first = drawn(0, 7)
    torch.rand(5)
    assert drawn(0, 7) == first
    assert all(a != b for a, b in zip(drawn(0, 8), first, strict=True))
    assert all(a != b for a, b in zip(drawn(1, 7), first, strict=True))


def test_autocast_computes_convolutions_in_the_chosen_format():
    convolution = torch.nn.Conv2d(1, 1, 1)
    with Engine("cpu", "bf16").autocast():
        assert convolution(torch.ones(1, 1, 2, 2)).dtype == torch.bfloat16
    with Engine("cpu", "fp32").autocast():
        assert convolution(torch.ones(1, 1, 2, 2)).dtype == torch.float32


@pytest.mark.parametrize(("settings", "compiled"), [([], True), (["objective.penalties={r1: 1}"], False)])
def test_a_discriminator_whose_gradient_is_differentiated_again_is_not_compiled(
    small_config, settings, compiled, monkeypatch
):
    monkeypatch.setattr(torch, "compile", lambda call: call)  # whose import takes longer than all other tests here
    config = small_config(*settings)
    task = build_task(config)
    facts = {"height": 16, "width": 16, "frame_channels": 3, "num_clips": 8, **task.facts}
    trainer = build_trainer(config, task, facts, Engine("cpu", compile_networks=True))
    assert trainer.generator.network._compiled_call_impl is not None
    assert (trainer.adversary.player.network._compiled_call_impl is not None) is compiled


def test_convolutions_over_time_are_placed_and_learn_as_others_do():
    layers = torch.nn.Sequential(torch.nn.Conv3d(3, 2, 3), torch.nn.Flatten(1, 2), torch.nn.Conv2d(2, 1, 3))
    weights = [value.clone() for value in layers.parameters()]
    placed = Engine("cpu", "fp32", channels_last=True).place(layers)
    assert all(torch.equal(*pair) for pair in zip(placed.parameters(), weights, strict=True))
    placed(torch.ones(1, 3, 3, 8, 8)).sum().backward()
    assert all(value.grad is not None for value in placed.parameters())


def test_frozen_weights_are_normalised_once_and_pass_gradients_on():
    torch.manual_seed(0)
    network, clips = spectral_norm(torch.nn.Linear(4, 4)), torch.rand(2, 4, requires_grad=True)
    once = deepcopy(network)
    once(clips)  # an iteration of the power method
    with frozen(network):
        with torch.no_grad():
            network(clips)
        network(clips).sum().backward()
    for mine, wanted in zip(network.buffers(), once.buffers(), strict=True):
        torch.testing.assert_close(mine, wanted)
    assert clips.grad.abs().sum() > 0
    assert all(weight.grad is None for weight in network.parameters())
    assert network(clips).requires_grad, "the weights learn again"
