"""Peak signal-to-noise ratio."""

from torch import Tensor

from vidpred.metrics.metric import DECIBELS, Metric, comparable, decibels
from vidpred.registry import METRICS

PEAK = 2.0  # the range of [-1, 1]; the score is that of 8-bit frames at a peak of 255


def psnr(prediction: Tensor, target: Tensor) -> Tensor:
    """Return 10 log10(peak^2 / mean squared error) of every frame, in dB; identical frames score 100.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1].
        target: clips of the same shape.

    Returns:
        (B, T): each frame's own ratio; their mean is not the ratio of the mean error.

    Raises:
        VidpredError: the clips differ in shape or are not floats.
    """
    prediction, target = comparable(prediction, target)
    return decibels(PEAK**2, (prediction - target).square().mean(dim=(2, 3, 4)))


METRICS.add("psnr", Metric(psnr, unit="dB", higher_is_better=True, bounds=DECIBELS))
