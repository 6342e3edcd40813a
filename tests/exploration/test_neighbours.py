"""Nearest images, and the figure that tells copies from drawings."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.exploration import memorisation, nearest, pixels


def normal(number, seed, channels=8):
    return torch.randn(number, channels, generator=torch.Generator().manual_seed(seed))


def distances_to(training, images):
    return nearest(images, [training]).distances[:, 0]


def test_the_nearest_are_those_of_a_search_one_by_one_however_the_candidates_come():
    queries, candidates = normal(1100, 0), normal(50, 1)  # queries come in parts of 500
    distances = (queries[:, None].double() - candidates.double()).square().sum(2).sqrt()
    expected = distances.argsort(1)[:, :3]
    for parts in ([candidates], candidates.split(7), candidates.split(1)):
        found = nearest(queries, parts, 3)
        assert torch.equal(found.indices, expected)
        torch.testing.assert_close(found.distances.double(), distances.gather(1, expected), rtol=1e-4, atol=1e-4)


def test_copies_have_no_distance():
    images = 100 + normal(200, 0, channels=500)
    assert nearest(images, [images]).distances.abs().max() == 0


def test_there_are_no_more_neighbours_than_candidates():
    assert nearest(normal(4, 0), [normal(2, 1)], 9).indices.sort(1).values.tolist() == [[0, 1]] * 4


def test_pixels_are_one_vector_per_image():
    assert pixels(torch.zeros(3, 2, 4, 5)).shape == (3, 40)


def test_draws_from_the_same_distribution_have_a_ratio_near_1():
    samples, held_out = (distances_to(normal(500, 2), normal(400, seed)) for seed in (0, 1))
    assert memorisation(samples, held_out).ratio == pytest.approx(1, abs=0.05)


def test_copies_have_a_ratio_near_0():
    training = normal(500, 2)
    copies = training[:100] + 0.01 * normal(100, 3)
    assert memorisation(distances_to(training, copies), distances_to(training, normal(400, 1))).ratio < 0.05


def test_the_figure_is_the_ratio_of_the_medians():
    measured = memorisation(torch.tensor([1.0, 1.0, 4.0]), torch.tensor([2.0, 2.0, 3.0]))
    assert (measured.of_samples, measured.of_held_out, measured.ratio) == (1, 2, 0.5)


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(VidpredError, match="the 0 nearest images"):
        nearest(normal(5, 0), [normal(5, 0)], 0)
    with pytest.raises(VidpredError, match="there are no images to search"):
        nearest(normal(5, 0), [])
    with pytest.raises(VidpredError, match="held-out images are among the training images"):
        memorisation(torch.ones(3), torch.zeros(3))
