"""Mean squared error per value."""

from torch import Tensor

from vidpred.metrics.metric import Metric, comparable
from vidpred.registry import METRICS

RANGE = 2.0  # of [-1, 1]; errors are those of the same frames in [0, 1]


def mse(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean of the squared errors over a frame's pixels and channels, on frames in [0, 1].

    Frames come in [-1, 1] and are halved; 10 log10(1 / mse) of a frame is its ``psnr``.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1].
        target: clips of the same shape.

    Returns:
        (B, T), from 0 to 1.

    Raises:
        VidpredError: the clips differ in shape or are not floats.
    """
    prediction, target = comparable(prediction, target)
    return ((prediction - target) / RANGE).square().mean(dim=(2, 3, 4))


METRICS.add("mse", Metric(mse, unit="", higher_is_better=False))
