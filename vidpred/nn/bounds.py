"""Values kept within [-1, 1], whose gradients lead back from there: what is drawn, or predicted, is an image."""

from typing import Any

import torch
from torch import Tensor, nn

LEAST_SLOPE = 0.01  # of a tanh for gradients that lead back: its own at 0.995, less than a grey level from white


def squash(values: Tensor) -> Tensor:
    """Return the tanh of ``values``, which is not lost where it is saturated.

    There a tanh is flat. A network that was driven to black by dark images, as happens within the first twenty steps
    of Adam where every scale corrects the same error, would stay black. Gradients that lead back to 0 therefore meet a
    slope of at least 0.01; all others, and the values, are those of a tanh.
    """
    squashed: Tensor = _Squash.apply(values)  # type: ignore[no-untyped-call]
    return squashed


class _Squash(torch.autograd.Function):
    """A tanh, less flat for gradients that lead back."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        """Squash."""
        squashed = values.tanh()
        ctx.save_for_backward(squashed)
        return squashed

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Values go against the gradient: where it has their sign, they come back."""
        (squashed,) = ctx.saved_tensors
        slope = 1 - squashed.square()
        least = LEAST_SLOPE * (gradient * squashed > 0)
        kept: Tensor = gradient * slope.maximum(least.to(slope.dtype))
        return kept


class Clipped(nn.Module):
    """Values within [-1, 1]; what was clipped still learns to come back, though not to go further away."""

    def forward(self, images: Tensor) -> Tensor:
        """Map images (B, C, H, W) to the same shape."""
        clipped: Tensor = _Clip.apply(images)  # type: ignore[no-untyped-call]
        return clipped


class _Clip(torch.autograd.Function):
    """Clip forwards, and stop backwards only what would lead further out."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        """Clip."""
        clipped = values.clamp(-1, 1)
        ctx.save_for_backward(values - clipped)
        return clipped

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Values go against the gradient: where both signs differ, they would leave."""
        (excess,) = ctx.saved_tensors
        kept: Tensor = gradient * (gradient * excess >= 0)
        return kept
