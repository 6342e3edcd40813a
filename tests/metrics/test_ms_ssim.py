"""MS-SSIM against a reference from scipy and scikit-image, with the published weights."""

import math

import numpy as np
import pytest
import torch
from scipy.ndimage import gaussian_filter
from skimage.metrics import structural_similarity

from vidpred.errors import VidpredError
from vidpred.metrics import ms_ssim, ssim
from vidpred.metrics.ms_ssim import num_scales

PUBLISHED = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]


def contrast_and_structure(x, y):
    """The mean of (2 cov + C2) / (var + var + C2) of images in [0, 1], where the window lies inside."""

    def window_mean(image):
        return gaussian_filter(image, sigma=1.5, radius=5)[5:-5, 5:-5]

    variance_x = window_mean(x * x) - window_mean(x) ** 2
    variance_y = window_mean(y * y) - window_mean(y) ** 2
    covariance = window_mean(x * y) - window_mean(x) * window_mean(y)
    return ((2 * covariance + 0.0009) / (variance_x + variance_y + 0.0009)).mean()


def halved(image):
    """Means of 2 x 2 pixels; the last row and column count twice where there is no next one, as published."""
    even = np.pad(image, [(0, side % 2) for side in image.shape], mode="symmetric")
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4


def reference(prediction, target, scales):
    """Of one frame (C, H, W) in [-1, 1]."""
    scores = []
    for channel in range(len(target)):
        x, y = ((clip[channel].double().numpy() + 1) / 2 for clip in (prediction, target))
        factors = []
        for _ in range(scales - 1):
            factors.append(contrast_and_structure(x, y))
            x, y = halved(x), halved(y)
        options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1}
        factors.append(structural_similarity(x, y, **options))
        weights = PUBLISHED if scales == 5 else np.array(PUBLISHED[:scales]) / sum(PUBLISHED[:scales])
        scores.append(math.prod(max(factor, 0) ** weight for factor, weight in zip(factors, weights, strict=True)))
    return np.mean(scores)


@pytest.mark.parametrize(
    ("shape", "scales"),
    [((1, 176, 192), 5), ((3, 161, 170), 5), ((3, 128, 128), 4), ((1, 65, 83), 3), ((3, 32, 45), 2), ((1, 11, 40), 1)],
    ids=str,
)
def test_it_is_the_ms_ssim_of_wang_et_al(shape, scales):
    target = torch.rand(1, 2, *shape) * 2 - 1
    prediction = (target + 0.4 * torch.randn_like(target)).clamp(-1, 1)
    scores = ms_ssim(prediction, target)
    for time in range(2):
        expected = reference(prediction[0, time], target[0, time], scales)
        assert 0.2 < expected < 0.99
        assert scores[0, time].item() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("side", "scales"), [(11, 1), (20, 1), (21, 2), (64, 3), (160, 4), (161, 5), (4000, 5)])
def test_small_frames_are_scored_on_fewer_scales(side, scales):
    assert num_scales(side, 5000) == num_scales(5000, side) == scales


def test_one_scale_is_ssim():
    target = torch.rand(1, 1, 1, 20, 30) * 2 - 1
    prediction = (target + 0.1 * torch.randn_like(target)).clamp(-1, 1)
    torch.testing.assert_close(ms_ssim(prediction, target), ssim(prediction, target))


def test_an_inverted_pattern_scores_0_and_not_nan():
    pattern = torch.rand(1, 1, 1, 64, 64) - 0.5
    assert ms_ssim(0.5 - pattern, 0.5 + pattern).item() == 0


def test_frames_smaller_than_the_window_are_refused():
    frames = torch.rand(1, 1, 3, 10, 30)
    with pytest.raises(VidpredError, match=r"10 x 30 are too small .* at least 11 x 11"):
        ms_ssim(frames, frames)
