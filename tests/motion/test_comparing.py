"""Comparing features, and blurring."""

import pytest
import torch
from torch.nn import functional as F

from vidpred.motion.comparing import AROUND, around, blur, correlate, highest_around, normalise


def test_features_are_compared_with_every_place_around_row_by_row():
    here = torch.zeros(1, 2, 3, 3)
    here[0, :, 1, 1] = torch.tensor([1.0, 3.0])
    there = torch.zeros(1, 2, 3, 3)
    there[0, :, 0, 2] = torch.tensor([5.0, 7.0])  # one up, one to the right
    alike = correlate(here, there, radius=1)
    assert alike.shape == (1, 9, 3, 3)
    assert alike[0, 2, 1, 1] == (1 * 5 + 3 * 7) / 2
    assert alike.count_nonzero() == 1


def test_normalised_features_have_a_mean_square_of_one():
    features = 5 * torch.randn(2, 4, 3, 3)
    torch.testing.assert_close(normalise(features).square().mean(dim=1), torch.ones(2, 3, 3))


def test_a_point_is_blurred_to_the_binomial_kernel_and_a_plain_is_not():
    point = torch.zeros(1, 1, 5, 5)
    point[0, 0, 2, 2] = 256
    expected = torch.outer(torch.tensor([1.0, 4, 6, 4, 1]), torch.tensor([1.0, 4, 6, 4, 1]))
    torch.testing.assert_close(blur(point)[0, 0], expected)
    torch.testing.assert_close(blur(torch.full((1, 3, 4, 6), 0.3)), torch.full((1, 3, 4, 6), 0.3))


def test_surroundings_are_a_square_whose_border_is_repeated():
    point = torch.zeros(1, 1, 40, 50)
    point[0, 0, 20, 0] = 1
    size = 2 * AROUND + 1
    averaged = around(point)[0, 0]
    assert (averaged[20 - AROUND : 21 + AROUND, 0] - (AROUND + 1) / size**2).abs().max() < 1e-7  # 9 times in each row
    assert (averaged[20, AROUND] - 1 / size**2).abs() < 1e-7
    assert averaged.count_nonzero() == size * (AROUND + 1)


@pytest.mark.parametrize("size", [(1, 1), (1, 5), (4, 7)])
def test_the_highest_around_is_that_of_max_pooling(size):
    maps = torch.randn(2, 3, *size)
    assert torch.equal(highest_around(maps), F.max_pool2d(maps, 3, stride=1, padding=1))
