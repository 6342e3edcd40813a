"""R2 penalty (Mescheder et al. 2018): the discriminator should be flat at fake clips."""

import torch
from torch import Tensor

from vidpred.losses.judged import Judged
from vidpred.registry import PENALTIES


@PENALTIES.register("r2")
def r2(judged: Judged) -> Tensor:
    """Return half the mean squared norm of the gradient at fake clips; its weight is papers' gamma."""
    _, fake = judged.slopes
    return torch.stack(fake).sum(dim=0).mean() / 2  # sum over scales, mean over (B,)
