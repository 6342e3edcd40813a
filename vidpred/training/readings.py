"""Losses that are left on the device while it works, and fetched some steps at a time: each fetch waits for it."""

import math
from collections.abc import Mapping

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.machine.engine import Engine
from vidpred.training.sentences import DIVERGED

MOST_KEPT = 20  # steps: so late may a loss that is not a number stop a run, or a signal to one of several processes


class Readings:
    """The losses of the last steps, averaged over processes.

    Every process must keep and fetch at the same steps.

    Args:
        engine: on whose device they are.
    """

    def __init__(self, engine: Engine):
        self.engine = engine
        self.latest: dict[str, float] = {}  # of the last step that was fetched
        self.must_stop = False  # whether any process was asked to stop
        self._kept: list[tuple[int, list[str], Tensor]] = []  # step, names, values

    def keep(self, step: int, terms: Mapping[str, Tensor], asked_to_stop: bool) -> None:
        """Keep the losses of ``step``; fetch what has been kept where that is much, or costs no time.

        Raises:
            VidpredError: see :meth:`fetch`.
        """
        values = [value.float() for value in terms.values()]
        values.append(torch.full_like(values[0], float(asked_to_stop)))
        self._kept.append((step, list(terms), torch.stack(values)))
        self.must_stop = self.must_stop or (asked_to_stop and self.engine.num_processes == 1)
        if len(self._kept) >= most_kept_on(self.engine.device):
            self.fetch()

    def fetch(self) -> dict[str, float]:
        """Return the losses of the last step by name; wait for them, if they have not been fetched.

        Raises:
            VidpredError: a loss became infinite or not a number.
        """
        kept, self._kept = self._kept, []
        if kept:
            numbers = iter(self.engine.mean(torch.cat([values for *_, values in kept])).tolist())
        for step, names, _ in kept:
            self.latest = {name: next(numbers) for name in names}
            self.must_stop = next(numbers) > 0 or self.must_stop
            _check(step, self.latest)
        return dict(self.latest)


def most_kept_on(device: torch.device) -> int:
    """Return for how many steps losses are left on ``device``: there is nothing to wait for on the CPU."""
    return 1 if device.type == "cpu" else MOST_KEPT


def _check(step: int, losses: Mapping[str, float]) -> None:
    for name, value in losses.items():
        if not math.isfinite(value) and not name.endswith("_gradient"):
            raise VidpredError(
                f"the loss {name!r} became {value} at step {step}, {DIVERGED}, or with train.precision=fp32"
            )
