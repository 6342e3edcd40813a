"""Square roots that can be differentiated everywhere."""

import torch
from torch import Tensor


def square_root(values: Tensor) -> Tensor:
    """Return the square root of ``values`` of at least 0, with a gradient of 0 instead of infinity where they are 0."""
    positive = values > 0
    return torch.where(positive, torch.where(positive, values, 1).sqrt(), 0)
