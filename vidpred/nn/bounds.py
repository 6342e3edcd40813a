"""Bounds: outputs stay in [-1, 1], gradients there do not vanish where they point back, and roots have one at 0."""

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
    squashed: Tensor = _Squash.apply(values)  # type: ignore[no-untyped-call,unused-ignore]
    return squashed


class _Squash(torch.autograd.Function):
    """A tanh with a lower bound on its derivative for gradients that point towards 0; torch.func takes it too."""

    generate_vmap_rule = True

    @staticmethod
    def forward(values: Tensor) -> Tensor:
        """Apply tanh."""
        return values.tanh()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:  # noqa: ARG004
        """Keep what the derivative is computed from."""
        ctx.save_for_backward(output)
        ctx.save_for_forward(output)

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor) -> Tensor:
        """Follow a direction, which has no sign to tell: with the derivative of tanh."""
        (squashed,) = ctx.saved_tensors
        along: Tensor = tangent * (1 - squashed.square())
        return along

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
        clipped: Tensor = _Clip.apply(images)  # type: ignore[no-untyped-call,unused-ignore]
        return clipped


class _Clip(torch.autograd.Function):
    """Clip in the forward pass; in the backward pass zero only the gradients that point further outside."""

    generate_vmap_rule = True

    @staticmethod
    def forward(values: Tensor) -> Tensor:
        """Clip."""
        return values.clamp(-1, 1)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:
        """Keep how far outside values were."""
        excess = inputs[0] - output
        ctx.save_for_backward(excess)
        ctx.save_for_forward(excess)

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor) -> Tensor:
        """Follow a direction, where it is not clipped."""
        (excess,) = ctx.saved_tensors
        along: Tensor = tangent * (excess == 0)
        return along

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        """Descent moves values against the gradient: where the signs differ, further outside."""
        (excess,) = ctx.saved_tensors
        kept: Tensor = gradient * (gradient * excess >= 0)
        return kept


def square_root(values: Tensor) -> Tensor:
    """Return the square root of ``values`` of at least 0, with a gradient of 0 instead of infinity where they are 0.

    What is no number stays none.
    """
    above = values != 0
    return torch.where(above, torch.where(above, values, 1).sqrt(), 0)
