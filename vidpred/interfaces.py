"""The seams of the toolkit: what each kind of part must offer, and nothing more.

Shapes are written with one letter per axis: B batch, T time (frames), C colour channels, H height,
W width; lower-case h, w on the coarser levels of a pyramid. Frames are (B, T, C, H, W) floats in
[-1, 1], oldest first; an image is a clip of one frame.

What only some parts offer has a protocol of its own. Where that is a number and not a method, one function
reads it with getattr: a network that is compiled or distributed passes on what the network in it says of
itself, and from Python 3.12 on isinstance does not see that.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.pyramid import Pyramid
from vidpred.registry import Registry


class Predictor(Protocol):
    """Predicts the frame that comes ``lead`` frames after a context."""

    num_context_frames: int  # T: how many frames it looks at
    lead: int  # 1 is the frame right after the context

    def __call__(self, context: Tensor) -> Pyramid:
        """Map (B, T, C, H, W) to the predicted frame at every scale, each (B, 1, C, h, w), coarse to fine."""
        ...


class SamplingPredictor(Predictor, Protocol):
    """A predictor that draws one of many futures. How many numbers of noise it takes, 0 makes it deterministic."""

    latent_channels: int

    def __call__(self, context: Tensor, latent: Tensor | None = None) -> Pyramid:
        """Map (B, T, C, H, W) and noise (B, latent_channels), standard normal, to a frame at every scale.

        Without noise it draws some in training, and takes zeros in evaluation
        (:func:`vidpred.latent.settle_latent`).
        """
        ...


@runtime_checkable
class Retrospective(Predictor, Protocol):
    """A predictor that makes use of more frames than it needs, where the context has them."""

    most_context_frames: int  # at least num_context_frames


@runtime_checkable
class Extrapolator(Predictor, Protocol):
    """A predictor that reaches any number of frames ahead from real frames alone.

    A rollout feeds predictions back into other predictors, but asks this one for every frame at once.
    """

    def predict_ahead(self, context: Tensor) -> Iterator[Tensor]:
        """Yield the frames right after (B, T, C, H, W) one by one, each (B, 1, C, H, W), without end.

        ``lead`` does not count here: frame by frame from the first, whatever it is.
        """
        ...


class Tileable(Predictor, Protocol):
    """A predictor that sees only so far, and so can be given a large frame in tiles."""

    receptive_radius: int | None  # in pixels; None, as where it is missing, sees whole frames


class Multiscale(Protocol):
    """A network that answers at several scales, each twice as large as the one before."""

    num_scales: int  # 1 where it is missing


class ChannelSpecific(Protocol):
    """A network that is made for frames of so many colour channels."""

    frame_channels: int  # 1 takes grey frames; 3 where it is missing


class Conditional(Protocol):
    """A network that takes labels: of what it shall draw, or of what it judges."""

    num_classes: int  # 0, as where it is missing, takes none


class Generator(Protocol):
    """Draws images from noise; if it takes labels, of the class that is asked for."""

    latent_channels: int
    num_classes: int  # 0 takes no labels

    def __call__(self, noise: Tensor, labels: Tensor | None = None) -> Pyramid:
        """Map noise (B, latent_channels), standard normal, and labels (B,) to images, each (B, 1, C, h, w)."""
        ...


class Discriminator(Protocol):
    """Judges whether clips are real.

    It may judge by the finest levels alone, and take labels (:class:`Conditional`).
    """

    def __call__(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to logits per scale, each (B,) or a map (B, h', w')."""
        ...


@runtime_checkable
class Describing(Protocol):
    """A discriminator that shows what it sees in clips before it judges them."""

    def features(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to features per scale, each (B, F) or a map (B, F, h', w').

        One that takes labels (B,) takes them here too.
        """
        ...


class BatchDependent(Discriminator, Protocol):
    """A discriminator whose logits for a clip may depend on what else is in the batch."""

    mixes_batch: bool  # False where it is missing


class ReferenceNormalised(Discriminator, Protocol):
    """A discriminator that normalises every batch beside real clips that stay the same."""

    reference: nn.Module | None  # None, as where it is missing, has no use for them

    def take_reference(self, clips: Pyramid) -> None:
        """Keep real clips (B, T, C, h, w) at every scale, which come once, before the first step."""
        ...


class Classifier(Protocol):
    """A discriminator that also tells what clips show: a fake belongs to none of ``num_categories`` classes."""

    num_categories: int  # 0, as where it is missing, tells none apart

    def classify(self, clips: Pyramid) -> Tensor:
        """Map clips (B, T, C, h, w) at every scale to the logit of every class, (B, num_categories)."""
        ...


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
    commands: Collection[str]  # of vidpred that its networks serve, as typed, beside those for every task; else none

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


class Dataset(Protocol):
    """Clips by number, gathered in batches."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the data settle for the networks, by constructor argument: frame_channels, height, width."""
        ...

    def __len__(self) -> int: ...

    def gather(self, indices: Sequence[int], draws: Sequence[np.random.Generator] | None = None) -> np.ndarray:
        """Return 8-bit clips (B, T, H, W, C).

        Args:
            indices: which clips, each from 0 to ``len(self) - 1``.
            draws: one random generator per clip, for the augmentation; without, nothing is random.
        """
        ...

    def full_frames(self, index: int) -> np.ndarray:
        """Return one 8-bit clip (T, H, W, C) as large as the data set keeps it, uncropped."""
        ...

    def video(self, index: int) -> str:
        """Return the name of what the clip was taken from; scores are averaged by it first."""
        ...


@runtime_checkable
class Labelled(Protocol):
    """A data set that may say of every clip what it shows; its facts have ``num_classes``, 0 where it does not."""

    def labels(self, indices: Sequence[int]) -> np.ndarray | None:
        """Return the classes (N,), whole numbers from 0 to ``num_classes - 1``; none where there are none.

        -1 stands for a class that is not told: such data have ``num_categories`` in their facts instead.
        """
        ...


@runtime_checkable
class Mirroring(Protocol):
    """A data set that may mirror its clips in training, so that their mirror images have been learnt from too."""

    flip: bool  # False, as where it is missing, leaves them as they are


@dataclass(frozen=True)
class Split:
    """Clips to learn from, and clips of other videos to be judged on."""

    train: Dataset
    validation: Dataset | None  # none when there is one video only
    report: str  # what was used and what was skipped, and why: a table for the terminal
    skipped: str = ""  # what was skipped, in short
