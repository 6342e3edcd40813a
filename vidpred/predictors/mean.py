"""The baseline that predicts the average of what was seen."""

from collections.abc import Iterator
from itertools import repeat

from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid
from vidpred.registry import PREDICTORS


@PREDICTORS.register("mean")
class Mean(nn.Module):
    """Average the context, pixel by pixel: a still background, with what moves blurred out.

    Many frames ahead, it is the average of the real context throughout.

    Args:
        num_context_frames: over how many past frames the average goes.
        lead: how many frames after the context its prediction stands for.
    """

    version = 1  # raise it when the same context gets another prediction
    receptive_radius: int | None = None  # it costs too little to be worth cutting frames into tiles

    def __init__(self, num_context_frames: int = 4, lead: int = 1):
        super().__init__()
        self.num_context_frames = num_context_frames
        self.lead = lead

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W): its mean."""
        return [context[:, -self.num_context_frames :].mean(dim=1, keepdim=True)]

    def predict_ahead(self, context: Tensor) -> Iterator[Tensor]:
        """Yield the frames after a context (B, T, C, H, W), each (B, 1, C, H, W): the same mean every time."""
        return repeat(self(context)[-1])
