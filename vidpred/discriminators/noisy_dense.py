"""The discriminator of Salimans et al. (2016) for digits: fully connected, with noise on the input of every layer."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Classes, ClipLength, Side, Weight, Width
from vidpred.nn.clips import require_pyramid
from vidpred.nn.labels import one_hot, real_logits
from vidpred.registry import DISCRIMINATORS

WIDTHS = (4, 2, 1, 1, 1)  # of the layers, as multiples of the last
ON_PIXELS = 0.6  # deviation of the noise on pixels in [0, 1], relative to that on hidden units
FIRST_LENGTH, LENGTH = 2.6, 1.3  # norm of a unit's weights, so that outputs of all layers have a deviation of about 1
DEVIATION = 0.1  # of the initial weights, of which only the direction matters


@DISCRIMINATORS.register("noisy_dense")
class NoisyDenseDiscriminator(nn.Module):
    """One logit per small clip, computed from the finest level alone; it can classify clips too.

    Five layers of rectified units with weight normalisation (Salimans and Kingma 2016): as their norm is fixed, weights
    cannot outgrow the Gaussian noise that is added to the input of every layer in training. No layer mixes the clips
    of a batch.

    Args:
        height: of the frames in pixels.
        width: of the frames in pixels.
        num_frames: frames per clip: 1 for images.
        frame_channels: colour channels per frame.
        num_classes: number of classes of the labels; 0 takes no labels.
        num_categories: number of classes that it learns to classify clips into; 0 for no classification.
        hidden_channels: of the last three layers; the first two have four and two times as many; the paper has 250.
        noise: deviation of the noise on hidden units; on pixels in [0, 1] it is 0.6 times that. The paper has 0.5 and
            0.3.

    Source: Salimans et al. (2016).
    """

    @checked
    def __init__(
        self,
        height: Side,
        width: Side,
        num_frames: ClipLength = 1,
        frame_channels: Channels = 3,
        num_classes: Classes = 0,
        num_categories: Classes = 0,
        hidden_channels: Width = 250,
        noise: Weight = 0.5,
    ):
        super().__init__()
        self.num_classes = num_classes
        self.num_categories = num_categories
        self.noise = noise
        self.clip = (num_frames * frame_channels, height, width)
        inputs = num_frames * frame_channels * height * width + num_classes
        widths = [inputs, *(multiple * hidden_channels for multiple in WIDTHS)]
        sizes = zip(widths[:-1], widths[1:], [FIRST_LENGTH, *(LENGTH for _ in widths[2:])], strict=True)
        self.layers = nn.ModuleList(_Normalised(inputs, outputs, length) for inputs, outputs, length in sizes)
        self.verdict = _Normalised(widths[-1], max(1, num_categories), LENGTH, learns_length=True)

    def forward(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to logits (B,) of the finest level."""
        return [real_logits(self.classify(clips, labels))]

    def classify(self, clips: Pyramid, labels: Tensor | None = None) -> Tensor:
        """Map clips (B, T, C, h, w), coarse to fine, to the logit of every class (B, num_categories)."""
        (vectors,) = self.features(clips, labels)
        logits: Tensor = self.verdict(self._add_noise(vectors, self.noise))
        return logits

    def features(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to the input of the last layer (B, F)."""
        require_pyramid(self, clips, self.clip[0], size=self.clip[1:])
        pixels = (clips[-1].flatten(1) + 1) / 2  # (B, T C h w), in [0, 1]
        classes = one_hot(self, labels, pixels)
        vectors = self._add_noise(pixels, ON_PIXELS * self.noise)
        vectors = vectors if classes is None else torch.cat([vectors, classes], dim=1)  # (B, T C h w + num_classes)
        for number, layer in enumerate(self.layers):
            vectors = layer(self._add_noise(vectors, self.noise) if number else vectors).relu()
        return [vectors]

    def _add_noise(self, vectors: Tensor, deviation: float) -> Tensor:
        return vectors + deviation * torch.randn_like(vectors) if self.training and deviation else vectors


class _Normalised(nn.Linear):
    """A linear layer with weight normalisation: the norm of an output's weights is independent of their direction."""

    length: Tensor

    def __init__(self, inputs: int, outputs: int, length: float, learns_length: bool = False):
        super().__init__(inputs, outputs)
        nn.init.normal_(self.weight, 0.0, DEVIATION)
        nn.init.zeros_(self.bias)
        lengths = torch.full((outputs,), length)
        if learns_length:
            self.length = nn.Parameter(lengths)
        else:
            self.register_buffer("length", lengths)

    def forward(self, vectors: Tensor) -> Tensor:
        scale: Tensor = self.length / self.weight.norm(dim=1)
        return F.linear(vectors, self.weight) * scale + self.bias
