"""Nearest images, and the figure that tells copies from drawings."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.exploration import memorisation, nearest, pixels


def normal(number, seed, channels=8):
    return torch.randn(number, channels, generator=torch.Generator().manual_seed(seed))


def test_the_nearest_are_those_of_a_search_one_by_one():
    queries, candidates = normal(300, 0), normal(50, 1)
    found = nearest(queries, candidates, 3)
    distances = (queries[:, None].double() - candidates.double()).square().sum(2).sqrt()
    expected = distances.argsort(1)[:, :3]
    assert torch.equal(found.indices, expected)
    torch.testing.assert_close(found.distances.double(), distances.gather(1, expected), rtol=1e-4, atol=1e-4)


def test_pixels_are_one_vector_per_image():
    assert pixels(torch.zeros(3, 2, 4, 5)).shape == (3, 40)


def test_draws_from_the_same_distribution_have_a_ratio_near_1():
    assert memorisation(normal(400, 0), normal(400, 1), normal(500, 2)).ratio == pytest.approx(1, abs=0.05)


def test_copies_have_a_ratio_near_0():
    training = normal(500, 2)
    copies = training[:100] + 0.01 * normal(100, 3)
    assert memorisation(copies, normal(400, 1), training).ratio < 0.05


def test_the_figure_is_the_ratio_of_the_medians():
    training = torch.tensor([[0.0], [10.0]])
    measured = memorisation(torch.tensor([[1.0], [9.0], [4.0]]), torch.tensor([[2.0], [2.0], [13.0]]), training)
    assert (measured.of_samples, measured.of_held_out, measured.ratio) == (1, 2, 0.5)


def test_what_cannot_be_measured_is_refused():
    training = normal(5, 0)
    with pytest.raises(VidpredError, match="the 6 nearest of 5 images"):
        nearest(training, training, 6)
    with pytest.raises(VidpredError, match="3 samples, 0 held-out and 5 training images"):
        memorisation(normal(3, 1), training[:0], training)
    with pytest.raises(VidpredError, match="held-out images are among the training images"):
        memorisation(normal(3, 1), training[:3], training)
