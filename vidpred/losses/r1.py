"""R1 penalty (Mescheder et al. 2018): the discriminator should be flat at real clips."""

import torch
from torch import Tensor

from vidpred.losses.gradient_norm import Judge, squared_gradient_norms
from vidpred.pyramid import Pyramid
from vidpred.registry import PENALTIES


@PENALTIES.register("r1")
def r1(judge: Judge, real: Pyramid, fake: Pyramid) -> Tensor:  # noqa: ARG001
    """Return half the mean squared norm of the gradient at ``real`` clips; its weight is papers' gamma.

    Args:
        judge: the discriminator, maps clips to logits.
        real: clips (B, T, C, h, w) at every scale, coarse to fine.
        fake: clips of the same shapes, which do not count.
    """
    return torch.stack(squared_gradient_norms(judge, real)).sum(dim=0).mean() / 2
