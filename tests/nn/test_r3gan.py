"""The layers of R3GAN: the filters against numpy, the blocks against what they should begin as."""

import numpy as np
import pytest
import torch
from scipy.ndimage import convolve

from vidpred.discriminators import ResidualDiscriminator
from vidpred.generators import ResidualGenerator
from vidpred.nn.r3gan import Doubled, Halved, ResidualBlock, scaled, width_at
from vidpred.runs.checkpoint import load_weights

KERNEL = torch.tensor(np.outer([1, 3, 3, 1], [1, 3, 3, 1]) / 64)[None, None]


def test_halving_is_that_of_the_authors():
    maps = torch.randn(2, 1, 8, 8, dtype=torch.float64)
    expected = torch.nn.functional.conv2d(maps, KERNEL, stride=2, padding=1)
    torch.testing.assert_close(Halved(8).double()(maps), expected)


def test_doubling_is_that_of_the_authors():
    maps = torch.randn(2, 1, 4, 4, dtype=torch.float64)
    expected = torch.nn.functional.conv_transpose2d(maps, 4 * KERNEL, stride=2, padding=1)
    torch.testing.assert_close(Doubled(4).double()(maps), expected)


def test_a_row_is_interpolated_by_hand_and_its_ends_alike():
    row = torch.tensor([4.0, 8.0, 8.0, 4.0])
    weights = Doubled(4).matrix
    assert (weights @ row).tolist() == [3, 5, 7, 8, 8, 7, 5, 3]
    assert (Halved(4).matrix @ row).tolist() == [5.5, 5.5]


@pytest.mark.parametrize("layer", [Doubled(4), Halved(4)], ids=["doubled", "halved"])
def test_mirrored_maps_are_mirrored_afterwards(layer):
    maps = torch.randn(1, 2, 4, 4)
    torch.testing.assert_close(layer(maps.flip(2, 3)), layer(maps).flip(2, 3))


def test_weights_from_before_keep_the_filter_that_they_were_trained_with():
    network, before = (ResidualGenerator(8, 16, 16, hidden_channels=16) for _ in range(2))
    weights = {name: weight for name, weight in before.state_dict().items() if not name.endswith("taps")}
    assert len(weights) < len(before.state_dict())
    load_weights(network, weights)
    resampling = [layer for layer in network.modules() if isinstance(layer, Doubled)]
    spread = torch.zeros(4, 8)
    spread[:, ::2] = torch.eye(4)
    expected = convolve(spread.numpy(), np.array([[0.5, 1, 0.5]]), mode="constant").T
    np.testing.assert_array_equal(resampling[0].matrix, expected)
    again = ResidualGenerator(8, 16, 16, hidden_channels=16)
    load_weights(again, network.state_dict())  # a checkpoint of today says which filter it is
    noise = torch.randn(2, 8)
    assert torch.equal(again(noise)[-1], network(noise)[-1])
    load_weights(before, before.state_dict())
    assert not torch.equal(before(noise)[-1], network(noise)[-1])


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
def test_a_checkpoint_holds_the_filter_and_no_matrix(layer):
    assert {name: value.tolist() for name, value in layer.state_dict().items()} == {
        "taps": [0.125, 0.375, 0.375, 0.125]
    }


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
