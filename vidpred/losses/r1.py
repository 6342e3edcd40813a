"""R1 penalty (Mescheder et al. 2018): the discriminator's gradient should vanish at real clips."""

import torch
from torch import Tensor

from vidpred.losses.discriminator_pass import DiscriminatorPass
from vidpred.registry import PENALTIES


@PENALTIES.register("r1")
def r1(forward_pass: DiscriminatorPass) -> Tensor:
    """Return half the mean squared gradient norm at real clips; its weight is the papers' gamma."""
    real, _ = forward_pass.squared_norms
    return torch.stack(real).sum(dim=0).mean() / 2  # sum over scales, mean over (B,)
