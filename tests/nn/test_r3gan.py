"""The layers of R3GAN: the filters against numpy, the blocks against what they should begin as."""

import numpy as np
import pytest
import torch
from scipy.ndimage import convolve

from vidpred.discriminators import ResidualDiscriminator
from vidpred.generators import ResidualGenerator
from vidpred.nn.r3gan import Doubled, Halved, ResidualBlock, scaled, width_at

KERNEL = np.outer([1, 2, 1], [1, 2, 1]) / 16


def test_halving_smooths_by_1_2_1_and_takes_every_other_pixel():
    maps = np.random.default_rng(0).normal(size=(8, 8))
    expected = convolve(maps, KERNEL, mode="constant")[::2, ::2]
    np.testing.assert_allclose(Halved(8).double()(torch.tensor(maps)[None, None])[0, 0], expected)


def test_doubling_interpolates_between_neighbours():
    maps = np.random.default_rng(0).normal(size=(4, 4))
    spread = np.zeros((8, 8))
    spread[::2, ::2] = maps
    expected = convolve(spread, 4 * KERNEL, mode="constant")
    np.testing.assert_allclose(Doubled(4).double()(torch.tensor(maps)[None, None])[0, 0], expected)


@pytest.mark.parametrize("layer", [Doubled(4), Halved(4)], ids=["doubled", "halved"])
def test_channels_do_not_mix(layer):
    maps = torch.randn(2, 3, 4, 4)
    changed = maps.clone()
    changed[:, 1] += 1
    different = (layer(maps) != layer(changed)).flatten(2).any(dim=2)
    assert different.tolist() == [[False, True, False]] * 2


@pytest.mark.parametrize("layer", [Doubled(4), Halved(4)], ids=["doubled", "halved"])
def test_planes_may_lie_in_memory_either_way(layer):
    maps = torch.randn(2, 3, 4, 4)
    beside = layer(maps.contiguous(memory_format=torch.channels_last))
    assert beside.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(beside, layer(maps))


@pytest.mark.parametrize("layer", [Doubled(4), Halved(4)], ids=["doubled", "halved"])
def test_filters_are_no_part_of_a_checkpoint(layer):
    assert not layer.state_dict()


def test_a_block_begins_as_nothing():
    maps = torch.randn(2, 16, 8, 8)
    assert torch.equal(ResidualBlock(16, num_blocks=4)(maps), maps)


def test_a_block_is_three_convolutions_and_two_leaky_relus_down_to_the_gradient_of_its_slope():
    block = ResidualBlock(16, num_blocks=4).double()
    for weight in block.parameters():
        torch.nn.init.normal_(weight, std=0.3)

    def plain(maps):
        wide = torch.nn.functional.leaky_relu(block.expand(maps) + block.first_bias, 0.2)
        wide = torch.nn.functional.leaky_relu(block.mix(wide) + block.second_bias, 0.2)
        return maps + block.reduce(wide)

    maps = torch.randn(2, 16, 4, 4, dtype=torch.float64, requires_grad=True)
    found = []
    for function in (block, plain):
        answer = function(maps)
        (slope,) = torch.autograd.grad(answer.square().sum(), maps, create_graph=True)
        steepness = torch.autograd.grad(slope.square().sum(), list(block.parameters()))
        found.append([answer, slope, *steepness])
    torch.testing.assert_close(*found)


def test_a_block_learns_to_be_something():
    block, maps = ResidualBlock(16, num_blocks=4), torch.randn(2, 16, 8, 8)
    block(maps).square().sum().backward()
    assert block.reduce.weight.grad.abs().sum() > 0


def test_first_weights_keep_the_variance():
    layer = scaled(torch.nn.Linear(400, 300, bias=False))
    assert layer(torch.randn(500, 400)).std().item() == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize(("side", "width"), [(4, 96), (32, 96), (64, 48), (128, 24), (256, 16), (512, 8), (1024, 8)])
def test_widths_halve_above_32_pixels_in_multiples_of_8(side, width):
    assert width_at(side, 96, widest_up_to=32) == width


def test_a_bounded_generator_reaches_black_and_white_and_nothing_beyond():
    networks = {}
    for output in ("linear", "clipped"):
        torch.manual_seed(0)
        networks[output] = ResidualGenerator(8, 16, 16, hidden_channels=16, output=output)
    noise = 10 * torch.randn(4, 8)
    linear, bounded = (networks[output](noise)[-1] for output in ("linear", "clipped"))
    assert linear.abs().max() > 1
    assert torch.equal(bounded, linear.clamp(-1, 1))


@pytest.mark.parametrize(("side", "width"), [(4, 160), (8, 56), (16, 16), (32, 8), (64, 8)])
def test_widths_can_fall_faster(side, width):
    assert width_at(side, 160, widest_up_to=4, narrowing=3) == width


@pytest.mark.parametrize("player", [ResidualGenerator, ResidualDiscriminator])
def test_cost_can_be_spread_over_all_resolutions(player):
    noise = {"latent_channels": 8} if player is ResidualGenerator else {}
    network = player(**noise, height=32, width=32, hidden_channels=64, num_blocks=1, widest_up_to=4)
    widths = [block.reduce.out_channels for block in network.modules() if isinstance(block, ResidualBlock)]
    assert sorted(widths) == [8, 16, 32, 64]
