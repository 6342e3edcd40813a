"""Structural similarity of Wang et al. (2004)."""

import torch
from torch import Tensor

from vidpred.metrics.metric import Metric, comparable
from vidpred.registry import METRICS

WINDOW = 11  # side in pixels
SIGMA = 1.5  # of the Gaussian window, in pixels
PEAK = 2.0  # the range of [-1, 1]
LUMINANCE_STABILISER = (0.01 * PEAK) ** 2
CONTRAST_STABILISER = (0.03 * PEAK) ** 2


def ssim(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the structural similarity of every frame: 1 for identical frames, about 0 for unrelated ones.

    The window is Gaussian (11 x 11, sigma 1.5), variances are those of the population, and the mean
    is taken over the channels and the pixels whose window lies inside the frame.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1].
        target: clips of the same shape.

    Returns:
        (B, T).

    Raises:
        VidpredError: the clips differ in shape, are not floats or are smaller than the window.

    Source: Wang et al. (2004), "Image quality assessment: from error visibility to structural similarity".
    """
    prediction, target = comparable(prediction, target, smallest_side=WINDOW)
    frames = zip(prediction.unbind(1), target.unbind(1), strict=True)  # one at a time, to save memory
    return torch.stack([_similarity(*pair).mean(dim=(1, 2, 3)) for pair in frames], dim=1)


def _similarity(x: Tensor, y: Tensor) -> Tensor:
    """Map frames (B, C, H, W) to the similarity around every pixel (B, C, H - 10, W - 10)."""
    mean_x, mean_y = _window_mean(x), _window_mean(y)
    variances = _window_mean(x * x + y * y) - mean_x * mean_x - mean_y * mean_y
    covariance = _window_mean(x * y) - mean_x * mean_y
    luminance = (2 * mean_x * mean_y + LUMINANCE_STABILISER) / (
        mean_x * mean_x + mean_y * mean_y + LUMINANCE_STABILISER
    )
    return luminance * (2 * covariance + CONTRAST_STABILISER) / (variances + CONTRAST_STABILISER)


def _window_mean(frames: Tensor) -> Tensor:
    """Average with the Gaussian window, along one axis after the other."""
    offsets = torch.arange(WINDOW, dtype=torch.float64) - WINDOW // 2
    bell = torch.exp(-offsets.square() / (2 * SIGMA**2))
    weights: list[float] = (bell / bell.sum()).tolist()
    for dim in (-2, -1):
        remaining = frames.shape[dim] - WINDOW + 1
        # Shifted sums are faster in float64 than a convolution, which has no fast path for it.
        total = weights[0] * frames.narrow(dim, 0, remaining)
        for shift in range(1, WINDOW):
            total = torch.add(total, frames.narrow(dim, shift, remaining), alpha=weights[shift])
        frames = total
    return frames


METRICS.add("ssim", Metric(ssim, unit="", higher_is_better=True))
