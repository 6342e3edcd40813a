"""Penalties in the discriminator's loss, beside its game: how heavy, and how often."""

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.losses import PENALTIES, DiscriminatorPass, Penalty
from vidpred.training.schedule import along_cosine


class Penalties:
    """Penalties with their weights, in the course of a run.

    Args:
        weights: by name (see ``PENALTIES``); what weighs 0 is left out.
        final_weights: of some of them at the last update, reached along half a cosine; others stay.
        interval: updates per update at which they are computed, as many times as heavy, which is cheaper (lazy
            regularisation, Karras et al. 2020).

    Raises:
        VidpredError: an unknown penalty, or a final weight of one that has no weight.
    """

    def __init__(
        self,
        weights: Mapping[str, float] = MappingProxyType({}),
        final_weights: Mapping[str, float] = MappingProxyType({}),
        interval: int = 1,
    ):
        self._penalties: dict[str, Penalty] = {name: PENALTIES[name] for name, weight in weights.items() if weight}
        self.names = list(self._penalties)
        self.interval = interval
        self._weights = {name: (weights[name], final_weights.get(name, weights[name])) for name in self.names}
        self.last_values: dict[str, Tensor] = {}  # unweighted, of the last update at which they were due
        self._last_update: int | None = None  # at which these were computed
        for name in final_weights:
            if name not in self.names:
                raise VidpredError(
                    f"final_penalties names {name!r}, but the penalties with a weight are "
                    f"{', '.join(self.names) or 'none'}; give it a weight in objective.penalties as well"
                )

    def are_due(self, update: int) -> bool:
        """Return whether penalties are computed at the given update, counted from 0."""
        return bool(self.names) and update % self.interval == 0

    def weight(self, name: str, progress: float) -> float:
        """Return the weight that a penalty would have if it were computed at every update.

        Args:
            name: of the penalty.
            progress: share of the run that has passed.
        """
        return along_cosine(*self._weights[name], progress)

    def weighted_sum(
        self, judged: DiscriminatorPass, progress: float, update: int = 0, share: float = 1.0
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the weighted sum of all penalties, and each value by name, unweighted.

        Args:
            judged: what they are computed from.
            progress: share of the run that has passed.
            update: whose part this is, counted from 0.
            share: of the update that goes through at once; the last values are the sums of all parts by it.
        """
        total = torch.zeros((), dtype=torch.float32, device=judged.clips[-1].device)
        values: dict[str, Tensor] = {}
        for name, penalty in self._penalties.items():
            value = penalty(judged)
            values[name] = value.detach()
            total = total + self.interval * self.weight(name, progress) * value
        parts = {name: value if share == 1 else share * value for name, value in values.items()}
        if update == self._last_update:
            parts = {name: self.last_values[name] + part for name, part in parts.items()}
        self.last_values, self._last_update = parts, update
        return total, values

    def values_on(self, device: torch.device) -> dict[str, Tensor]:
        """Return the last values by name, which stay on ``device`` from now on; a checkpoint's are on the CPU."""
        self.last_values = {name: value.to(device) for name, value in self.last_values.items()}
        return dict(self.last_values)

    def state_dict(self) -> dict[str, Tensor]:
        """Return the last values, which are reported until penalties are due again."""
        return dict(self.last_values)

    def load_state_dict(self, state: Mapping[str, Tensor] | None) -> None:
        """Restore a state of :meth:`state_dict`, where there is one."""
        self.last_values = dict(state or {})
