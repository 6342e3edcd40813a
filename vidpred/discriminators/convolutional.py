"""A fully convolutional patch discriminator, for clips of any size."""

from functools import partial
from typing import cast

from torch import Tensor, nn

from vidpred.discriminators.widths import CONV_WIDTHS, DENSE_WIDTHS, KERNELS
from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, ClipLength, Factor, Scales
from vidpred.nn.clips import require_pyramid
from vidpred.nn.stacks import apply_spectral_norm, conv_stack, rows_for_scales, scale_widths
from vidpred.registry import DISCRIMINATORS

# With four scales, every scale is reduced to the size of the coarsest: all logit maps cover the same positions.
STRIDES = ((1,), (2, 1, 1), (2, 2, 1), (2, 2, 2, 1))


@DISCRIMINATORS.register("convolutional")
class ConvolutionalDiscriminator(nn.Module):
    """One logit per position of a clip, from a separate network at every scale.

    The convolutions have the paper's widths, with padding, and strides to save computation; 1 x 1 convolutions
    replace the paper's fully connected layers. No layer mixes the clips of a batch.

    Args:
        num_frames: frames per clip: the context and one more.
        frame_channels: colour channels per frame.
        num_scales: levels of the pyramid.
        width_multiplier: factor on every width.
        spectral_norm: whether to normalise the largest singular value of every layer to 1, which bounds the
            discriminator's Lipschitz constant (Miyato et al. 2018).

    Source: Mathieu et al. (2016) for the layers, Isola et al. (2017) for logits per patch.
    """

    @checked
    def __init__(
        self,
        num_frames: ClipLength,
        frame_channels: Channels = 3,
        num_scales: Scales = 4,
        width_multiplier: Factor = 1.0,
        spectral_norm: bool = False,
    ):
        super().__init__()
        self.num_channels = num_frames * frame_channels
        tables = (rows_for_scales(table, num_scales) for table in (CONV_WIDTHS, DENSE_WIDTHS, KERNELS, STRIDES))
        self.scales = nn.ModuleList(
            conv_stack(
                [num_frames * frame_channels, *scale_widths((*conv, *dense), width_multiplier), 1],
                [*kernels] + [1] * (len(dense) + 1),
                [*strides] + [1] * (len(dense) + 1),
                activation=partial(nn.LeakyReLU, 0.2),
            )
            for conv, dense, kernels, strides in zip(*tables, strict=True)
        )
        if spectral_norm:
            apply_spectral_norm(self)

    def forward(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to a map of logits (B, h', w') per scale."""
        require_pyramid(self, clips, self.num_channels, len(self.scales))
        return [scale(clip.flatten(1, 2)).squeeze(1) for scale, clip in zip(self.scales, clips, strict=True)]

    def features(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to the input of the last layer: (B, F, h', w')."""
        require_pyramid(self, clips, self.num_channels, len(self.scales))
        return [
            cast(nn.Sequential, scale)[:-1](clip.flatten(1, 2)) for scale, clip in zip(self.scales, clips, strict=True)
        ]
