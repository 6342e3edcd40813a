"""How steep a discriminator is at the clips that it judges: what every gradient penalty is made of."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from vidpred.losses.precision import at_least_float32
from vidpred.pyramid import Pyramid

Judge = Callable[[Pyramid], Sequence[Tensor]]
Penalty = Callable[[Judge, Pyramid, Pyramid], Tensor]  # of a discriminator, real clips and fake ones


def squared_gradient_norms(judge: Judge, clips: Pyramid) -> list[Tensor]:
    """Return the squared norm of the logits' gradient with respect to each clip, per level (B,).

    A level's gradient is that of all logits that see it, summed; it can be differentiated further. Each clip
    must be judged by itself.

    Args:
        judge: maps clips to logits.
        clips: (B, T, C, h, w) at every scale, coarse to fine.
    """
    leaves = [level.detach().requires_grad_() for level in clips]
    with torch.enable_grad():
        total = torch.stack([at_least_float32(logits).sum() for logits in judge(leaves)]).sum()
        gradients = torch.autograd.grad(total, leaves, create_graph=True, allow_unused=True)
    return [at_least_float32(gradient).flatten(1).square().sum(dim=1) for gradient in gradients if gradient is not None]
