"""A moving average of a network's weights, which predicts better than any single step of them."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vidpred.training.schedule import along_cosine

WARMUP = 10  # the average forgets faster at first: after n steps its decay is at most (1 + n) / (WARMUP + n)

SHORTEST = 1e-3  # half-lives in steps, below which nothing is left of the old average


class Average:
    """Exponential moving average (EMA) of ``network``.

    Args:
        network: whose weights are averaged.
        decay: share of the old average that a step keeps.
        half_life: steps after which the average has half forgotten, at the end of the run; it rises from 0 along half
            a cosine, and takes the place of ``decay``.
        share_of_start: share of the weights before the first update in the average, which keeps it at every update.

    Source: Karras et al. (2020) for the half-life, Huang et al. (2024) for its schedule, Wortsman et al. (2022),
    "Robust fine-tuning of zero-shot models", for the share of the start.
    """

    def __init__(self, network: nn.Module, decay: float, half_life: float | None = None, share_of_start: float = 0.0):
        self.network = copy.deepcopy(network).requires_grad_(False).eval()
        self.decay = decay
        self.half_life = half_life
        self.share_of_start = share_of_start
        self.start: list[Tensor] = []  # the weights before the first update, where they have a share

    def decay_after(self, step: int, progress: float) -> float:
        """Return the share of the old average that is kept after ``step`` steps, at a share of the run."""
        if self.half_life is None:
            return min(self.decay, (1 + step) / (WARMUP + step))
        half_life = along_cosine(0.0, self.half_life, progress)
        return 0.5 ** (1 / half_life) if half_life > SHORTEST else 0.0

    @torch.no_grad()
    def update(self, network: nn.Module, step: int, progress: float = 0.0) -> None:
        """Average in the weights of ``network`` after ``step`` steps, at a share of the run; buffers are copied."""
        share, weights = 1 - self.decay_after(step, progress), list[Tensor](network.parameters())
        if self.share_of_start:
            if not self.start:  # until now, weights may still have been loaded
                self.start = [weight.clone() for weight in self.network.parameters()]
            weights = list(torch._foreach_lerp(weights, self.start, self.share_of_start))
        torch._foreach_lerp_(list(self.network.parameters()), weights, share)
        if buffers := list(self.network.buffers()):
            torch._foreach_copy_(buffers, list(network.buffers()))

    def load_start(self, start: Sequence[Tensor]) -> None:
        """Restore the weights before the first update; none where there was no update, or they have no share."""
        pairs = zip(start, self.network.parameters(), strict=True) if len(start) else ()
        self.start = [torch.empty_like(weight).copy_(kept) for kept, weight in pairs]
