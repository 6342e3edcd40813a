"""Gradient penalty (Gulrajani et al. 2017): between real and fake clips, the gradient norm should be 1."""

import torch
from torch import Tensor

from vidpred.losses.discriminator_pass import DiscriminatorPass, halves, leaves, squared_gradient_norms
from vidpred.losses.precision import at_least_float32
from vidpred.registry import PENALTIES

TINY = 1e-12  # squared norms are clamped to it: the derivative of the root is infinite at 0


@PENALTIES.register("gradient_penalty")
def gradient_penalty(forward_pass: DiscriminatorPass) -> Tensor:
    """Return the mean of (gradient norm - 1)^2 at random points between pairs of a real and a fake clip.

    Each level is penalised separately. The weight is the papers' lambda, usually 10, with the game ``wasserstein``.
    """
    real, fake = halves(forward_pass.clips)
    share = torch.rand(len(real[-1]), 1, 1, 1, 1, dtype=torch.float32, device=real[-1].device)
    between = leaves([r + share * (at_least_float32(f) - r) for r, f in zip(real, fake, strict=True)])
    squares = torch.stack(squared_gradient_norms(between, forward_pass.discriminator(between)))  # (scales, B)
    norms = squares.clamp(min=TINY).sqrt()
    return (norms - 1).square().sum(dim=0).mean()  # sum over scales, mean over (B,)
