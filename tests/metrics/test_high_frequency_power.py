"""High-frequency power against a plain loop, and against waves, points and noise of known spectrum."""

import cmath
import math

import pytest
import torch
from scipy.ndimage import gaussian_filter

from vidpred.errors import VidpredError
from vidpred.metrics import high_frequency_power
from vidpred.metrics.high_frequency_power import power_spectrum
from vidpred.metrics.metric import HIGHEST_RATIO


def wave(side, down, across, amplitude=0.5):
    """A square frame (1, 1, 1, H, W) of one sine with so many periods in either direction."""
    y, x = torch.arange(side).double()[:, None] / side, torch.arange(side).double() / side
    return (amplitude * torch.sin(2 * math.pi * (down * y + across * x) + 0.3)).reshape(1, 1, 1, side, side)


def blurred(frames, sigma, mode="wrap"):
    return torch.from_numpy(gaussian_filter(frames.numpy(), (0, 0, 0, sigma, sigma), mode=mode, truncate=8))


def detail_by_loop(grey):
    """The power of one grey frame (H, W) in the two highest octaves: sums over pixels, one frequency at a time."""
    height, width = grey.shape
    places = [(i, j) for i in range(height) for j in range(width)]
    bell = lambda i, n: (1 - math.cos(2 * math.pi * (i + 0.5) / n)) / 2  # noqa: E731
    weights = {(i, j): bell(i, height) * bell(j, width) for i, j in places}
    mean = sum(weights[at] * grey[at].item() for at in places) / sum(weights.values())
    windowed = {at: weights[at] * (grey[at].item() - mean) for at in places}
    rings = {}
    for u in range(-((height - 1) // 2), height // 2 + 1):
        for v in range(-((width - 1) // 2), width // 2 + 1):
            waves = (windowed[i, j] * cmath.exp(-2j * math.pi * (u * i / height + v * j / width)) for i, j in places)
            radius = math.hypot(u / height, v / width) * min(height, width)
            rings.setdefault(round(radius - 1e-9), []).append(abs(sum(waves)) ** 2)
    wanted = [ring for ring in rings if 1 / 8 <= ring / min(height, width) <= 1 / 2]
    return sum(sum(rings[ring]) / len(rings[ring]) for ring in wanted) / len(wanted)


@pytest.mark.parametrize("shape", [(8, 8), (9, 12), (15, 11)], ids=str)
def test_it_is_the_ratio_of_powers_frequency_by_frequency(shape):
    prediction, target = torch.rand(2, 1, 1, 1, *shape, dtype=torch.float64) * 2 - 1
    expected = detail_by_loop(prediction[0, 0, 0]) / detail_by_loop(target[0, 0, 0])
    assert high_frequency_power(prediction, target).item() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("sigma", [1.0, 1.5])
@pytest.mark.parametrize(("down", "across"), [(0, 10), (12, 0), (9, 6)])
def test_a_blurred_wave_keeps_the_square_of_what_a_gaussian_leaves_of_it(sigma, down, across):
    """A Gaussian of deviation s multiplies the power of f cycles per pixel by exp(-4 pi^2 s^2 f^2)."""
    sharp = wave(60, down, across)
    expected = math.exp(-4 * math.pi**2 * sigma**2 * (down**2 + across**2) / 60**2)
    assert high_frequency_power(blurred(sharp, sigma), sharp).item() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("sigma", [1.0, 1.6, 2.2])
def test_a_blurred_point_keeps_the_mean_of_its_gaussian_over_both_octaves(sigma):
    """A point has all frequencies alike, so that every ring keeps exp(-4 pi^2 s^2 f^2) of its power."""
    point = torch.zeros(1, 1, 1, 129, 129, dtype=torch.float64)
    point[..., 64, 64] = 1
    frequencies = [ring / 129 for ring in range(17, 65)]
    expected = sum(math.exp(-((2 * math.pi * sigma * f) ** 2)) for f in frequencies) / len(frequencies)
    assert high_frequency_power(blurred(point, sigma), point).item() == pytest.approx(expected, rel=0.02)


def test_a_straight_step_that_is_blurred_loses_detail():
    """Its edge strength stays; its spectrum does not."""
    step = torch.where(torch.arange(48) < 24, -0.5, 0.5).double().expand(1, 1, 1, 48, 48)
    assert high_frequency_power(blurred(step, 2, mode="nearest"), step).item() < 0.2


def test_only_waves_of_2_to_8_pixels_count():
    sharp = wave(64, 0, 16)
    for outside in (wave(64, 1, 3), wave(64, 32, 31)):  # of 20 pixels, and beyond the Nyquist frequency
        assert high_frequency_power(sharp + outside, sharp).item() == pytest.approx(1, abs=0.01)
    for inside in (wave(64, 9, 0), wave(64, 0, 30)):
        assert high_frequency_power(sharp + inside, sharp).item() > 1.3


def test_noise_adds_its_variance():
    """White noise has its own variance at every frequency, so independent noises add up."""
    truth, noise = torch.randn(2, 1, 8, 1, 96, 96, dtype=torch.float64) * 0.1
    assert power_spectrum(truth)[..., 12:].mean().item() == pytest.approx(0.01, rel=0.02)
    assert high_frequency_power(truth + 0.5 * noise, truth).mean().item() == pytest.approx(1.25, rel=0.02)
    assert high_frequency_power(wave(96, 1, 1) + noise[:, :1], wave(96, 1, 1) + wave(96, 0, 20) / 10).item() > 1


@pytest.mark.parametrize("shape", [(8, 8), (9, 13), (31, 8), (64, 48)], ids=str)
def test_contrast_counts_squared_and_brightness_not_at_all(shape):
    frames = torch.rand(1, 2, 3, *shape, dtype=torch.float64) - 0.5
    expected = frames.new_full((1, 2), 0.36)
    torch.testing.assert_close(high_frequency_power(0.6 * frames + 0.4, frames), expected, rtol=1e-9, atol=0)
    torch.testing.assert_close(high_frequency_power(0.6 * frames.mT, frames.mT), expected, rtol=1e-9, atol=0)


def test_colours_count_by_their_luma_and_other_channels_alike():
    nothing, waves = torch.zeros(1, 1, 1, 32, 32).double(), wave(32, 0, 8)
    green, blue = torch.cat([nothing, waves, nothing], dim=2), torch.cat([nothing, nothing, waves], dim=2)
    assert high_frequency_power(blue, green).item() == pytest.approx((0.114 / 0.587) ** 2)
    assert high_frequency_power(green[:, :, :2], green[:, :, :2].flip(2)).item() == pytest.approx(1)


def test_a_truth_without_detail_says_nothing_and_a_prediction_without_it_scores_0(clip):
    flat = torch.full_like(clip, 0.3)
    assert high_frequency_power(clip, flat).isnan().all()
    assert high_frequency_power(flat, flat).isnan().all()
    torch.testing.assert_close(high_frequency_power(flat, clip), torch.zeros(2, 5).double())


def test_a_frame_that_is_next_to_flat_does_not_outweigh_all_others(clip):
    assert high_frequency_power(clip, clip / 100).eq(HIGHEST_RATIO).all()


def test_frames_that_hold_no_wave_of_8_pixels_are_refused():
    frames = torch.rand(1, 1, 3, 7, 40)
    with pytest.raises(VidpredError, match=r"7 x 40 are too small .* at least 8 x 8"):
        high_frequency_power(frames, frames)
