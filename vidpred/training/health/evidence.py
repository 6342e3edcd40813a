"""The measurements that a verdict on an adversarial game rests on, and what they come to."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from vidpred.training.health.things import CLIPS, Things

History = Sequence[Mapping[str, Any]]  # figures of one measurement each, oldest first; not every one has every figure

PATIENCE = 10  # measurements before the first verdict: at first, every generator makes one picture of everything


class Evidence(NamedTuple):
    """The measurements of a run that count, oldest first."""

    recent: History  # the last, on which a verdict rests
    measured: History  # all
    compared: History  # the last that compare with held-out clips
    things: Things = CLIPS  # what they are of

    @property
    def at(self) -> str:
        """Where gradients are taken, in words."""
        return f"at the {self.things.frame}s"

    @property
    def traces(self) -> list[Sequence[float]]:
        """What the generator put out for fixed inputs."""
        return [entry["trace"] for entry in self.recent if all(map(math.isfinite, entry.get("trace", [math.nan])))]

    @property
    def diversities(self) -> list[float]:
        """How much fakes differ, as a share of how much real clips do."""
        return self.figures("diversity")

    @property
    def shares(self) -> list[float]:
        """The adversary's shares of the gradient."""
        return self.figures("gradient_share")

    def figures(self, name: str) -> list[float]:
        """Return a figure of those that have it; where a network broke, it may be no number."""
        return [entry[name] for entry in self.recent if math.isfinite(entry.get(name, math.nan))]

    def mean(self, name: str) -> float:
        """Return the mean of a figure that all have."""
        return mean(self.recent, name)


class Halves(NamedTuple):
    """Medians of the first and the second half of some measurements."""

    earlier: float
    later: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Halves | None":
        """Return the halves of values; none where there are too few."""
        if len(values) < PATIENCE:
            return None
        middle = len(values) // 2
        return cls(float(np.median(values[:middle])), float(np.median(values[middle:])))


def mean(entries: History, name: str) -> float:
    """Return the mean of a figure that all ``entries`` have."""
    return float(np.mean([entry[name] for entry in entries]))
