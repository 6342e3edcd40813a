"""Maps are put together for convolutions, and taken apart again, as PyTorch does it."""

import pytest
import torch
from torch.nn import functional as F

from vidpred.nn.folding import concatenate, shuffled, unshuffled


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_maps_are_unfolded_as_by_pixel_shuffle_channels_first(memory_format):
    maps = torch.randn(2, 12, 3, 5).contiguous(memory_format=memory_format)
    fine = shuffled(maps)
    assert torch.equal(fine, F.pixel_shuffle(maps, 2))
    assert fine.is_contiguous()


def test_numbers_of_half_precision_are_unfolded_in_single_precision():
    fine = shuffled(torch.ones(1, 4, 2, 2, dtype=torch.bfloat16))
    assert fine.dtype == torch.float32
    assert torch.equal(fine, torch.ones(1, 1, 4, 4))


def test_gradients_go_back_to_where_values_came_from():
    maps = torch.randn(1, 8, 2, 3, dtype=torch.float64, requires_grad=True)
    weights = torch.randn(1, 2, 4, 6)
    (shuffled(maps) * weights).sum().backward()
    assert torch.equal(maps.grad, F.pixel_unshuffle(weights, 2).double())


def test_maps_are_folded_as_by_pixel_unshuffle_beside_what_is_remembered():
    shown = [torch.randn(2, 3, 6, 4), torch.randn(2, 1, 6, 4)]
    memory = torch.randn(2, 5, 3, 2)
    maps = unshuffled(shown, memory)
    assert torch.equal(maps, torch.cat([*(F.pixel_unshuffle(each, 2) for each in shown), memory], dim=1))
    assert maps.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(concatenate(memory, memory), torch.cat([memory, memory], dim=1))
