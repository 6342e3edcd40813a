"""Gradient difference loss of Mathieu et al. (2016), which compares the strength of edges."""

from typing import Annotated

from annotated_types import Ge, Le
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.losses.precision import comparable
from vidpred.registry import RECONSTRUCTION_LOSSES


@RECONSTRUCTION_LOSSES.register("gdl")
def gradient_difference(prediction: Tensor, target: Tensor, alpha: Annotated[float, Ge(1), Le(100)] = 1.0) -> Tensor:
    """Penalise edges that are weaker or stronger than the target's.

    A pixel loss is minimised by an average of several plausible futures, which is blurred. Blur
    weakens edges, so this loss compares edge strength and leaves brightness to the pixel loss.

    Args:
        prediction: frames (..., H, W).
        target: frames of the same shape.
        alpha: exponent on each difference of edge strengths, at least 1.

    Returns:
        A scalar: the mean over vertical neighbours plus the mean over horizontal ones. Where a frame
        is one pixel high or wide there are no neighbours, and that mean is 0.

    Raises:
        VidpredError: ``alpha`` is below 1, where the gradient is infinite at a perfect prediction; one of the
            two is no tensor of floats, or their shapes differ or lack axes.
    """
    if not alpha >= 1:
        raise VidpredError(f"alpha of the gradient difference loss is {alpha}, but at least 1 is needed; use 1 or 2")
    prediction, target = comparable(prediction, target, axes="H, W")
    return _along(prediction, target, -2, alpha) + _along(prediction, target, -1, alpha)


def _along(prediction: Tensor, target: Tensor, dim: int, alpha: float) -> Tensor:
    difference = (prediction.diff(dim=dim).abs() - target.diff(dim=dim).abs()).abs().pow(alpha)
    return difference.sum() / max(difference.numel(), 1)
