"""What networks must offer, and what only some of them do.

What only some offer has a protocol of its own. Where that is a number and not a method, one function
reads it with getattr: a network that is compiled or distributed passes on what the network in it says of
itself, and from Python 3.12 on isinstance does not see that.
"""

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid


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
        (:func:`vidpred.nn.latent.settle_latent`).
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
