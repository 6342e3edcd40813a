"""The precision in which losses are computed, whatever the networks ran in."""

import torch
from torch import Tensor


def at_least_float32(tensor: Tensor) -> Tensor:
    """Widen half-precision values, whose differences and sums would round; leave wider ones alone."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
