"""Mean absolute error per value."""

from torch import Tensor

from vidpred.metrics.metric import Metric, comparable
from vidpred.registry import METRICS

RANGE = 2.0  # of [-1, 1]; errors are those of the same frames in [0, 1]


def mae(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean of the absolute errors over a frame's pixels and channels, on frames in [0, 1].

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1], which are halved.
        target: clips of the same shape.

    Returns:
        (B, T), from 0 to 1.

    Raises:
        VidpredError: the clips differ in shape or are not floats.
    """
    prediction, target = comparable(prediction, target)
    return ((prediction - target) / RANGE).abs().mean(dim=(2, 3, 4))


METRICS.add("mae", Metric(mae, unit="", higher_is_better=False))
