"""The discriminator of R3GAN: residual blocks without any normalisation."""

from itertools import pairwise
from typing import Annotated

from annotated_types import Ge, MultipleOf
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.nn.labels import one_hot
from vidpred.nn.minibatch import Comparison
from vidpred.nn.r3gan import Halved, ResidualBlock, pointwise, scaled, width_at
from vidpred.nn.stacks import COARSEST, image_resolutions, normalise_spectra
from vidpred.registry import DISCRIMINATORS

EMBEDDING = 64  # numbers by which an image and a class are compared


@DISCRIMINATORS.register("residual")
class ResidualDiscriminator(nn.Module):
    """Judge square clips as wholes, by their finest level alone: the generator's mirror image.

    Where there are classes, the product of what the network sees and the embedding of the label is added to
    the logit (Miyato and Koyama 2018). Only with minibatch_* are the clips of a batch judged beside each other.

    Args:
        height: of the frames in pixels, a power of two from 16 on.
        width: of the frames in pixels, the same.
        num_frames: frames per judged clip: 1 for images.
        frame_channels: colour channels per frame.
        num_classes: that labels tell apart; 0 takes no labels.
        hidden_channels: up to ``widest_up_to`` pixels; the paper's 768. A multiple of 8.
        num_blocks: residual blocks per resolution.
        widest_up_to: side in pixels, above which there are fewer channels.
        narrowing: how many times fewer with every doubling, at least 8: with 2 from 4 pixels on, as in DCGAN.
        spectral_norm: whether to keep the largest singular value of every layer at 1, which bounds how
            steep the discriminator can get (Miyato et al. 2018); blocks then begin as something.
        minibatch_kernels: numbers by which a clip is compared with the others of its batch (Salimans et al. 2016);
            0 for none.
        minibatch_dims: numbers that each of them compares.
        minibatch_deviation: whether the deviation within the batch is seen (Karras et al. 2018).

    Raises:
        VidpredError: the frames have a size that it cannot judge.

    Source: Huang et al. (2024), "The GAN is dead; long live the GAN! A modern GAN baseline".
    """

    def __init__(
        self,
        height: int,
        width: int,
        num_frames: int = 1,
        frame_channels: int = 3,
        num_classes: int = 0,
        hidden_channels: Annotated[int, Ge(8), MultipleOf(8)] = 256,
        num_blocks: Annotated[int, Ge(1)] = 2,
        widest_up_to: Annotated[int, Ge(4)] = 32,
        narrowing: Annotated[float, Ge(1)] = 2.0,
        spectral_norm: bool = False,
        minibatch_kernels: Annotated[int, Ge(0)] = 0,
        minibatch_dims: Annotated[int, Ge(1)] = 5,
        minibatch_deviation: bool = False,
    ):
        super().__init__()
        self.num_classes = num_classes
        sides = image_resolutions(height, width)[::-1]
        widths = [width_at(side, hidden_channels, widest_up_to, narrowing) for side in sides]
        total = num_blocks * len(sides)
        layers: list[nn.Module] = [pointwise(num_frames * frame_channels, widths[0])]
        for side, (channels, following) in zip(sides, pairwise(widths), strict=False):
            layers += [ResidualBlock(channels, total) for _ in range(num_blocks)]
            layers += [Halved(side), *([pointwise(channels, following)] if channels != following else [])]
        last = widths[-1]
        layers += [ResidualBlock(last, total) for _ in range(num_blocks)]
        layers += [scaled(nn.Conv2d(last, last, COARSEST, groups=last, bias=False)), nn.Flatten()]
        self.look = nn.Sequential(*layers)
        self.compare = Comparison(last, minibatch_kernels, minibatch_dims, minibatch_deviation)
        self.mixes_batch = len(self.compare) > 0
        self.verdict = scaled(nn.Linear(self.compare.num_features, 1, bias=False))
        self.project = scaled(nn.Linear(last, EMBEDDING, bias=False)) if num_classes else None
        self.embed = scaled(nn.Linear(num_classes, EMBEDDING, bias=False), EMBEDDING**-0.5) if num_classes else None
        if spectral_norm:
            normalise_spectra(self)

    def forward(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to logits (B,) of the finest level."""
        (vectors,) = self.features(clips)
        logits: Tensor = self.verdict(self.compare(vectors)).squeeze(1)  # (B,)
        told = one_hot(self, labels, vectors)
        if self.project is not None and self.embed is not None:
            logits = logits + (self.project(vectors) * self.embed(told)).sum(dim=1)  # (B,)
        return [logits]

    def features(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:  # noqa: ARG002
        """Map clips (B, T, C, h, w), coarse to fine, to what the verdict is taken from (B, F), whatever their class."""
        return [self.look(clips[-1].flatten(1, 2))]  # (B, T C, H, W) -> (B, F)
