"""The discriminator of R3GAN: residual blocks without any normalisation."""

from itertools import pairwise
from typing import Annotated

from annotated_types import Ge, Le, MultipleOf
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Classes, ClipLength, Side
from vidpred.nn.clips import require_pyramid
from vidpred.nn.labels import one_hot
from vidpred.nn.minibatch import MinibatchStatistics
from vidpred.nn.r3gan import Halved, ResidualBlock, pointwise, scaled, width_at
from vidpred.nn.stacks import COARSEST, apply_spectral_norm, image_resolutions
from vidpred.registry import DISCRIMINATORS

EMBEDDING = 64  # dimension in which the inner product of image and class is taken


@DISCRIMINATORS.register("residual")
class ResidualDiscriminator(nn.Module):
    """One logit per square clip, computed from the finest level alone; it mirrors the generator 'residual'.

    With classes, the inner product of projected features and the embedding of the label is added to the logit (Miyato
    and Koyama 2018). Only with minibatch_* does a logit depend on the other clips of the batch.

    Args:
        height: of the frames in pixels, a power of two of at least 16.
        width: of the frames in pixels, equal to the height.
        num_frames: frames per clip: 1 for images.
        frame_channels: colour channels per frame.
        num_classes: number of classes of the labels; 0 takes no labels.
        hidden_channels: at resolutions up to ``widest_up_to`` pixels, a multiple of 8; the paper has 768.
        num_blocks: residual blocks per resolution.
        widest_up_to: largest resolution, as a side in pixels, with the full number of channels.
        narrowing: divides the channels at every doubling above that, to 8 at the least; 2 from 4 pixels on is as in
            DCGAN.
        spectral_norm: whether to normalise the largest singular value of every layer to 1, which bounds the
            discriminator's Lipschitz constant (Miyato et al. 2018); blocks then do not start as the identity.
        minibatch_kernels: number of kernels of minibatch discrimination, which compares a clip with the others of its
            batch (Salimans et al. 2016); 0 leaves it out.
        minibatch_dims: dimensions of each of these kernels.
        minibatch_deviation: whether the standard deviation over the batch is appended to the features (Karras et al.
            2018).

    Raises:
        VidpredError: the discriminator does not support the size of the frames.

    Source: Huang et al. (2024), "The GAN is dead; long live the GAN! A modern GAN baseline".
    """

    @checked
    def __init__(
        self,
        height: Side,
        width: Side,
        num_frames: ClipLength = 1,
        frame_channels: Channels = 3,
        num_classes: Classes = 0,
        hidden_channels: Annotated[int, Ge(8), Le(1 << 16), MultipleOf(8)] = 256,
        num_blocks: Annotated[int, Ge(1), Le(16)] = 2,
        widest_up_to: Annotated[int, Ge(4), Le(1 << 16)] = 32,
        narrowing: Annotated[float, Ge(1), Le(1024)] = 2.0,
        spectral_norm: bool = False,
        minibatch_kernels: Annotated[int, Ge(0), Le(1 << 16)] = 0,
        minibatch_dims: Annotated[int, Ge(1), Le(1 << 16)] = 5,
        minibatch_deviation: bool = False,
    ):
        super().__init__()
        self.num_classes = num_classes
        self.clip = (num_frames * frame_channels, height, width)
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
        self.compare = MinibatchStatistics(last, minibatch_kernels, minibatch_dims, minibatch_deviation)
        self.mixes_batch = len(self.compare) > 0
        self.verdict = scaled(nn.Linear(self.compare.num_features, 1, bias=False))
        self.project = scaled(nn.Linear(last, EMBEDDING, bias=False)) if num_classes else None
        self.embed = scaled(nn.Linear(num_classes, EMBEDDING, bias=False), EMBEDDING**-0.5) if num_classes else None
        if spectral_norm:
            apply_spectral_norm(self)

    def forward(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:
        """Map clips (B, T, C, h, w), coarse to fine, and labels (B,) to logits (B,) of the finest level."""
        (vectors,) = self.features(clips)
        logits: Tensor = self.verdict(self.compare(vectors)).squeeze(1)  # (B,)
        classes = one_hot(self, labels, vectors)
        if self.project is not None and self.embed is not None:
            logits = logits + (self.project(vectors) * self.embed(classes)).sum(dim=1)  # (B,)
        return [logits]

    def features(self, clips: Pyramid, labels: Tensor | None = None) -> list[Tensor]:  # noqa: ARG002
        """Map clips (B, T, C, h, w), coarse to fine, to the features before the logit (B, F), whatever their class."""
        require_pyramid(self, clips, self.clip[0], size=self.clip[1:])
        return [self.look(clips[-1].flatten(1, 2))]  # (B, T C, H, W) -> (B, F)
