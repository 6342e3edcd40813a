"""A convolutional LSTM by hand, and what it looks at."""

import math

import pytest
import torch

from vidpred.predictors import ConvLSTM
from vidpred.predictors.convlstm import Cell
from vidpred.predictors.rollout.tiling import Tiled


def sigmoid(value):
    return 1 / (1 + math.exp(-value))


@pytest.fixture
def network():
    """Two frames of one channel, changes that are not negligible, in double precision."""
    network = ConvLSTM(2, 1, width_multiplier=0.25).double().eval()
    torch.nn.init.normal_(network.head.weight)
    return network


@torch.no_grad()
def test_two_steps_of_a_cell_of_one_place_are_those_of_an_lstm_by_hand():
    cell = Cell(1, 1)
    torch.nn.init.zeros_(cell.gates.weight)
    seen, told = torch.tensor([0.5, -0.4, 0.3, 0.9]), torch.tensor([0.2, 0.7, -0.6, 0.1])  # add, keep, tell, new
    cell.gates.weight[:, 0, 1, 1], cell.gates.weight[:, 1, 1, 1] = seen, told
    cell.gates.bias.copy_(torch.tensor([0.1, 1.0, -0.2, 0.05]))

    first = cell(torch.full((1, 1, 1, 1), 2.0))
    remembered = sigmoid(1.1) * math.tanh(1.85)
    output = sigmoid(0.4) * math.tanh(remembered)
    assert [float(part) for part in first] == pytest.approx([output, remembered])

    second = cell(torch.full((1, 1, 1, 1), -1.0), first)
    add, keep, tell = sigmoid(-0.4 + 0.2 * output), sigmoid(1.4 + 0.7 * output), sigmoid(-0.5 - 0.6 * output)
    remembered = keep * remembered + add * math.tanh(-0.85 + 0.1 * output)
    assert [float(part) for part in second] == pytest.approx([tell * math.tanh(remembered), remembered])


@torch.no_grad()
def test_a_cell_is_torchs_lstm_where_frames_are_one_pixel():
    cell, torchs = Cell(3, 5), torch.nn.LSTMCell(3, 5)  # whose gates come as: add, keep, new, tell
    kernel, bias = cell.gates.weight[:, :, 1, 1], cell.gates.bias
    order = [*range(10), *range(15, 20), *range(10, 15)]
    torchs.weight_ih.copy_(kernel[order, :3])
    torchs.weight_hh.copy_(kernel[order, 3:])
    torchs.bias_ih.copy_(bias[order])
    torchs.bias_hh.zero_()
    state, expected = None, None
    for maps in torch.randn(4, 2, 3):
        state, expected = cell(maps[..., None, None], state), torchs(maps, expected)
    for part, other in zip(state, expected, strict=True):
        torch.testing.assert_close(part[..., 0, 0], other)


@torch.no_grad()
def test_what_is_remembered_stays_precise_in_mixed_precision():
    cell = Cell(1, 2).bfloat16()
    told, remembered = cell(torch.randn(1, 1, 4, 4).bfloat16())
    assert (told.dtype, remembered.dtype) == (torch.bfloat16, torch.float32)


@torch.no_grad()
def test_every_frame_counts_and_so_does_their_order(network):
    context = torch.rand(1, 2, 1, 16, 16, dtype=torch.float64) * 2 - 1
    change = network(context)[-1] - context[:, -1:]
    other_first = torch.cat([-context[:, :1], context[:, 1:]], dim=1)
    assert (network(other_first)[-1] - context[:, -1:] - change).abs().max() > 1e-4
    swapped = context.flip(1)
    assert (network(swapped)[-1] - swapped[:, -1:] - change).abs().max() > 1e-4


@torch.no_grad()
@pytest.mark.parametrize("size", [(101, 263), (150, 131), (331, 45)], ids=str)
def test_tiles_are_exact(network, size):
    context = torch.rand(1, 2, 1, *size, dtype=torch.float64) * 2 - 1
    tiled = Tiled(network, 101 * 120)(context)[-1]
    torch.testing.assert_close(tiled, network(context)[-1], atol=1e-12, rtol=0)


@pytest.mark.parametrize("frames", [1, 2, 5])
def test_it_sees_to_the_edge_of_its_receptive_field_and_no_further(frames):
    network, side, middle = ConvLSTM(frames, 1, width_multiplier=0.25).double().eval(), 129, 64
    for weight in network.parameters():
        torch.nn.init.uniform_(weight, 0.001, 0.05)  # so that nothing cancels
    context = torch.zeros(1, frames, 1, side, side, dtype=torch.float64, requires_grad=True)
    network(context)[-1][..., middle, middle].sum().backward()
    rows = context.grad.flatten(0, 2).any(dim=0).any(dim=1).nonzero().flatten()
    reach = max(middle - int(rows[0]), int(rows[-1]) - middle)
    assert network.receptive_radius - 8 <= reach <= network.receptive_radius
