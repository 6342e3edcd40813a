"""Edge strength against a plain loop, and against waves and lines whose blur can be computed by hand."""

import math

import pytest
import torch
from scipy.ndimage import gaussian_filter

from vidpred.errors import VidpredError
from vidpred.metrics import edge_strength
from vidpred.metrics.metric import HIGHEST_RATIO


def waves(height, width, down, across):
    """A frame (1, 1, 1, H, W) of one sine with a whole number of periods in either direction."""
    y, x = torch.arange(height).double()[:, None] / height, torch.arange(width).double() / width
    return (torch.sin(2 * math.pi * (down * y + across * x) + 0.3) / 2).reshape(1, 1, 1, height, width)


def blurred(frames, sigma):
    """Convolve frames that repeat beyond their borders with a Gaussian."""
    kept = gaussian_filter(frames.numpy(), (0, 0, 0, sigma, sigma), mode="wrap", truncate=8)
    return torch.from_numpy(kept)


def mean_gradient(frame):
    """The mean gradient magnitude of one frame (C, H, W) inside a border of one pixel, by a loop."""
    channels, height, width = frame.shape
    places = [(i, j) for i in range(1, height - 1) for j in range(1, width - 1)]
    rows = frame.tolist()
    found = [math.hypot(v[i][j] - v[i - 1][j], v[i][j] - v[i][j - 1]) for v in rows for i, j in places]
    assert len(found) == channels * (height - 2) * (width - 2)
    return sum(found) / len(found)


@pytest.mark.parametrize("shape", [(1, 3, 3), (3, 9, 12), (2, 16, 5)], ids=str)
def test_it_is_the_ratio_of_mean_gradients_pixel_by_pixel(shape):
    prediction, target = torch.rand(2, 1, 2, *shape, dtype=torch.float64) * 2 - 1
    scores = edge_strength(prediction, target)
    for time in range(2):
        expected = mean_gradient(prediction[0, time]) / mean_gradient(target[0, time])
        assert scores[0, time].item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("sigma", [1.0, 1.5, 2.5])
@pytest.mark.parametrize(("down", "across"), [(0, 5), (3, 0), (2, 4), (1, -3)])
def test_a_blurred_wave_keeps_what_a_gaussian_leaves_of_its_frequency(sigma, down, across):
    """A Gaussian of deviation s multiplies a wave of f cycles per pixel by exp(-2 pi^2 s^2 f^2)."""
    sharp = waves(33, 40, down, across)
    expected = math.exp(-2 * math.pi**2 * sigma**2 * ((down / 33) ** 2 + (across / 40) ** 2))
    assert edge_strength(blurred(sharp, sigma), sharp).item() == pytest.approx(expected, rel=1e-5)


def test_the_mean_of_four_futures_of_a_line_has_a_quarter_of_its_strength():
    """A line that may be at any of four columns: their mean is a band of all four, of a quarter of the contrast."""
    line = torch.full((1, 1, 1, 16, 16), -1.0)
    line[..., 5] = 1
    mean = torch.stack([line.roll(shift, -1) for shift in range(4)]).mean(dim=0)
    assert edge_strength(mean, line).item() == pytest.approx(0.25)


def test_ghosts_of_a_line_are_as_much_edge_as_the_line():
    line = torch.full((1, 1, 1, 16, 16), -1.0)
    line[..., 5] = 1
    assert edge_strength((line + line.roll(4, -1)) / 2, line).item() == pytest.approx(1)


def test_a_straight_step_keeps_its_strength_when_it_is_blurred():
    step = torch.where(torch.arange(40) < 20, -0.5, 0.5).double().expand(1, 1, 1, 12, 40)
    soft = torch.from_numpy(gaussian_filter(step.numpy(), (0, 0, 0, 0, 2)))
    assert edge_strength(soft, step).item() == pytest.approx(1, abs=1e-6)


def test_noise_counts_as_too_much():
    sharp = waves(32, 32, 1, 2)
    assert edge_strength(sharp + 0.1 * torch.randn_like(sharp), sharp).item() > 1.2


def test_half_the_contrast_is_half_the_strength_and_a_lost_colour_a_third(clip):
    torch.testing.assert_close(edge_strength(clip / 2, clip), torch.full((2, 5), 0.5).double())
    grey = clip[:, :, :1].expand_as(clip)
    without_red = grey * torch.tensor([0.0, 1, 1])[:, None, None]
    torch.testing.assert_close(edge_strength(without_red, grey), torch.full((2, 5), 2 / 3).double())


def test_neither_brightness_nor_the_place_of_an_edge_matters():
    frames = waves(32, 32, 4, 2)
    torch.testing.assert_close(edge_strength(frames + 0.25, frames), frames.new_ones(1, 1))
    moved = torch.zeros(1, 1, 1, 12, 12)
    moved[..., 3] = 1
    assert edge_strength(moved.roll(4, -1), moved).item() == pytest.approx(1)


def test_a_truth_without_edges_says_nothing_and_a_prediction_without_them_scores_0(clip):
    flat = torch.full_like(clip, 0.3)
    assert edge_strength(clip, flat).isnan().all()
    assert edge_strength(flat, flat).isnan().all()
    assert edge_strength(flat, clip).eq(0).all()


def test_a_prediction_with_nan_has_no_edge_strength(clip):
    broken = clip.clone()
    broken[0, 1, 0, 5, 5] = float("nan")
    assert edge_strength(broken, clip).isnan().nonzero().tolist() == [[0, 1]]


def test_a_frame_that_is_next_to_flat_does_not_outweigh_all_others(clip):
    assert edge_strength(clip, clip / 100).eq(HIGHEST_RATIO).all()


def test_frames_without_an_inside_are_refused():
    frames = torch.rand(1, 1, 3, 8, 2)
    with pytest.raises(VidpredError, match=r"8 x 2 are too small .* at least 3 x 3"):
        edge_strength(frames, frames)
