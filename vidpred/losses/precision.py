"""The precision in which losses are computed, whatever the precision of the networks."""

import torch
from torch import Tensor


def at_least_float32(tensor: Tensor) -> Tensor:
    """Convert half-precision values, whose differences and sums would be rounded, to float32; keep others."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
