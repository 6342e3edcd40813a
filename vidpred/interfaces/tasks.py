"""What a task must provide, and the training examples that it makes from batches."""

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
    """Clips for training or evaluation, and their class labels."""

    clips: Tensor  # (B, T, C, H, W)
    labels: Tensor | None = None  # (B,), integers from 0 on, where the data have classes

    def chunk(self, parts: int) -> "list[Batch]":
        """Split the batch into ``parts``, in order."""
        clips = self.clips.chunk(parts)
        labels = self.labels.chunk(parts) if self.labels is not None else [None] * len(clips)
        return [Batch(*pair) for pair in zip(clips, labels, strict=True)]

    def to(self, device: torch.device) -> "Batch":
        """Move clips and labels to ``device``."""
        labels = self.labels.to(device, non_blocking=True) if self.labels is not None else None
        return Batch(self.clips.to(device, non_blocking=True), labels)


@dataclass(frozen=True)
class Example:
    """A batch as a training example: given ``condition``, produce ``target``."""

    condition: Tensor  # the network's input: context frames (B, T, C, H, W), or noise (B, Z)
    target: Tensor  # the desired output: frames (B, T, C, H, W), one or more
    labels: Tensor | None = None  # of the target (B,), where it has a class
    labelled: Batch | None = None  # further clips, from whose labels the discriminator learns to classify


@dataclass(frozen=True)
class Illustration:
    """A picture of what a network does, for a person to look at during a run."""

    picture: np.ndarray  # 8-bit (H, W, 3)
    film: np.ndarray | None  # 8-bit frames (T, H, W, 3), where the output is a video


class Task(Protocol):
    """Turns raw batches into examples, and the network's outputs into inputs of the discriminator."""

    networks: Registry  # which networks can be trained for this task
    clip_length: int  # how many successive frames an example needs
    scores: Mapping[str, bool]  # validation scores that the best network may be chosen by: is higher better?
    usage: str  # the command that applies a trained network, with RUN in place of its folder
    commands: Collection[
        str
    ]  # vidpred commands, besides train, health and film, that accept its networks; may be empty

    @property
    def facts(self) -> Mapping[str, Any]:
        """Network arguments that this task determines, by constructor argument."""
        ...

    def pose(self, batch: Tensor, labels: Tensor | None = None) -> Example:
        """Turn clips (B, clip_length, C, H, W), and their labels (B,) if any, into a training example."""
        ...

    def answer(self, network: nn.Module, example: Example) -> Pyramid:
        """Return the output of ``network`` for the example, at every scale, coarse to fine."""
        ...

    def present(self, frames: Pyramid, example: Example) -> Pyramid:
        """Return the discriminator's input: ``frames``, joined with whatever else it is conditioned on."""
        ...

    def score(self, network: nn.Module, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Evaluate ``network`` on all clips (B, clip_length, C, H, W) together; return the scores by name."""
        ...

    def illustrate(self, network: nn.Module, clips: np.ndarray) -> Illustration:
        """Show what ``network`` does with 8-bit clips (B, T, H, W, C) of at least ``clip_length`` frames."""
        ...


@runtime_checkable
class DiscriminatorEvaluator(Protocol):
    """A task that evaluates the discriminator too."""

    def check_discriminator(self, discriminator: nn.Module | None) -> None:
        """Reject a discriminator that cannot be evaluated.

        Raises:
            VidpredError: it cannot, or there is none.
        """
        ...

    def evaluate_discriminator(self, discriminator: nn.Module, batches: Sequence[Batch]) -> Mapping[str, float]:
        """Evaluate the discriminator on all clips together; return the scores by name."""
        ...


@runtime_checkable
class SaysWhatIsScored(Protocol):
    """A task that says which frames its validation scores are of."""

    scored: str  # follows a score: "at t+1", "of the frame in the middle"
