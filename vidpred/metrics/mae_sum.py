"""Absolute error summed over a frame, which papers on Moving MNIST call MAE."""

from torch import Tensor

from vidpred.metrics.mae import mae
from vidpred.metrics.metric import Metric
from vidpred.registry import METRICS


def mae_sum(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the sum of the absolute errors over a frame's pixels and channels, on frames in [0, 1].

    This is the "MAE" of the Moving MNIST papers: summed over the 64 x 64 values of a frame, averaged over
    frames. It grows with the frame's size, so only frames of one size can be compared.

    Args:
        prediction: clips (B, T, C, H, W) in [-1, 1], which are halved.
        target: clips of the same shape.

    Returns:
        (B, T), from 0 to C H W.

    Raises:
        VidpredError: the clips differ in shape or are not floats.
    """
    return mae(prediction, target) * target[0, 0].numel()


METRICS.add("mae_sum", Metric(mae_sum, unit="", higher_is_better=False))
