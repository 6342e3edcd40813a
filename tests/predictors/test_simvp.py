"""SimVP: what its parts compute, and what they look at."""

import os
import subprocess
import sys

import pytest
import torch
from torch.nn import functional as F

from vidpred.predictors import SimVP
from vidpred.predictors.simvp import Attention, Block, Layer


@torch.no_grad()
def test_a_layer_doubles_the_size_by_shuffling_channels_into_pixels():
    layer = Layer(1, 4, doubled=True)
    torch.nn.init.zeros_(layer.convolution.weight)
    layer.convolution.bias.copy_(torch.arange(16.0))  # the four pixels of channel k are 4 k, 4 k + 1, 4 k + 2, 4 k + 3
    maps = layer(torch.zeros(1, 1, 2, 3))
    assert maps.shape == (1, 4, 4, 6)
    first, second = torch.arange(8.0), torch.arange(8.0, 16.0)  # a group of two channels each
    for group, values in enumerate((first, second)):
        expected = F.silu((values - values.mean()) / (values.var(correction=0) + 1e-5).sqrt()).view(2, 2, 2)
        torch.testing.assert_close(maps[0, 2 * group : 2 * group + 2, :2, :2], expected)


@torch.no_grad()
def test_attention_reaches_eleven_places_and_gates():
    attention = Attention(2)
    for weight in attention.parameters():
        torch.nn.init.uniform_(weight, 0.02, 0.1)
    maps = torch.zeros(1, 2, 41, 41)
    before = attention(maps)
    maps[..., 20, 20] = 1.0
    rows = (attention(maps) != before).any(dim=1)[0].any(dim=1).nonzero().flatten()
    assert (int(rows[0]), int(rows[-1])) == (20 - 11, 20 + 11)
    attention.mix.bias[2:] = -200.0  # the gates shut
    torch.testing.assert_close(attention(maps), attention.leave.bias.view(1, 2, 1, 1).expand_as(maps))


@torch.no_grad()
def test_a_block_adds_little_before_training_and_nothing_without_its_scales():
    block, maps = Block(8), torch.randn(2, 8, 12, 12)
    assert 0 < (block(maps) - maps).abs().max() < 0.2
    block.scales.zero_()
    assert torch.equal(block(maps), maps)


@torch.no_grad()
def test_every_frame_counts_and_so_does_their_order():
    network = SimVP(3, 1, width_multiplier=0.25).eval()
    torch.nn.init.normal_(network.head.weight)
    context = torch.rand(1, 3, 1, 16, 16) * 2 - 1
    expected = network(context)[-1]
    for frame in range(2):
        other = context.clone()
        other[:, frame] *= -1
        assert (network(other)[-1] - expected).abs().max() > 1e-4
    assert (network(context[:, [1, 0, 2]])[-1] - expected).abs().max() > 1e-4


@pytest.mark.parametrize("multiplier", [0.001, 0.1, 0.3])
def test_narrow_networks_keep_groups_of_two_channels(multiplier):
    network = SimVP(2, 3, width_multiplier=multiplier).train()
    assert network(torch.rand(1, 2, 3, 1, 1))[-1].isfinite().all()
    widths = {each.num_channels for each in network.modules() if isinstance(each, torch.nn.GroupNorm)}
    assert all(width % 2 == 0 and width >= 4 for width in widths)


def test_the_translator_has_as_many_blocks_as_asked():
    assert sum(isinstance(part, Block) for part in SimVP(num_blocks=3).translator) == 3


GRADIENT = """
import torch
from vidpred.predictors.simvp import Attention
torch.manual_seed(0)
attention, maps = Attention(64).to(memory_format=torch.channels_last), torch.randn(8, 64, 32, 32)
maps = maps.to(memory_format=torch.channels_last)
gradients = []
for mixed in (False, True):
    attention.zero_grad()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=mixed):
        seen = attention(maps)
    seen.float().square().mean().backward()
    gradients.append(attention.far.weight.grad.clone())
single, mixed = gradients
print(float((mixed - single).norm() / single.norm()))
"""


def test_in_mixed_precision_the_gradient_of_the_wide_kernel_is_right_whatever_memory_held_before():
    """The C library fills memory with large numbers before it is used."""
    environment = {**os.environ, "MALLOC_PERTURB_": "128"}
    ended = subprocess.run(
        [sys.executable, "-c", GRADIENT], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert float(ended.stdout) < 0.05
