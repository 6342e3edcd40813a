"""One forward pass of a discriminator over real and fake clips: the input of every penalty."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid
from vidpred.losses.precision import at_least_float32

Forward = Callable[[Pyramid], Sequence[Tensor]]
Penalty = Callable[["DiscriminatorPass"], Tensor]


@dataclass(frozen=True)
class DiscriminatorPass:
    """Clips and their logits; real and fake ones went in separate batches if the discriminator mixes a batch.

    The pass from which the game's loss is computed serves the penalties too, and need not be repeated for them.

    Args:
        clips: real ones, followed by as many fake ones, (2B, T, C, h, w) at every scale, coarse to fine; leaf
            tensors that require a gradient.
        logits: of the clips, per scale, (2B,) or maps (2B, h, w).
        discriminator: maps B other clips to their logits.
    """

    clips: Pyramid
    logits: Sequence[Tensor]
    discriminator: Forward

    @cached_property
    def squared_norms(self) -> tuple[list[Tensor], list[Tensor]]:
        """Squared gradient norms at real and at fake clips, per scale (B,): see :func:`squared_gradient_norms`."""
        return halves(squared_gradient_norms(self.clips, self.logits))


def halves(levels: Sequence[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
    """Split every level (2B, ...) into the half of the real clips and that of the fake ones."""
    pairs = [level.chunk(2) for level in levels]
    return [real for real, _ in pairs], [fake for _, fake in pairs]


def discriminate(discriminator: Forward, real: Pyramid, fake: Pyramid) -> DiscriminatorPass:
    """Pass ``real`` and ``fake`` clips of the same shapes (B, T, C, h, w) through a discriminator in one batch.

    Raises:
        VidpredError: they are no lists of clips of the same shapes, so that they could not be told apart in the batch.
    """
    shapes = [[tuple(level.shape) for level in clips] for clips in (real, fake)]
    if isinstance(real, Tensor) or isinstance(fake, Tensor) or shapes[0] != shapes[1]:
        raise VidpredError(
            f"the real clips are {_in_words(real)} and the fake ones {_in_words(fake)}, but lists of clips "
            "(B, T, C, h, w) of the same shapes are needed; give as many fake clips as real ones, at every scale"
        )
    clips = leaves([torch.cat(levels) for levels in zip(real, fake, strict=True)])  # (2B, T, C, h, w)
    return DiscriminatorPass(clips, discriminator(clips), discriminator)


def _in_words(clips: Pyramid) -> str:
    shapes = [str(tuple(level.shape)) for level in ([clips] if isinstance(clips, Tensor) else clips)]
    return f"{'a tensor ' if isinstance(clips, Tensor) else ''}{', '.join(shapes) or 'none'}"


def leaves(clips: Pyramid) -> Pyramid:
    """Return ``clips`` as leaf tensors that require a gradient."""
    return [level.detach().requires_grad_() for level in clips]


def squared_gradient_norms(clips: Pyramid, logits: Sequence[Tensor]) -> list[Tensor]:
    """Return the squared norm of the logits' gradient with respect to each clip, per level (B,).

    The gradient is that of the sum of all logits that depend on the level; it can be differentiated again. A level
    that no logit depends on is left out.

    Args:
        clips: (B, T, C, h, w) at every scale, coarse to fine; leaf tensors that require a gradient.
        logits: computed from them.
    """
    total = torch.stack([at_least_float32(level).sum() for level in logits]).sum()
    gradients = torch.autograd.grad(total, clips, create_graph=True, allow_unused=True)
    return [at_least_float32(gradient).flatten(1).square().sum(dim=1) for gradient in gradients if gradient is not None]
