"""What lies between images: arcs of the right length, and a walk whose every point is a draw."""

import math

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.exploration.interpolation import closed_curve, interpolate, slerp, walk
from vidpred.generators.sampling import draw_noise, sample


def test_an_arc_between_two_axes_has_equal_angles():
    points = slerp(torch.tensor([[2.0, 0.0]]), torch.tensor([[0.0, 2.0]]), torch.linspace(0, 1, 4))[0]
    angles = torch.tensor([0.0, math.pi / 6, math.pi / 3, math.pi / 2])
    torch.testing.assert_close(points, 2 * torch.stack([angles.cos(), angles.sin()], dim=1))


def test_an_arc_keeps_the_length_that_its_ends_share():
    ends = torch.nn.functional.normalize(torch.randn(2, 5, 9, generator=torch.Generator().manual_seed(0)), dim=2)
    lengths = slerp(ends[0], ends[1], torch.linspace(0, 1, 7)).norm(dim=2)
    torch.testing.assert_close(lengths, torch.ones(5, 7))


@pytest.mark.parametrize("factor", [1.0, 3.0])
def test_between_parallel_vectors_the_arc_is_a_line(factor):
    first = torch.tensor([[1.0, 2.0, 3.0]])
    points = slerp(first, factor * first, torch.tensor([0.0, 0.5, 1.0]))[0]
    torch.testing.assert_close(
        points, first * torch.tensor([1.0, (1 + factor) / 2, factor])[:, None], rtol=1e-3, atol=0
    )


def test_rows_begin_with_the_samples_of_the_seed_and_end_with_the_next(generator):
    rows = interpolate(generator, num_rows=3, num_steps=4, seed=5)
    samples = sample(generator, 3, seed=5)
    assert rows.shape == (3, 4, 2, 4, 4)
    torch.testing.assert_close(rows[:, 0], samples)
    torch.testing.assert_close(rows[:, -1], samples.roll(-1, 0))


def test_a_row_keeps_its_class(linear):
    generator = linear(num_classes=2)
    rows = interpolate(generator, num_rows=2, num_steps=3)
    torch.testing.assert_close(rows[1, 0], sample(generator, 2)[1])
    torch.testing.assert_close(rows[0, -1], sample(generator, 2, labels=0)[1])
    torch.testing.assert_close(interpolate(generator, 1, 2, label=1)[0], sample(generator, 2, labels=1))


@pytest.mark.parametrize("count", [3, 4, 7, 8])
def test_a_closed_curve_passes_through_its_points_in_turn(count):
    points = torch.randn(count, 5, generator=torch.Generator().manual_seed(count))
    torch.testing.assert_close(closed_curve(points, 6 * count)[::6], points)


@pytest.mark.parametrize("count", [5, 8])
def test_every_point_of_a_closed_curve_is_a_standard_normal_draw(count):
    weights = closed_curve(torch.eye(count, dtype=torch.float64), 50)
    torch.testing.assert_close(weights.square().sum(1), torch.ones(50, dtype=torch.float64))


@pytest.mark.parametrize("count", [5, 8])
def test_a_closed_curve_has_no_corner(count):
    """The step from one point to the next changes little: ten times less at ten times as many points."""
    points = torch.randn(count, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    turns = []
    for number in (500, 5000):
        curve = closed_curve(points, number)
        steps = (curve.roll(-1, 0) - curve) * number
        turns.append(float((steps.roll(-1, 0) - steps).norm(dim=1).max()))
    assert turns[1] == pytest.approx(turns[0] / 10, rel=0.05)


def test_a_walk_shows_one_class(linear):
    film = walk(linear(num_classes=3), num_points=3, num_frames=6, seed=1, label=2)
    assert film.shape == (6, 2, 4, 4)
    np.testing.assert_allclose(film[::2], sample(linear(num_classes=3), 3, seed=1, labels=2), atol=1e-5)


@pytest.mark.parametrize(
    ("function", "numbers", "reason"),
    [
        (interpolate, (0, 5), "0 rows of 5 images"),
        (interpolate, (2, 1), "2 rows of 1 image cannot"),
        (walk, (2, 9), "through 2 points"),
        (interpolate, (2, 10**30), "more than any computer"),
        (interpolate, (10**15, 5), "noise for 1000000000000000 im"),
    ],
)
def test_what_leads_nowhere_is_refused(generator, function, numbers, reason):
    with pytest.raises(VidpredError, match=reason):
        function(generator, *numbers)


def test_one_row_leads_to_the_second_noise(generator):
    end = interpolate(generator, 1, 2, seed=3)[0, -1]
    torch.testing.assert_close(end, generator(draw_noise(6, 2, 3)[1:])[-1][0, 0])
