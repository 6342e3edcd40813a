"""Discriminators that are convolutional to the end and so judge clips of any size."""

from functools import partial
from typing import cast

from torch import Tensor, nn

from vidpred.discriminators.widths import CONV_WIDTHS, DENSE_WIDTHS, KERNELS
from vidpred.frames.pyramid import Pyramid
from vidpred.nn.stacks import conv_stack, normalise_spectra, rows_for_scales, scale_widths
from vidpred.registry import DISCRIMINATORS

# With four scales, every scale is reduced to the size of the coarsest: all maps judge the same places.
STRIDES = ((1,), (2, 1, 1), (2, 2, 1), (2, 2, 2, 1))


@DISCRIMINATORS.register("convolutional")
class ConvolutionalDiscriminator(nn.Module):
    """Judge every place of a clip, with a network of its own at every scale.

    The convolutions are as wide as the paper's, padded, and strided to save work; 1 x 1 convolutions
    stand where the paper has fully connected layers. No layer mixes the clips of a batch.

    Args:
        num_frames: frames per judged clip: the context and one more.
        frame_channels: colour channels per frame.
        num_scales: levels of the pyramid.
        width_multiplier: factor on every width.
        spectral_norm: whether to keep the largest singular value of every layer at 1, which bounds how
            steep the discriminator can get (Miyato et al. 2018).

    Source: Mathieu et al. (2016) for the layers, Isola et al. (2017) for judging place by place.
    """

    def __init__(
        self,
        num_frames: int,
        frame_channels: int = 3,
        num_scales: int = 4,
        width_multiplier: float = 1.0,
        spectral_norm: bool = False,
    ):
        super().__init__()
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
            normalise_spectra(self)

    def forward(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to a map of logits (B, h', w') per scale."""
        return [judge(clip.flatten(1, 2)).squeeze(1) for judge, clip in zip(self.scales, clips, strict=True)]

    def features(self, clips: Pyramid) -> list[Tensor]:
        """Map clips (B, T, C, h, w) at every scale to what the last layer but one answers: (B, F, h', w')."""
        return [
            cast(nn.Sequential, judge)[:-1](clip.flatten(1, 2)) for judge, clip in zip(self.scales, clips, strict=True)
        ]
