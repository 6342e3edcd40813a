"""The discriminator of Salimans et al. (2016) for digits: fully connected, with noise on what goes into every layer."""

from itertools import pairwise
from typing import Annotated

import torch
from annotated_types import Ge
from torch import Tensor, nn
from torch.nn.utils.parametrizations import weight_norm

from vidpred.labels import one_hot, real_logits
from vidpred.pyramid import Pyramid
from vidpred.registry import DISCRIMINATORS

WIDTHS = (4, 2, 1, 1, 1)  # of the layers, as multiples of the last
ON_PIXELS = 1.2  # deviation of the noise on pixels, as a share of that on hidden units
DEVIATION = 0.1  # of the first weights' directions; their lengths are 1


@DISCRIMINATORS.register("noisy_dense")
class NoisyDenseDiscriminator(nn.Module):
    """Judge small clips as wholes, by their finest level alone, and tell classes apart if asked.

    Five layers of rectified units with normalised weights (Salimans and Kingma 2016). In training, normal noise is
    added to what goes into every layer. No layer mixes the clips of a batch.

    Args:
        height: of the frames in pixels.
        width: of the frames in pixels.
        num_frames: frames per judged clip: 1 for images.
        frame_channels: colour channels per frame.
        num_classes: that labels tell apart; 0 takes no labels.
        num_categories: classes that it learns to tell apart by itself; 0 for a verdict alone.
        hidden_channels: of the last three layers, four and two times as many in the first; the paper's 250.
        noise: deviation of the noise on hidden units; pixels get 1.2 times that: the paper's 0.5 and, in [0, 1], 0.3.

    Source: Salimans et al. (2016).
    """

    def __init__(
        self,
        height: int,
        width: int,
        num_frames: int = 1,
        frame_channels: int = 3,
        num_classes: int = 0,
        num_categories: Annotated[int, Ge(0)] = 0,
        hidden_channels: Annotated[int, Ge(1)] = 250,
        noise: Annotated[float, Ge(0)] = 0.5,
    ):
        super().__init__()
        self.num_classes = num_classes
        self.num_categories = num_categories
        self.noise = noise
        inputs = num_frames * frame_channels * height * width + num_classes
        widths = [inputs, *(multiple * hidden_channels for multiple in WIDTHS)]
        self.layers = nn.ModuleList(_normalised(*pair) for pair in pairwise(widths))
        self.verdict = _normalised(widths[-1], max(1, num_categories))

    def forward(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to logits (B,) of the finest level."""
        return [real_logits(self.classify(clips, labels))]

    def classify(self, clips: Pyramid, labels: Tensor | None = None) -> Tensor:
        """Map clips (B, T, C, h, w), coarse to fine, to the logit of every class (B, num_categories)."""
        (vectors,) = self.features(clips, labels)
        logits: Tensor = self.verdict(self._disturb(vectors, self.noise))
        return logits

    def features(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to the last layer's answers (B, F)."""
        pixels = clips[-1].flatten(1)
        told = one_hot(self, labels, pixels)
        vectors = self._disturb(pixels, ON_PIXELS * self.noise)
        vectors = vectors if told is None else torch.cat([vectors, told], dim=1)
        for number, layer in enumerate(self.layers):
            vectors = layer(self._disturb(vectors, self.noise) if number else vectors).relu()
        return [vectors]

    def _disturb(self, vectors: Tensor, deviation: float) -> Tensor:
        return vectors + deviation * torch.randn_like(vectors) if self.training and deviation else vectors


def _normalised(inputs: int, outputs: int) -> nn.Module:
    """Build a layer whose weights have a direction and a length of their own for every output."""
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, 0.0, DEVIATION)
    nn.init.zeros_(layer.bias)
    normalised: nn.Module = weight_norm(layer)
    with torch.no_grad():
        normalised.parametrizations.weight.original0.fill_(1.0)  # type: ignore[union-attr, operator]
    return normalised
