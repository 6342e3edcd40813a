"""The gradient difference loss against numbers worked out by hand and a plain loop."""

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.losses import gradient_difference

EDGE = torch.tensor([[0.0, 1.0], [0.0, 1.0]])  # one vertical edge of strength 1
BLUR = torch.full((2, 2), 0.5)  # the compromise that a pixel loss settles for


def by_loop(prediction, target, alpha):
    """Both sums of the paper, pixel by pixel, each divided by its number of neighbours."""
    height, width = target.shape
    vertical = [
        abs(abs(target[i, j] - target[i - 1, j]) - abs(prediction[i, j] - prediction[i - 1, j])) ** alpha
        for i in range(1, height)
        for j in range(width)
    ]
    horizontal = [
        abs(abs(target[i, j - 1] - target[i, j]) - abs(prediction[i, j - 1] - prediction[i, j])) ** alpha
        for i in range(height)
        for j in range(1, width)
    ]
    return sum(vertical) / len(vertical) + sum(horizontal) / len(horizontal)


def test_blur_costs_the_strength_of_the_lost_edge():
    assert gradient_difference(BLUR, EDGE) == 1.0


@pytest.mark.parametrize(("alpha", "expected"), [(1, 0.75), (2, 0.5625)])
def test_alpha_is_the_exponent_on_the_difference(alpha, expected):
    assert gradient_difference(EDGE / 4, EDGE, alpha) == expected


def test_brightness_and_direction_are_left_to_the_pixel_loss():
    assert gradient_difference(EDGE + 0.25, EDGE) == 0
    assert gradient_difference(EDGE.flip(1), EDGE) == 0


def test_opposite_borders_are_no_neighbours():
    ramp = torch.tensor([[0.0, 1.0, 2.0]])
    assert gradient_difference(ramp, ramp * 0) == 1  # a wrapped difference of 2 would raise the mean


@pytest.mark.parametrize("alpha", [1, 1.5, 2])
def test_it_is_the_papers_sum_per_neighbour(alpha):
    prediction, target = torch.rand(2, 6, 9, dtype=torch.float64) * 2 - 1
    expected = by_loop(prediction, target, alpha).item()
    assert gradient_difference(prediction, target, alpha).item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("alpha", [1.0, 2.0])
def test_the_gradient_is_exact(alpha):
    prediction = torch.rand(1, 2, 3, 4, 4, dtype=torch.float64, requires_grad=True)
    target = torch.rand(1, 2, 3, 4, 4, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda p: gradient_difference(p, target, alpha), prediction)


@pytest.mark.parametrize("alpha", [0.5, 0, -1, float("nan")])
def test_an_exponent_with_infinite_gradients_is_refused(alpha):
    with pytest.raises(VidpredError, match=r"alpha .* is .* at least 1"):
        gradient_difference(EDGE, EDGE, alpha)
