"""The baseline that repeats the last frame."""

from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Frames
from vidpred.nn.context import require_clips
from vidpred.registry import PREDICTORS


@PREDICTORS.register("copy_last")
class CopyLast(nn.Module):
    """Repeat the last frame: the baseline that every other predictor has to beat.

    Args:
        num_context_frames: number of past frames that it takes; only the last one is used.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
    """

    version = 1  # raise it when predictions for the same context change
    receptive_radius: int | None = 0

    @checked
    def __init__(self, num_context_frames: Frames = 4, lead: Frames = 1):
        super().__init__()
        self.num_context_frames = num_context_frames
        self.lead = lead

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W): its last frame."""
        require_clips(context, fewest=1)
        return [context[:, -1:]]
