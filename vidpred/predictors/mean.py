"""The baseline that predicts the mean of the context."""

from collections.abc import Iterator
from itertools import repeat

from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Frames
from vidpred.nn.context import require_clips
from vidpred.registry import PREDICTORS


@PREDICTORS.register("mean")
class Mean(nn.Module):
    """Average the context, pixel by pixel: a static background, in which moving objects are blurred.

    In a rollout, every frame is the mean of the real context.

    Args:
        num_context_frames: number of past frames that are averaged.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
    """

    version = 1  # raise it when predictions for the same context change
    receptive_radius: int | None = None  # it is too cheap to be worth splitting frames into tiles

    @checked
    def __init__(self, num_context_frames: Frames = 4, lead: Frames = 1):
        super().__init__()
        self.num_context_frames = num_context_frames
        self.lead = lead

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W): its mean."""
        require_clips(context, fewest=1)
        return [context[:, -self.num_context_frames :].mean(dim=1, keepdim=True)]

    def predict_ahead(self, context: Tensor) -> Iterator[Tensor]:
        """Yield the frames after a context (B, T, C, H, W), each (B, 1, C, H, W): the same mean every time."""
        return repeat(self(context)[-1])
