"""Output bounds: images stay in [-1, 1], and gradients at the bounds do not vanish where they point back inside."""

from typing import Any

import torch
from torch import Tensor, nn

SMALLEST_DERIVATIVE = 0.01  # for gradients that point inside: that of tanh at 0.995, within a grey level of white


def squash(values: Tensor) -> Tensor:
    """Return the tanh of ``values``, with a modified gradient where it is saturated.

    There the derivative of tanh vanishes. A network driven to black by dark images, as happens within the first twenty
    steps of Adam where every scale corrects the same error, would stay black. For gradients that move values towards 0
    the derivative is therefore at least 0.01; otherwise it, and the values themselves, are those of tanh.
    """
    squashed: Tensor = _Squash.apply(values)  # type: ignore[no-untyped-call]
    return squashed


class _Squash(torch.autograd.Function):
    """A tanh with a lower bound on its derivative for gradients that point towards 0."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        """Apply tanh."""
        squashed = values.tanh()
        ctx.save_for_backward(squashed)
        return squashed

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Descent moves values against the gradient: where both have the same sign, towards 0."""
        (squashed,) = ctx.saved_tensors
        derivative = 1 - squashed.square()
        least = SMALLEST_DERIVATIVE * (gradient * squashed > 0)
        kept: Tensor = gradient * derivative.maximum(least.to(derivative.dtype))
        return kept


class Clipped(nn.Module):
    """Clip values to [-1, 1]; the gradient of clipped values is kept where it points back inside."""

    def forward(self, images: Tensor) -> Tensor:
        """Map images (B, C, H, W) to the same shape."""
        clipped: Tensor = _Clip.apply(images)  # type: ignore[no-untyped-call]
        return clipped


class _Clip(torch.autograd.Function):
    """Clip in the forward pass; in the backward pass zero only the gradients that point further outside."""

    @staticmethod
    def forward(ctx: Any, values: Tensor) -> Tensor:
        """Clip."""
        clipped = values.clamp(-1, 1)
        ctx.save_for_backward(values - clipped)
        return clipped

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Descent moves values against the gradient: where the signs differ, further outside."""
        (excess,) = ctx.saved_tensors
        kept: Tensor = gradient * (gradient * excess >= 0)
        return kept
