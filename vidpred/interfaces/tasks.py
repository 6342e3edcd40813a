"""What a task must offer, and what it makes of a batch."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.registry import Registry


@dataclass(frozen=True)
class Batch:
    """Clips to learn from or to be judged on, and what they show."""

    clips: Tensor  # (B, T, C, H, W)
    labels: Tensor | None = None  # (B,), whole numbers from 0 on, where the data have classes

    def chunk(self, parts: int) -> "list[Batch]":
        """Cut the batch into ``parts``, in its order."""
        clips = self.clips.chunk(parts)
        labels = self.labels.chunk(parts) if self.labels is not None else [None] * len(clips)
        return [Batch(*pair) for pair in zip(clips, labels, strict=True)]

    def to(self, device: torch.device) -> "Batch":
        """Move clips and labels to ``device``."""
        labels = self.labels.to(device, non_blocking=True) if self.labels is not None else None
        return Batch(self.clips.to(device, non_blocking=True), labels)


@dataclass(frozen=True)
class Example:
    """One batch, posed as a question: given ``condition``, produce ``target``."""

    condition: Tensor  # what the network sees: context frames (B, T, C, H, W), or noise (B, Z)
    target: Tensor  # what it should produce: frames (B, T, C, H, W), one or more
    labels: Tensor | None = None  # of the target (B,), where it has a class
    lesson: Batch | None = None  # other clips, whose classes the discriminator shall learn


@dataclass(frozen=True)
class Illustration:
    """What a person looks at to see how a run is doing."""

    picture: np.ndarray  # 8-bit (H, W, 3)
    film: np.ndarray | None  # 8-bit frames (T, H, W, 3), where there is something that moves


class Task(Protocol):
    """Turns raw batches into examples, and outputs into what a discriminator judges."""

    networks: Registry  # which networks can attempt this task
    clip_length: int  # how many successive frames an example needs
    scores: Mapping[str, bool]  # what the best network may be chosen by, and whether higher is better
    usage: str  # the command that puts a trained network to use, with RUN where its folder belongs
    commands: Collection[str]  # of vidpred, as typed, that its networks serve beside train, health and film; else none

    @property
    def facts(self) -> Mapping[str, Any]:
        """What this task settles for the networks, by constructor argument."""
        ...

    def pose(self, batch: Tensor, labels: Tensor | None = None) -> Example:
        """Turn clips (B, clip_length, C, H, W), and their labels (B,) if any, into a question and its answer."""
        ...

    def answer(self, network: nn.Module, example: Example) -> Pyramid:
        """Let ``network`` produce what the example asks for, at every scale, coarse to fine."""
        ...

    def present(self, frames: Pyramid, example: Example) -> Pyramid:
        """Set ``frames`` beside whatever the discriminator may also look at."""
        ...

    def score(self, network: nn.Module, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Judge ``network`` on all clips (B, clip_length, C, H, W) together: scores by name."""
        ...

    def illustrate(self, network: nn.Module, clips: np.ndarray) -> Illustration:
        """Draw what ``network`` makes of 8-bit clips (B, T, H, W, C) of at least ``clip_length`` frames."""
        ...


@runtime_checkable
class Examiner(Protocol):
    """A task that judges the discriminator too."""

    def check(self, judge: nn.Module | None) -> None:
        """Refuse a discriminator that cannot be examined.

        Raises:
            VidpredError: it cannot, or there is none.
        """
        ...

    def examine(self, judge: nn.Module, batches: Sequence[Batch]) -> Mapping[str, float]:
        """Judge the discriminator on all clips together: scores by name."""
        ...
