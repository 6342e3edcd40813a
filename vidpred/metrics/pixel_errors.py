"""Errors of single values on frames in [0, 1], averaged or summed over a frame.

All take a prediction and a target, clips (B, T, C, H, W) in [-1, 1], which are halved, and return one error per frame,
(B, T). They raise a VidpredError where the clips differ in shape or are not floats.

The sums are the "MAE" and "MSE" of the papers on Moving MNIST: over the 64 x 64 values of a frame, averaged over
frames. They grow with the frame's size, so only frames of one size can be compared.
"""

from torch import Tensor

from vidpred.metrics.metric import NOT_NEGATIVE, Metric, comparable
from vidpred.metrics.shared import once
from vidpred.registry import METRICS

RANGE = 2.0  # of [-1, 1]; errors are those of the same frames in [0, 1]


def mae(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean of the absolute errors over a frame's pixels and channels, from 0 to 1."""
    return _errors(prediction, target).abs().mean(dim=(2, 3, 4))


def mae_sum(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the sum of the absolute errors over a frame's pixels and channels, from 0 to C H W."""
    return mae(prediction, target) * target[0, 0].numel()


def mse(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean of the squared errors over a frame's pixels and channels, from 0 to 1.

    10 log10(1 / mse) of a frame is its ``psnr``.
    """
    return _errors(prediction, target).square().mean(dim=(2, 3, 4))


def mse_sum(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the sum of the squared errors over a frame's pixels and channels, from 0 to C H W."""
    return mse(prediction, target) * target[0, 0].numel()


@once
def _errors(prediction: Tensor, target: Tensor) -> Tensor:
    prediction, target = comparable(prediction, target)
    return (prediction - target) / RANGE


METRICS.add("mae", Metric(mae, unit="", higher_is_better=False, bounds=NOT_NEGATIVE))
METRICS.add("mae_sum", Metric(mae_sum, unit="", higher_is_better=False, bounds=NOT_NEGATIVE))
METRICS.add("mse", Metric(mse, unit="", higher_is_better=False, bounds=NOT_NEGATIVE))
METRICS.add("mse_sum", Metric(mse_sum, unit="", higher_is_better=False, bounds=NOT_NEGATIVE))
