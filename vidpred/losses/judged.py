"""Real and fake clips as a discriminator has judged them: what every penalty on it looks at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from vidpred.frames.pyramid import Pyramid
from vidpred.losses.precision import at_least_float32

Judge = Callable[[Pyramid], Sequence[Tensor]]
Penalty = Callable[["Judged"], Tensor]


@dataclass(frozen=True)
class Judged:
    """Clips, and the logits that a discriminator gave them, real and fake ones apart where it compares them.

    The pass that the game is scored by serves the penalties too: it need not be repeated for them.

    Args:
        clips: real ones, and as many fake ones after them, (2B, T, C, h, w) at every scale, coarse to fine; leaves
            that require a gradient.
        logits: of the clips, per scale, (2B,) or maps (2B, h, w).
        judge: maps B other clips to logits.
    """

    clips: Pyramid
    logits: Sequence[Tensor]
    judge: Judge

    @cached_property
    def slopes(self) -> tuple[list[Tensor], list[Tensor]]:
        """Squared norms of the gradient at real and at fake clips, per scale (B,): see :func:`squared_slopes`."""
        return halves(squared_slopes(self.clips, self.logits))


def halves(levels: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Return what belongs to real clips, and what to the fake ones after them, of every level (2B, ...)."""
    pairs = [level.chunk(2) for level in levels]
    return [real for real, _ in pairs], [fake for _, fake in pairs]


def judge_together(judge: Judge, real: Pyramid, fake: Pyramid) -> Judged:
    """Ask ``judge`` about ``real`` and ``fake`` clips of the same shapes (B, T, C, h, w) at once."""
    clips = leaves([torch.cat(levels) for levels in zip(real, fake, strict=True)])  # (2B, T, C, h, w)
    return Judged(clips, judge(clips), judge)


def leaves(clips: Pyramid) -> Pyramid:
    """Return ``clips`` as what a gradient can be taken with respect to, and flows no further."""
    return [level.detach().requires_grad_() for level in clips]


def squared_slopes(clips: Pyramid, logits: Sequence[Tensor]) -> list[Tensor]:
    """Return the squared norm of the logits' gradient with respect to each clip, per level (B,).

    A level's gradient is that of all logits that see it, summed; it can be differentiated further. A level that
    none sees is left out.

    Args:
        clips: (B, T, C, h, w) at every scale, coarse to fine; leaves that require a gradient.
        logits: what was made of them.
    """
    total = torch.stack([at_least_float32(level).sum() for level in logits]).sum()
    gradients = torch.autograd.grad(total, clips, create_graph=True, allow_unused=True)
    return [at_least_float32(gradient).flatten(1).square().sum(dim=1) for gradient in gradients if gradient is not None]
