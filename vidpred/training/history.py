"""Historical averaging: a pull on a network's weights towards their mean over the run."""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor


class History:
    """The mean of a network's weights over all updates, and the gradient of the squared distance from it.

    Args:
        weights: of the network.
        strength: weight of the squared distance, summed over all weights, beside what else the network minimises.

    Source: Salimans et al. (2016).
    """

    def __init__(self, weights: Iterable[Tensor], strength: float):
        self.weights = list(weights)
        self.strength = strength
        self.means = [weight.detach().clone() for weight in self.weights]
        self.count = 0

    @torch.no_grad()
    def pull(self) -> None:
        """Add to the weights' gradients that of the squared distance."""
        if not self.count:  # before the first update; until then, weights may still be loaded
            self.take()
        for weight, mean in zip(self.weights, self.means, strict=True):
            if weight.grad is not None:
                weight.grad.add_(weight - mean, alpha=2 * self.strength)

    @torch.no_grad()
    def take(self) -> None:
        """Average the present weights into the mean."""
        self.count += 1
        torch._foreach_lerp_(self.means, self.weights, 1 / self.count)

    def state_dict(self) -> dict[str, Any]:
        """Return the means, and over how many updates they are."""
        return {"means": self.means, "count": self.count}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore a state of :meth:`state_dict`."""
        for mean, kept in zip(self.means, state["means"], strict=True):
            mean.copy_(kept)
        self.count = state["count"]
