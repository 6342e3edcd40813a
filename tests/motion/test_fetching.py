"""Fetching along motion without a fixed size, comparing features, and blurring."""

import torch

from vidpred.motion.fetching import blur, correlate, fetch, fetch_each, normalise
from vidpred.motion.flow import warp


def test_fetches_what_warping_fetches():
    torch.manual_seed(0)
    frames, flow = torch.rand(2, 3, 7, 9), 4 * torch.randn(2, 2, 7, 9)
    torch.testing.assert_close(fetch(frames, flow), warp(frames, flow), atol=1e-5, rtol=0)


def test_one_pixel_to_the_right_is_the_next_column_and_outside_repeats_or_mirrors():
    row = torch.tensor([1.0, 2.0, 4.0, 8.0]).view(1, 1, 1, 4)
    right = torch.tensor([1.0, 0.0]).view(1, 2, 1, 1).expand(1, 2, 1, 4)
    assert fetch(row, right).flatten().tolist() == [2, 4, 8, 8]
    torch.testing.assert_close(
        fetch(row, right, outside="reflection").flatten(), torch.tensor([2.0, 4.0, 8.0, 4.0]), atol=1e-5, rtol=0
    )


def test_every_frame_goes_along_its_own_flow():
    frames = torch.arange(8.0).view(1, 2, 1, 1, 4)
    flows = torch.zeros(1, 2, 2, 1, 4)
    flows[:, 1, 0] = -1
    assert fetch_each(frames, flows).flatten().tolist() == [0, 1, 2, 3, 4, 4, 5, 6]


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
