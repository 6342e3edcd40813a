"""R2 penalty (Mescheder et al. 2018): the discriminator's gradient should vanish at fake clips."""

import torch
from torch import Tensor

from vidpred.losses.discriminator_pass import DiscriminatorPass
from vidpred.registry import PENALTIES


@PENALTIES.register("r2")
def r2(forward_pass: DiscriminatorPass) -> Tensor:
    """Return half the mean squared gradient norm at fake clips; its weight is the papers' gamma."""
    _, fake = forward_pass.squared_norms
    return torch.stack(fake).sum(dim=0).mean() / 2  # sum over scales, mean over (B,)
