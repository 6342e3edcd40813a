"""The baseline that extrapolates optical flow."""

from collections.abc import Iterator
from itertools import count

from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Frames
from vidpred.motion.flow import estimate_flow, warp
from vidpred.nn.context import require_clips
from vidpred.registry import PREDICTORS

NEEDED_FRAMES = 2


@PREDICTORS.register("optical_flow")
class OpticalFlow(nn.Module):
    """Continue the motion between the last two frames by warping the last one.

    The flow is estimated from the last frame back to the one before; k frames ahead, every pixel is taken from the
    last frame at k times its flow. In a rollout, all frames use the flow between the last two real frames, so that
    no frame is warped twice.

    Args:
        num_context_frames: number of past frames that it takes, at least 2; only the last two are used.
        lead: how many frames after the context the predicted frame lies; 1 is the next.

    Raises:
        VidpredError: fewer than two context frames, or OpenCV cannot be imported once it predicts.
    """

    version = 1  # raise it when predictions for the same context change
    receptive_radius: int | None = None  # flow estimation starts from the whole frame
    not_exportable = "its motion is estimated by OpenCV, whose optical flow is no operation of PyTorch or ONNX"

    @checked
    def __init__(self, num_context_frames: Frames = 4, lead: Frames = 1):
        super().__init__()
        if num_context_frames < NEEDED_FRAMES:
            raise VidpredError(
                f"num_context_frames is {num_context_frames}, but predictor 'optical_flow' needs at least "
                f"{NEEDED_FRAMES} to see a motion; set num_context_frames={NEEDED_FRAMES} or more"
            )
        self.num_context_frames = num_context_frames
        self.lead = lead

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) to one level (B, 1, C, H, W)."""
        back = _motion_back(context)
        return [_extrapolate(context[:, -1], back, self.lead)]

    def predict_ahead(self, context: Tensor) -> Iterator[Tensor]:
        """Yield the frames after a context (B, T, C, H, W), each (B, 1, C, H, W): 1, 2, 3 ... times the flow."""
        back = _motion_back(context)
        for steps in count(1):
            yield _extrapolate(context[:, -1], back, steps)


def _motion_back(context: Tensor) -> Tensor:
    """Return the flow (B, 2, H, W) from the last frame to the one before."""
    require_clips(context, fewest=NEEDED_FRAMES)
    return estimate_flow(context[:, -1], context[:, -2])


def _extrapolate(last: Tensor, back: Tensor, steps: int) -> Tensor:
    return warp(last, steps * back).clamp(-1, 1).unsqueeze(1)  # (B, 1, C, H, W)
