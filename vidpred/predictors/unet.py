"""A plain U-Net that changes the last frame: the network that most would try first."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid, upsample
from vidpred.nn.stacks import conv_stack, scale_widths
from vidpred.registry import PREDICTORS

WIDTHS = (18, 36, 72)  # fine to coarse


@PREDICTORS.register("unet")
class UNet(nn.Module):
    """Predict what is to be added to the last context frame, at one scale.

    Two convolutions per level going down and two going up, with the finer level's maps passed across. At its
    usual widths it costs as much as the predictor 'flow_pyramid'. Frames of any height and width are accepted.

    Args:
        num_context_frames: how many past frames it looks at.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the very next.
        width_multiplier: factor on every width.

    Raises:
        VidpredError: no context frame.

    Source: Ronneberger et al. (2015), "U-Net: convolutional networks for biomedical image segmentation", without
    normalisation.
    """

    num_scales = 1

    def __init__(
        self, num_context_frames: int = 4, frame_channels: int = 3, lead: int = 1, width_multiplier: float = 1.0
    ):
        super().__init__()
        if num_context_frames < 1:
            raise VidpredError(
                f"num_context_frames is {num_context_frames}, but predictor 'unet' needs at least 1; "
                "set num_context_frames=1 or more"
            )
        self.num_context_frames = num_context_frames
        self.frame_channels = frame_channels
        self.lead = lead
        widths = scale_widths(WIDTHS, width_multiplier)
        channels = [num_context_frames * frame_channels, *widths]
        self.down = nn.ModuleList(_level(*pair) for pair in zip(channels[:-1], widths, strict=True))
        self.up = nn.ModuleList(_level(fine + coarse, fine) for fine, coarse in pairwise(widths))
        self.head = nn.Conv2d(widths[0], frame_channels, 3, padding=1)
        # Two rounds of pooling and two convolutions each way, counted in pixels of the full size.
        self.receptive_radius: int | None = 4 * (len(WIDTHS) + 4 + 4)

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W)."""
        maps = context.flatten(1, 2)  # (B, T C, H, W)
        passed: list[Tensor] = []
        for level in self.down:
            maps = level(maps if not passed else F.avg_pool2d(maps, 2, ceil_mode=True, count_include_pad=False))
            passed.append(maps)
        for level, across in zip(reversed(self.up), reversed(passed[:-1]), strict=True):
            wider = upsample(maps.unsqueeze(1), *across.shape[-2:])[:, 0]  # (B, F of the coarser, h, w)
            maps = level(torch.cat([across, wider], dim=1))  # (B, F, h, w)
        frame = context[:, -1] + self.head(maps).to(context.dtype)
        return [frame.clamp(-1, 1).unsqueeze(1)]  # (B, 1, C, H, W)


def _level(in_channels: int, width: int) -> nn.Sequential:
    return nn.Sequential(*conv_stack([in_channels, width, width], [3, 3]), nn.ReLU())
