"""Motion before pictures: given the first frames of a clip, tell where the next one's pixels come from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import numpy as np
import torch
from annotated_types import Ge
from torch import Tensor, nn

from vidpred.flow import estimate_flow
from vidpred.interfaces import Example, Illustration
from vidpred.predictors import PREDICTORS
from vidpred.pyramid import Pyramid
from vidpred.registry import TASKS
from vidpred.tasks.frame_prediction import FramePrediction


@TASKS.register("future_motion")
class FutureMotion:
    """Learn from a classical optical flow between the true frames, which sees the future that is to be guessed.

    A first lesson for predictors that fetch pixels along flows: from pictures alone they take far longer to
    find out that pixels move. Frame prediction then starts from the weights (``vidpred train --from``).

    Args:
        num_context_frames: frames that the predictor looks at.
        lead: the flow of which frame is asked for: 1 is the one right after the context.
    """

    networks = PREDICTORS
    scores = MappingProxyType({"end_point_error": False})

    def __init__(self, num_context_frames: Annotated[int, Ge(2)] = 3, lead: Annotated[int, Ge(1)] = 1):
        self.frames = FramePrediction(num_context_frames, lead)
        self.clip_length = self.frames.clip_length

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.frames.facts

    def pose(self, batch: Tensor) -> Example:
        """Split clips (B, T + 1, C, H, W) into context and the flow (B, 1, 2, H, W) from the last to the one before."""
        example = self.frames.pose(batch)
        last = example.condition[:, self.frames.num_context_frames - 1]
        return Example(example.condition, estimate_flow(example.target[:, 0], last).unsqueeze(1))

    def answer(self, network: nn.Module, example: Example) -> Pyramid:
        """Return the flow that the network would fetch the frame with, at every scale, in pixels of the full size."""
        flows: Pyramid = network(example.condition, only_motion=True)
        return flows

    def present(self, frames: Pyramid, example: Example) -> Pyramid:
        """Show flows alone."""
        return frames

    @torch.no_grad()
    def score(self, network: nn.Module, batch: Tensor) -> Mapping[str, Tensor]:
        """Return the mean distance (B,) between both flows' end points in pixels, and that of no flow at all."""
        example = self.pose(batch)
        error = self.answer(network, example)[-1] - example.target
        errors = {"end_point_error": error, "still_end_point_error": example.target}
        return {name: value.norm(dim=2).mean(dim=(1, 2, 3)) for name, value in errors.items()}

    def illustrate(self, network: nn.Module, clips: np.ndarray) -> Illustration:
        """Draw the frames that follow from the flow."""
        return self.frames.illustrate(network, clips)
