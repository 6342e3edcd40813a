"""Gradient penalty (Gulrajani et al. 2017): between real and fake, the discriminator should rise by 1 per unit."""

import torch
from torch import Tensor

from vidpred.losses.judged import Judged, halves, leaves, squared_slopes
from vidpred.losses.precision import at_least_float32
from vidpred.registry import PENALTIES

TINY = 1e-12  # below which a squared norm counts as 0, whose root has no finite slope


@PENALTIES.register("gradient_penalty")
def gradient_penalty(judged: Judged) -> Tensor:
    """Return the mean squared distance of the gradient's norm from 1, at random points between pairs of clips.

    Levels are penalised one by one. The weight is papers' lambda, 10 as a rule, beside the game ``wasserstein``.
    """
    real, fake = halves(judged.clips)
    share = torch.rand(len(real[-1]), 1, 1, 1, 1, device=real[-1].device)
    between = leaves([r + share * (at_least_float32(f) - r) for r, f in zip(real, fake, strict=True)])
    norms = torch.stack(squared_slopes(between, judged.judge(between))).clamp(min=TINY).sqrt()  # (scales, B)
    return (norms - 1).square().sum(dim=0).mean()  # sum over scales, mean over (B,)
