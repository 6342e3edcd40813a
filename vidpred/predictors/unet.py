"""A plain U-Net that predicts the change from the last frame: a standard network to compare with."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Factor, Frames
from vidpred.nn.change import change_head, changed
from vidpred.nn.context import require_context
from vidpred.nn.stacks import conv_stack, doubled, scale_widths
from vidpred.registry import PREDICTORS

WIDTHS = (18, 36, 72)  # fine to coarse


@PREDICTORS.register("unet")
class UNet(nn.Module):
    """Predict the residual that is added to the last context frame, at one scale, near zero before training.

    Two convolutions per level on the way down and two on the way up, with skip connections. At its default widths it
    costs as much as the predictor 'flow_pyramid'. Frames of any height and width are accepted.

    Args:
        num_context_frames: number of past frames that the network takes.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
        width_multiplier: factor on every width.

    Source: Ronneberger et al. (2015), "U-Net: convolutional networks for biomedical image segmentation", without
    normalisation.
    """

    num_scales = 1

    @checked
    def __init__(
        self,
        num_context_frames: Frames = 4,
        frame_channels: Channels = 3,
        lead: Frames = 1,
        width_multiplier: Factor = 1.0,
    ):
        super().__init__()
        self.num_context_frames = num_context_frames
        self.frame_channels = frame_channels
        self.lead = lead
        widths = scale_widths(WIDTHS, width_multiplier)
        channels = [num_context_frames * frame_channels, *widths]
        self.down = nn.ModuleList(_level(*pair) for pair in zip(channels[:-1], widths, strict=True))
        self.up = nn.ModuleList(_level(fine + coarse, fine) for fine, coarse in pairwise(widths))
        self.head = change_head(widths[0], frame_channels)
        self.coarsest_pixel = 2 ** (len(WIDTHS) - 1)
        # Two poolings, and two convolutions per level on either path, in pixels of the full size.
        self.receptive_radius: int | None = self.coarsest_pixel * (len(WIDTHS) + 4 + 4)

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W).

        Raises:
            VidpredError: the context has another number of frames or channels than the network takes.
        """
        require_context(self, context, exactly=True)
        maps = context.flatten(1, 2)  # (B, T C, H, W)
        skips: list[Tensor] = []
        for level in self.down:
            maps = level(maps if not skips else F.avg_pool2d(maps, 2, ceil_mode=True, count_include_pad=False))
            skips.append(maps)
        for level, skip in zip(reversed(self.up), reversed(skips[:-1]), strict=True):
            maps = level(torch.cat([skip, doubled(maps, skip)], dim=1))  # (B, F, h, w)
        return changed(context, self.head(maps))


def _level(in_channels: int, width: int) -> nn.Sequential:
    return nn.Sequential(*conv_stack([in_channels, width, width], [3, 3]), nn.ReLU())
