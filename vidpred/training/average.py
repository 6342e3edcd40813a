"""A moving average of a network's weights, which predicts better than any single step of them."""

import copy

import torch
from torch import nn

WARMUP = 10  # the average forgets faster at first: after n steps its decay is at most (1 + n) / (WARMUP + n)


class Average:
    """Exponential moving average (EMA) of ``network``.

    Args:
        network: whose weights are averaged.
        decay: share of the old average that a step keeps.
    """

    def __init__(self, network: nn.Module, decay: float):
        self.network = copy.deepcopy(network).requires_grad_(False).eval()
        self.decay = decay

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        """Take in the weights that ``network`` has after ``step`` steps; buffers are copied."""
        decay = min(self.decay, (1 + step) / (WARMUP + step))
        torch._foreach_lerp_(list(self.network.parameters()), list(network.parameters()), 1 - decay)
        for old, new in zip(self.network.buffers(), network.buffers(), strict=True):
            old.copy_(new)
