"""Gradient penalty (Gulrajani et al. 2017): between real and fake, the discriminator should rise by 1 per unit."""

import torch
from torch import Tensor

from vidpred.losses.gradient_norm import Judge, squared_gradient_norms
from vidpred.losses.precision import at_least_float32
from vidpred.pyramid import Pyramid
from vidpred.registry import PENALTIES

TINY = 1e-12  # below which a squared norm counts as 0, whose root has no finite slope


@PENALTIES.register("gradient_penalty")
def gradient_penalty(judge: Judge, real: Pyramid, fake: Pyramid) -> Tensor:
    """Return the mean squared distance of the gradient's norm from 1, at random points between pairs of clips.

    Levels are penalised one by one. The weight is papers' lambda, 10 as a rule, beside the game ``wasserstein``.

    Args:
        judge: the discriminator, maps clips to logits.
        real: clips (B, T, C, h, w) at every scale, coarse to fine.
        fake: clips of the same shapes.
    """
    share = torch.rand(len(real[-1]), 1, 1, 1, 1, device=real[-1].device)
    between = [r + share * (at_least_float32(f) - r) for r, f in zip(real, fake, strict=True)]
    norms = torch.stack(squared_gradient_norms(judge, between)).clamp(min=TINY).sqrt()
    return (norms - 1).square().sum(dim=0).mean()
