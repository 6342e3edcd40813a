"""What predictions are made of: values that are no numbers, or no frame can have, and predictions that are the same."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vidpred.wording import counted

MARGIN = 0.1  # beyond [-1, 1], 13 grey levels: further outside, values are no mere overshoot
DARK = -0.5  # frames that go below it are not in [0, 1]


class _OfClip(NamedTuple):
    """Least and largest values of a clip's predicted frames by predictor, (T,) each, and who predicted the same.

    ``wrong`` are those who did not predict the truth, value by value.
    """

    least: Mapping[str, np.ndarray]
    largest: Mapping[str, np.ndarray]
    least_of_truth: float
    pairs: frozenset[tuple[str, str]]
    wrong: frozenset[str]


@dataclass(frozen=True, eq=False)
class PredictedValues:
    """The values of all predicted frames; of samplers, over all their samples.

    Args:
        least: by predictor, the least value of every frame (clip, step ahead): not finite where the frame holds nan or
            infinite values.
        largest: likewise.
        least_of_truth: over all true frames.
        alike: groups of predictors whose predictions are the same, value by value, on every clip, and not always the
            truth, as those of a still video are.
    """

    least: Mapping[str, np.ndarray]
    largest: Mapping[str, np.ndarray]
    least_of_truth: float
    alike: Sequence[Sequence[str]]

    def broken(self, name: str) -> np.ndarray:
        """Return which predicted frames (clip, step ahead) hold values that are no finite numbers."""
        broken: np.ndarray = ~(np.isfinite(self.least[name]) & np.isfinite(self.largest[name]))
        return broken

    @property
    def broken_steps(self) -> dict[str, np.ndarray]:
        """By predictor, at which steps ahead (T,) some predicted frame is broken, so that no mean is defined."""
        return {name: np.any(self.broken(name), axis=0) for name in self.least}

    def remarks(self, asked_for: Sequence[str], videos: Sequence[str]) -> list[str]:
        """Say what is odd about predictions, in a sentence each.

        Args:
            asked_for: predictors other than the baselines, of which alone it is said that they predict the same.
            videos: per clip, the name of its video.
        """
        found = [self._about(name, videos) for name in self.least]
        same = [
            f"{', '.join(group)}: the same predictions, value by value (the same weights, or the same computation)"
            for group in self.alike
            if set(group) & set(asked_for)
        ]
        return [*filter(None, found), *same]

    def as_tree(self, name: str) -> dict[str, float | int | None]:
        """Return the range of a predictor's finite values, and how many of its frames hold others, as plain values."""
        sound = ~self.broken(name)
        return {
            "least": float(self.least[name][sound].min()) if sound.any() else None,
            "largest": float(self.largest[name][sound].max()) if sound.any() else None,
            "frames": int(sound.size),
            "frames_not_finite": int((~sound).sum()),
            "frames_outside": int(self._outside(name).sum()),
        }

    def _outside(self, name: str) -> np.ndarray:
        beyond = (self.least[name] < -1 - MARGIN) | (self.largest[name] > 1 + MARGIN)
        outside: np.ndarray = beyond & ~self.broken(name)
        return outside

    def _shows_dark(self, other_than: str) -> bool:
        """Return whether the truth goes below ``DARK``, and so do predictions of others, since dark was to be seen."""
        others = [least for name, least in self.least.items() if name != other_than]
        return self.least_of_truth < DARK and any((least < DARK).any() for least in others)

    def _about(self, name: str, videos: Sequence[str]) -> str:
        broken, outside, facts = self.broken(name), self._outside(name), self.as_tree(name)
        frames = counted(int(broken.size), "predicted frame")
        if broken.any():
            clip, step = (int(place) for place in np.argwhere(broken)[0])
            return (
                f"{name}: {_holding(broken, frames)} nan or infinite values, the first at t+{step + 1} of clip "
                f"{clip + 1} ({videos[clip]}); means over such steps are not defined, since leaving frames out would "
                "flatter it; look for a division by 0, a root or a logarithm in the predictor"
            )
        span = f"{facts['least']:.3g} to {facts['largest']:.3g}"
        if outside.any():
            return (
                f"{name}: {_holding(outside, frames)} values outside of [-1, 1], from {span}, and are scored as "
                "they are; return frames in [-1, 1], or clamp them"
            )
        if self.least[name].min() >= 0 and self.largest[name].max() <= 1 and self._shows_dark(name):
            return (
                f"{name}: no value of {frames} is below 0, they are from {span}, but frames lie in [-1, 1] and true "
                f"ones go down to {self.least_of_truth:.3g}; where it predicts in [0, 1], return 2 * frames - 1"
            )
        return ""


class ValueLedger:
    """Collects what is seen of predicted values clip by clip, also of several threads."""

    def __init__(self) -> None:
        self.clips: dict[int, _OfClip] = {}

    def add(self, clip: int, futures: Mapping[str, Tensor], target: Tensor) -> None:
        """Look at the futures of a clip, by predictor (N, T, C, H, W), beside the truth (T, C, H, W).

        ``clip`` is its number, from 0 on.
        """
        ranges = {name: torch.aminmax(each.transpose(0, 1).flatten(1), dim=1) for name, each in futures.items()}
        self.clips[clip] = _OfClip(
            {name: each.min.double().cpu().numpy() for name, each in ranges.items()},
            {name: each.max.double().cpu().numpy() for name, each in ranges.items()},
            float(target.min()),
            frozenset(pair for pair in combinations(futures, 2) if torch.equal(*(futures[name] for name in pair))),
            frozenset(name for name, each in futures.items() if not torch.equal(each, target.expand_as(each))),
        )

    def close(self) -> PredictedValues:
        """Return what has been seen of all clips."""
        seen = [self.clips[clip] for clip in sorted(self.clips)]
        names = list(seen[0].least)
        wrong = frozenset.union(*(each.wrong for each in seen))
        pairs = {pair for pair in frozenset.intersection(*(each.pairs for each in seen)) if wrong.issuperset(pair)}
        return PredictedValues(
            {name: np.stack([each.least[name] for each in seen]) for name in names},
            {name: np.stack([each.largest[name] for each in seen]) for name in names},
            min(each.least_of_truth for each in seen),
            _groups(names, pairs),
        )


def _holding(places: np.ndarray, frames: str) -> str:
    return f"{places.sum()} of {frames} {'holds' if places.sum() == 1 else 'hold'}"


def _groups(names: Sequence[str], pairs: Collection[tuple[str, str]]) -> list[list[str]]:
    """Return groups of names of which every two are a pair, in their order."""
    groups: list[list[str]] = []
    for name in names:
        joined = next((group for group in groups if (group[0], name) in pairs), None)
        if joined is None:
            groups.append([name])
        else:
            joined.append(name)
    return [group for group in groups if len(group) > 1]
