"""Frame prediction: given the first frames of a clip, produce the one that comes ``lead`` frames later."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, cast

import numpy as np
import torch
from annotated_types import Ge
from torch import Tensor, nn

from vidpred.forecast import rollout
from vidpred.frames import to_model, to_uint8
from vidpred.interfaces import Example, Illustration, Predictor
from vidpred.metrics import HEADLINES, METRICS
from vidpred.pictures import contact_sheet, side_by_side
from vidpred.predictors import PREDICTORS
from vidpred.pyramid import Pyramid, build_pyramid
from vidpred.registry import TASKS


@TASKS.register("frame_prediction")
class FramePrediction:
    """Context of some frames in, one frame out.

    Args:
        num_context_frames: frames that the predictor looks at.
        lead: which frame it predicts: 1 is the one right after the context, k the one k frames after.
    """

    networks = PREDICTORS
    scores = MappingProxyType({name: METRICS[name].higher_is_better for name in HEADLINES})

    def __init__(self, num_context_frames: Annotated[int, Ge(1)] = 4, lead: Annotated[int, Ge(1)] = 1):
        self.num_context_frames = num_context_frames
        self.lead = lead
        self.clip_length = num_context_frames + lead

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "num_context_frames": self.num_context_frames,
            "lead": self.lead,
            "clip_length": self.clip_length,
            "num_frames": self.num_context_frames + 1,
        }

    def pose(self, batch: Tensor) -> Example:
        """Split clips (B, T + lead, C, H, W) into context (B, T, C, H, W) and target (B, 1, C, H, W)."""
        return Example(condition=batch[:, : self.num_context_frames], target=batch[:, -1:])

    def present(self, frames: Pyramid, example: Example) -> Pyramid:
        """Show each frame after its context, so that motion is judged too (Mathieu et al. 2016)."""
        contexts = build_pyramid(example.condition, num_scales=len(frames))
        return [torch.cat([context, frame], dim=1) for context, frame in zip(contexts, frames, strict=True)]

    @torch.no_grad()
    def score(self, network: nn.Module, batch: Tensor) -> Mapping[str, Tensor]:
        """Return the headline metrics per clip, and what repeating the last context frame would score."""
        example = self.pose(batch)
        guesses = {"": network(example.condition)[-1].float(), "copy_last_": example.condition[:, -1:]}
        return {
            prefix + name: METRICS[name].function(guess, example.target).mean(dim=1)
            for prefix, guess in guesses.items()
            for name in HEADLINES
        }

    @torch.no_grad()
    def illustrate(self, network: nn.Module, clips: np.ndarray) -> Illustration:
        """Roll the first clip out as far as it goes: a contact sheet, and truth and prediction side by side."""
        device = next(network.parameters()).device
        context, truth = np.split(clips[0], [self.num_context_frames + self.lead - 1])
        seen = to_model(context)[None].to(device)
        future = to_uint8(rollout(cast(Predictor, network), seen, len(truth))[0])
        film = np.stack(list(side_by_side(truth, future)))
        return Illustration(contact_sheet(context, future, truth), film)
