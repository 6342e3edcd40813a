"""R1 penalty (Mescheder et al. 2018): the discriminator should be flat at real clips."""

import torch
from torch import Tensor

from vidpred.losses.judged import Judged
from vidpred.registry import PENALTIES


@PENALTIES.register("r1")
def r1(judged: Judged) -> Tensor:
    """Return half the mean squared norm of the gradient at real clips; its weight is papers' gamma."""
    real, _ = judged.slopes
    return torch.stack(real).sum(dim=0).mean() / 2  # sum over scales, mean over (B,)
