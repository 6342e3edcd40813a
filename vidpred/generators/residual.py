"""The generator of R3GAN: residual blocks without any normalisation."""

from itertools import pairwise
from typing import Annotated, Literal

import torch
from annotated_types import Ge, Le, MultipleOf
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Classes, Noise, Side
from vidpred.nn.bounds import Clipped
from vidpred.nn.labels import one_hot
from vidpred.nn.latent import require_noise
from vidpred.nn.r3gan import Doubled, ResidualBlock, pointwise, scaled, width_at
from vidpred.nn.stacks import COARSEST, image_resolutions
from vidpred.registry import GENERATORS


@GENERATORS.register("residual")
class ResidualGenerator(nn.Module):
    """Scale a learned 4 x 4 feature map by the noise, and upsample it to the full size with residual blocks.

    With classes, an embedding of the label is added to the noise.

    Args:
        latent_channels: length of the noise vector.
        height: of the images in pixels, a power of two of at least 16.
        width: of the images in pixels, equal to the height.
        frame_channels: colour channels.
        num_classes: number of classes of the labels; 0 takes no labels.
        hidden_channels: at resolutions up to ``widest_up_to`` pixels, a multiple of 8; the paper has 768.
        num_blocks: residual blocks per resolution.
        widest_up_to: largest resolution, as a side in pixels, with the full number of channels.
        narrowing: divides the channels at every doubling above that, to 8 at the least; 2 from 4 pixels on is as in
            DCGAN.
        output: linear as in the paper, or clipped to [-1, 1], so that black and white are reached exactly.

    Raises:
        VidpredError: the generator does not support the size of the images.

    Source: Huang et al. (2024), "The GAN is dead; long live the GAN! A modern GAN baseline".
    """

    @checked
    def __init__(
        self,
        latent_channels: Noise,
        height: Side,
        width: Side,
        frame_channels: Channels = 3,
        num_classes: Classes = 0,
        hidden_channels: Annotated[int, Ge(8), Le(1 << 16), MultipleOf(8)] = 256,
        num_blocks: Annotated[int, Ge(1), Le(16)] = 2,
        widest_up_to: Annotated[int, Ge(4), Le(1 << 16)] = 32,
        narrowing: Annotated[float, Ge(1), Le(1024)] = 2.0,
        output: Literal["linear", "clipped"] = "linear",
    ):
        super().__init__()
        self.latent_channels = latent_channels
        self.frame_channels = frame_channels
        self.num_classes = num_classes
        sides = image_resolutions(height, width)
        widths = [width_at(side, hidden_channels, widest_up_to, narrowing) for side in sides]
        self.embed = scaled(nn.Linear(num_classes, latent_channels, bias=False)) if num_classes else None
        self.basis = nn.Parameter(torch.randn(widths[0], COARSEST, COARSEST))
        self.weigh = scaled(nn.Linear(latent_channels, widths[0], bias=False))
        stages = [nn.Sequential(*self._blocks(widths[0], num_blocks, len(sides)))]
        for side, (channels, following) in zip(sides, pairwise(widths), strict=False):
            narrower = [pointwise(channels, following)] if channels != following else []
            stages.append(nn.Sequential(*narrower, Doubled(side), *self._blocks(following, num_blocks, len(sides))))
        self.stages = nn.Sequential(*stages)
        self.colour = pointwise(widths[-1], frame_channels)
        self.bound = Clipped() if output == "clipped" else nn.Identity()

    def forward(self, noise: Tensor, labels: Tensor | None = None) -> Pyramid:
        """Map noise (B, latent_channels), standard normal, and labels (B,) to images (B, 1, C, H, W).

        Raises:
            VidpredError: the noise has another shape, or the labels are not those that it takes.
        """
        require_noise(self, noise)
        classes = one_hot(self, labels, noise)
        latent = noise + self.embed(classes) if self.embed is not None else noise
        weights: Tensor = self.weigh(latent)  # (B, F)
        maps = self.stages(self.basis * weights[:, :, None, None])  # (B, F, 4, 4) -> (B, f, H, W)
        return [self.bound(self.colour(maps))[:, None]]  # (B, 1, C, H, W)

    @staticmethod
    def _blocks(channels: int, number: int, num_stages: int) -> list[nn.Module]:
        return [ResidualBlock(channels, number * num_stages) for _ in range(number)]
