"""What networks must provide, and what only some provide.

Each optional capability has a protocol of its own. Where it is an attribute rather than a method, one function
reads it with getattr: a compiled or distributed wrapper forwards the attributes of the network it wraps, but from
Python 3.12 on isinstance does not see forwarded attributes.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, runtime_checkable

from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid


class Predictor(Protocol):
    """Predicts the frame that comes ``lead`` frames after a context."""

    num_context_frames: int  # T: how many frames it takes
    lead: int  # 1 is the frame right after the context

    def __call__(self, context: Tensor) -> Pyramid:
        """Map (B, T, C, H, W) to the predicted frame at every scale, each (B, 1, C, h, w), coarse to fine."""
        ...


class SamplingPredictor(Predictor, Protocol):
    """A predictor that samples one of many possible futures, depending on a noise vector."""

    latent_channels: int  # length of the noise vector; 0 makes the predictor deterministic

    def __call__(self, context: Tensor, latent: Tensor | None = None) -> Pyramid:
        """Map (B, T, C, H, W) and noise (B, latent_channels), standard normal, to a frame at every scale.

        Without noise it samples some in training mode, and uses zeros in evaluation mode
        (:func:`vidpred.nn.latent.resolve_latent`).
        """
        ...


@runtime_checkable
class LongContext(Predictor, Protocol):
    """A predictor that uses more context frames than it requires, where they are available."""

    most_context_frames: int  # the most that it uses; at least num_context_frames


@runtime_checkable
class Extrapolator(Predictor, Protocol):
    """A predictor that predicts any number of frames ahead directly from real frames.

    A rollout feeds predictions back into other predictors, but takes all frames from this one directly.
    """

    def predict_ahead(self, context: Tensor) -> Iterator[Tensor]:
        """Yield the frames right after (B, T, C, H, W) one by one, each (B, 1, C, H, W), without end.

        ``lead`` is ignored here: the first frame is always the one right after the context.
        """
        ...


@runtime_checkable
class Following(Predictor, Protocol):
    """A predictor that, in a rollout in evaluation mode, remembers more of what it has predicted than the frames."""

    def follow(
        self, context: Tensor, trail: Any = None, latent: Tensor | None = None, finest_alone: bool = False
    ) -> tuple[Pyramid, Any]:
        """Predict as a call does, and return besides what to give as ``trail`` once that is the context's last frame.

        Args:
            context: (B, T, C, H, W).
            trail: what was returned with the last frame of the context; None where that is a known frame.
            latent: as :class:`SamplingPredictor` takes it; None where the predictor is deterministic.
            finest_alone: return the finest scale alone, where that is less work.
        """
        ...


@runtime_checkable
class ShortMemory(Following, Protocol):
    """A predictor that looks at fewer frames once the last of them is a prediction, as it remembers the rest."""

    num_followed_frames: int  # that it then looks at; at least num_context_frames


@runtime_checkable
class Cadenced(Predictor, Protocol):
    """A predictor that continues motion from picture to picture, and so is to be given no frame that repeats another.

    Where a film repeats frames in a steady rhythm, a rollout in evaluation mode hides repeats from it, and repeats what
    it predicts in the same rhythm.
    """

    keeps_cadence: bool


@runtime_checkable
class SamplingAhead(SamplingPredictor, Protocol):
    """A predictor that samples many futures of the same frames at little more than the cost of one.

    A rollout asks it for all of them at once, where its ``lead`` is 1.
    """

    def sample_ahead(self, context: Tensor, latents: Sequence[Tensor]) -> Iterator[Tensor]:
        """Yield the frames right after (B, T, C, H, W), each (B, N, 1, C, H, W) in N futures, without end.

        Each is what a rollout yields whose noise is one of ``latents`` (B, latent_channels) at its first frame.
        """
        ...


@runtime_checkable
class Stepping(Following, Protocol):
    """A predictor that can also be followed by tensors alone, from frame to frame of one clip, as exported steps are.

    It predicts the frame right after the context: its ``lead`` is 1.
    """

    remembered: Sequence[str]  # a name for each tensor that is handed on from step to step

    def first_step(self, context: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Map known frames (1, T, C, H, W) to the next (1, 1, C, H, W), and to what is remembered."""
        ...

    def next_step(self, frame: Tensor, *memory: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Map the last predicted frame (1, 1, C, H, W), and what is remembered, to the next frame and what is then."""
        ...


class Tileable(Predictor, Protocol):
    """A predictor with a limited receptive field, which can process a large frame in tiles."""

    receptive_radius: int | None  # in pixels; None, or a missing attribute, means unlimited
    coarsest_pixel: int  # side of the largest square pooled within a scale, in its pixels; missing, it means 1


class Multiscale(Protocol):
    """A network with outputs at several scales, each twice as large as the one before."""

    num_scales: int  # a missing attribute means 1


class ChannelSpecific(Protocol):
    """A network built for frames with a given number of colour channels."""

    frame_channels: int  # 1 for grey frames; a missing attribute means 3


class Conditional(Protocol):
    """A class-conditional network: a generator or a discriminator that takes labels."""

    num_classes: int  # 0, or a missing attribute, means that it takes no labels


class Unexportable(Protocol):
    """A network that can be computed by vidpred alone, and says why it cannot be exported to a file."""

    not_exportable: str  # a clause to follow "because"; empty, or a missing attribute, where it can be exported


class Traceable(Protocol):
    """A network that torch.export takes very long to reason about, but whose trace by torch.jit has free sizes."""

    onnx_by_trace: bool  # ONNX models are made of that; a missing attribute means that they are not


class Generator(Protocol):
    """Generates images from noise, and from class labels if it takes them."""

    latent_channels: int
    num_classes: int  # 0 takes no labels

    def __call__(self, noise: Tensor, labels: Tensor | None = None) -> Pyramid:
        """Map noise (B, latent_channels), standard normal, and labels (B,) to images, each (B, 1, C, h, w)."""
        ...


class Discriminator(Protocol):
    """Tells real clips from fake ones.

    It may use the finest levels alone, and take labels (:class:`Conditional`).
    """

    def __call__(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to logits per scale, each (B,) or a map (B, h', w')."""
        ...


@runtime_checkable
class FeatureProvider(Protocol):
    """A discriminator that exposes the features its logits are computed from, as feature matching needs."""

    def features(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to features per scale, each (B, F) or a map (B, F, h', w').

        A class-conditional discriminator takes labels (B,) here too.
        """
        ...


class BatchDependent(Discriminator, Protocol):
    """A discriminator whose logits for a clip may depend on the other clips of the batch."""

    mixes_batch: bool  # a missing attribute means False


class ReferenceNormalised(Discriminator, Protocol):
    """A discriminator that normalises every batch with the statistics of a fixed reference batch of real clips."""

    reference: nn.Module | None  # None, or a missing attribute, means that it needs no reference batch

    def take_reference(self, clips: Pyramid) -> None:
        """Store real clips (B, T, C, h, w) at every scale; called once, before the first step."""
        ...


class Classifier(Protocol):
    """A discriminator that also classifies clips: a fake belongs to none of the ``num_categories`` classes."""

    num_categories: int  # 0, or a missing attribute, means that it does not classify

    def classify(self, clips: Pyramid) -> Tensor:
        """Map clips (B, T, C, h, w) at every scale to the logit of every class, (B, num_categories)."""
        ...
