"""The precision in which losses are computed, whatever the precision of the networks."""

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_alike


def at_least_float32(tensor: Tensor) -> Tensor:
    """Convert half-precision values, whose differences and sums would be rounded, to float32; keep others."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))


def comparable(prediction: Tensor, target: Tensor, axes: str = "") -> tuple[Tensor, Tensor]:
    """Return frames and what they should be, in the precision of losses.

    Args:
        prediction: frames.
        target: frames of the same shape.
        axes: the last ones, which a loss needs: ``"H, W"``; any by default.

    Raises:
        VidpredError: one is no tensor, or not of floats, their shapes differ, they lack axes, or there are no frames.
    """
    require_alike(prediction, target)
    if prediction.ndim < len(axes.split()):
        raise VidpredError(
            f"prediction and target are {tuple(prediction.shape)}, but this loss compares frames (..., {axes}); add "
            "the axes that are missing: frames[None]"
        )
    if not prediction.numel():
        raise VidpredError(
            f"frames of the shape {tuple(prediction.shape)} have no values, and so no mean error; "
            "leave empty batches out"
        )
    return at_least_float32(prediction), at_least_float32(target)
