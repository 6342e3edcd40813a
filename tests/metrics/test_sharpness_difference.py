"""Sharpness difference against hand-made frames and a plain loop over pixels."""

import math

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics import sharpness_difference


def by_loop(prediction, target):
    """The formula for one frame (C, H, W), pixel by pixel, in double precision."""
    channels, height, width = target.shape
    lost = 0.0
    for c in range(channels):
        p, t = prediction[c].tolist(), target[c].tolist()
        for i in range(1, height - 1):
            for j in range(1, width - 1):
                lost += abs(abs(t[i][j] - t[i][j - 1]) - abs(p[i][j] - p[i][j - 1]))
                lost += abs(abs(t[i][j] - t[i - 1][j]) - abs(p[i][j] - p[i - 1][j]))
    mean = lost / (channels * (height - 2) * (width - 2))
    return 10 * math.log10(255**2 / (128**2 * mean))


@pytest.mark.parametrize("shape", [(1, 3, 3), (3, 9, 12), (2, 16, 5)], ids=str)
def test_it_is_the_formula_pixel_by_pixel(shape):
    prediction, target = torch.rand(2, 1, 2, *shape) * 2 - 1
    scores = sharpness_difference(prediction, target)
    for time in range(2):
        expected = by_loop(prediction[0, time], target[0, time])
        assert scores[0, time].item() == pytest.approx(expected, abs=1e-5)


def test_a_lost_ramp_costs_its_slope():
    ramp = torch.linspace(-1, 1, 21).expand(1, 1, 1, 9, 21)  # one tenth per pixel, in one direction
    expected = 10 * math.log10((255 / 128) ** 2 / 0.1)
    assert sharpness_difference(ramp * 0, ramp).item() == pytest.approx(expected, abs=1e-5)
    assert sharpness_difference(ramp.mT * 0, ramp.mT).item() == pytest.approx(expected, abs=1e-5)


def test_an_edge_turned_by_a_right_angle_is_wrong_in_both_directions():
    ramp = torch.linspace(-1, 1, 21).expand(1, 1, 1, 21, 21)
    expected = 10 * math.log10((255 / 128) ** 2 / 0.2)
    assert sharpness_difference(ramp.mT, ramp).item() == pytest.approx(expected, abs=1e-5)


def test_brightness_does_not_matter():
    frames = torch.rand(1, 1, 3, 8, 8, dtype=torch.float64) / 2
    assert sharpness_difference(frames + 0.25, frames).item() == 100


def test_frames_without_an_inside_are_refused():
    frames = torch.rand(1, 1, 3, 2, 8)
    with pytest.raises(VidpredError, match=r"2 x 8 are too small .* at least 3 x 3"):
        sharpness_difference(frames, frames)
