"""Distances between pixels: l1 and l2."""

from torch import Tensor

from vidpred.losses.precision import comparable
from vidpred.registry import RECONSTRUCTION_LOSSES


@RECONSTRUCTION_LOSSES.register("l1")
def l1(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean absolute difference: among several possible futures, the minimiser is their median.

    Args:
        prediction: frames (..., H, W).
        target: frames of the same shape.

    Raises:
        VidpredError: one is no tensor of floats, or their shapes differ.
    """
    prediction, target = comparable(prediction, target)
    return (prediction - target).abs().mean()


@RECONSTRUCTION_LOSSES.register("l2")
def l2(prediction: Tensor, target: Tensor) -> Tensor:
    """Return the mean squared difference: among several possible futures, the minimiser is their mean, a blur.

    Args:
        prediction: frames (..., H, W).
        target: frames of the same shape.

    Raises:
        VidpredError: one is no tensor of floats, or their shapes differ.
    """
    prediction, target = comparable(prediction, target)
    return (prediction - target).square().mean()
