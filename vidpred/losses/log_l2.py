"""Squared error on a logarithmic scale, as PSNR counts it."""

from typing import Annotated

from annotated_types import Gt, Le
from torch import Tensor

from vidpred.losses.precision import comparable
from vidpred.registry import RECONSTRUCTION_LOSSES


@RECONSTRUCTION_LOSSES.register("log_l2")
def log_l2(prediction: Tensor, target: Tensor, floor: Annotated[float, Gt(0), Le(1000)] = 1e-4) -> Tensor:
    """Return the mean over the frames of log(1 + mean squared difference / floor).

    An average of plain errors is dominated by the few frames that cannot be predicted. Here every frame counts by
    the relative reduction of its error, as in an average of PSNRs: at errors far above the floor, a loss lower by 0.23
    is a PSNR higher by one decibel.

    Args:
        prediction: frames (..., C, H, W).
        target: frames of the same shape.
        floor: mean squared difference below which improvements hardly count; the default, for values in
            [-1, 1], is that of a PSNR of 46 dB.

    Raises:
        VidpredError: one is no tensor of floats, or their shapes differ or lack axes.

    Source: the PSNR loss of Chen et al. (2021), "HINet: half instance normalization network for image restoration".
    """
    prediction, target = comparable(prediction, target, axes="C, H, W")
    errors = (prediction - target).square().mean(dim=(-3, -2, -1))  # (...)
    return (errors / floor).log1p().mean()
