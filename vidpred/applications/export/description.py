"""What an exported file says of itself: what goes in, what comes out, and where the network came from."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from torch import nn

import vidpred
from vidpred.frames.pyramid import frame_channels
from vidpred.interfaces import Predictor
from vidpred.nn.context import takes_context
from vidpred.nn.labels import num_classes
from vidpred.nn.latent import latent_channels
from vidpred.predictors.rollout.rollout import longest_context


@dataclass(frozen=True)
class Description:
    """What is known of a network that is to be exported.

    Args:
        kind: ``predictor`` or ``generator``.
        name: that it is called by.
        network: the name of its class.
        weights: where they came from, in words.
        channels: of a frame or an image; 3 are red, green and blue.
        latent_length: of the noise that it takes; 0 for none.
        context_frames: how many frames it takes, oldest first; 0 for a generator.
        lead: how many frames after the context the predicted frame lies; 0 for a generator.
        num_classes: of the labels that it takes; 0 for none.
    """

    kind: str
    name: str
    network: str
    weights: str
    channels: int
    latent_length: int
    context_frames: int = 0
    lead: int = 0
    num_classes: int = 0

    @classmethod
    def of(cls, network: nn.Module, name: str, weights: str) -> "Description":
        """Describe a predictor, or a generator of images, by what it says of itself."""
        kind = "predictor" if takes_context(network) else "generator"
        known = cls(kind, name, type(network).__name__, weights, frame_channels(network), latent_channels(network))
        if kind == "generator":
            return replace(known, num_classes=num_classes(network))
        predictor = cast(Predictor, network)
        return replace(known, context_frames=longest_context(predictor), lead=predictor.lead)

    def inputs(self) -> dict[str, tuple[int | str, ...]]:
        """Return the shape of every input by its name; a word stands for a free size."""
        shapes: dict[str, tuple[int | str, ...]] = {}
        if self.context_frames:
            shapes["context"] = ("batch", self.context_frames, self.channels, "height", "width")
        if self.latent_length:
            shapes["noise"] = ("batch", self.latent_length)
        if self.num_classes:
            shapes["labels"] = ("batch",)
        return shapes

    def output(self) -> tuple[str, tuple[int | str, ...]]:
        """Return the name of the output, and its shape; an image's sides are the generator's own."""
        if self.context_frames:
            return "frame", ("batch", 1, self.channels, "height", "width")
        return "images", ("batch", self.channels, "image height", "image width")

    def metadata(self, smallest_side: int) -> Mapping[str, str]:
        """Return all of it as text by key.

        Args:
            smallest_side: of the frames that the file takes, in pixels; 0 for a generator.
        """
        known: dict[str, object] = {
            "kind": self.kind,
            "name": self.name,
            "network": self.network,
            "weights": self.weights,
            "channels": self.channels,
            "value_range": "-1 to 1",
            "latent_length": self.latent_length,
            "vidpred_version": vidpred.__version__,
        }
        if self.context_frames:
            known |= {"context_frames": self.context_frames, "lead": self.lead, "smallest_side": smallest_side}
        else:
            known |= {"num_classes": self.num_classes}
        return {key: str(value) for key, value in known.items()}

    def __str__(self) -> str:
        name, shape = self.output()
        inputs = ", ".join(f"{given} {written(sides)}" for given, sides in self.inputs().items())
        return f"{inputs} -> {name} {written(shape)}"


def written(shape: tuple[int | str, ...]) -> str:
    """Write a shape as (batch, 3, height, width)."""
    return f"({', '.join(map(str, shape))})" if len(shape) > 1 else f"({shape[0]},)"
