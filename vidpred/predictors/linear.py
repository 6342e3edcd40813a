"""The baseline that extrapolates every pixel value linearly."""

from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Frames
from vidpred.nn.context import require_clips
from vidpred.registry import PREDICTORS

NEEDED_FRAMES = 2


@PREDICTORS.register("linear")
class Linear(nn.Module):
    """Extrapolate every pixel value linearly from the last two frames, clipped to [-1, 1].

    Args:
        num_context_frames: number of past frames that it takes, at least 2; only the last two are used.
        lead: how many frames after the context the predicted frame lies; 1 is the next.

    Raises:
        VidpredError: fewer than two context frames.
    """

    version = 1  # raise it when predictions for the same context change
    receptive_radius: int | None = 0

    @checked
    def __init__(self, num_context_frames: Frames = 4, lead: Frames = 1):
        super().__init__()
        if num_context_frames < NEEDED_FRAMES:
            raise VidpredError(
                f"num_context_frames is {num_context_frames}, but predictor 'linear' needs at least "
                f"{NEEDED_FRAMES} to see a change; set num_context_frames={NEEDED_FRAMES} or more"
            )
        self.num_context_frames = num_context_frames
        self.lead = lead

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W)."""
        require_clips(context, fewest=NEEDED_FRAMES)
        before, last = context[:, -2:-1], context[:, -1:]
        return [(last + self.lead * (last - before)).clamp(-1, 1)]
