"""Frame prediction: given the first frames of a clip, predict the ones that follow."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.frames import to_model, to_uint8
from vidpred.frames.pictures import contact_sheet, side_by_side
from vidpred.frames.pyramid import Pyramid, build_pyramid
from vidpred.interfaces import Batch, Example, Illustration, Predictor
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Frames
from vidpred.metrics import METRICS, VALIDATION_SCORES
from vidpred.predictors import PREDICTORS
from vidpred.predictors.rollout.rollout import future_pyramids, rollout
from vidpred.registry import TASKS


@TASKS.register("frame_prediction")
class FramePrediction:
    """From a context of several frames predict one frame, and more by feeding predictions back.

    Args:
        num_context_frames: number of past frames that the predictor takes.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
        horizon: number of successive frames, from that one on, that it is trained and scored on: with more than 1 it
            is trained on rollouts of its own predictions, which keeps it accurate further ahead.
    """

    networks = PREDICTORS
    usage = "vidpred predict CLIP.mp4 --checkpoint RUN"
    commands = ("predict", "evaluate", "compare", "export")
    scores = MappingProxyType({name: METRICS[name].higher_is_better is True for name in VALIDATION_SCORES})

    @checked
    def __init__(
        self,
        num_context_frames: Frames = 4,
        lead: Frames = 1,
        horizon: Frames = 1,
    ):
        self.num_context_frames = num_context_frames
        self.lead = lead
        self.horizon = horizon
        self.num_known_frames = num_context_frames + lead - 1  # a rollout starts from all of them
        self.clip_length = self.num_known_frames + horizon

    @property
    def scored(self) -> str:
        last = self.lead + self.horizon - 1
        return f"at t+{self.lead}" if self.horizon == 1 else f"at t+{self.lead} to t+{last}, on average"

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "num_context_frames": self.num_context_frames,
            "lead": self.lead,
            "clip_length": self.clip_length,
            "num_frames": self.num_context_frames + self.horizon,
        }

    def pose(self, batch: Tensor, labels: Tensor | None = None) -> Example:
        """Split clips (B, clip_length, C, H, W) into known frames and target (B, horizon, C, H, W)."""
        del labels  # prediction is not conditioned on classes
        return Example(condition=batch[:, : self.num_known_frames], target=batch[:, self.num_known_frames :])

    def answer(self, network: nn.Module, example: Example) -> Pyramid:
        """Roll the network out over the horizon: frames (B, horizon, C, h, w) at every scale."""
        frames = islice(future_pyramids(cast(Predictor, network), example.condition), self.horizon)
        return [torch.cat(level, dim=1) for level in zip(*frames, strict=True)]

    def present(self, frames: Pyramid, example: Example) -> Pyramid:
        """Prepend the context to the frames, so that the discriminator sees motion too (Mathieu et al. 2016)."""
        contexts = build_pyramid(self._context(example), num_scales=len(frames))
        return [torch.cat([context, frame], dim=1) for context, frame in zip(contexts, frames, strict=True)]

    @torch.no_grad()
    def score(self, network: nn.Module, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Return the validation scores averaged over clips, and those of repeating the last context frame."""
        scores: dict[str, list[float]] = defaultdict(list)
        for batch in batches:
            example = self.pose(batch.clips)
            copies = self._context(example)[:, -1:].expand_as(example.target)
            predictions = {"": self.answer(network, example)[-1].float(), "copy_last_": copies}
            for prefix, frames in predictions.items():
                for name in VALIDATION_SCORES:
                    scores[prefix + name] += METRICS[name].function(frames, example.target).mean(dim=1).tolist()
        return {name: float(np.mean(values)) for name, values in scores.items()}

    @torch.no_grad()
    def illustrate(self, network: nn.Module, clips: np.ndarray) -> Illustration:
        """Roll the first clip out as far as it goes: a contact sheet, and truth and prediction side by side."""
        context, truth = np.split(clips[0], [self.num_known_frames])
        known = to_model(context)[None]  # (1, T, C, H, W)
        future = to_uint8(rollout(cast(Predictor, network), known, len(truth))[0])
        film = np.stack(list(side_by_side(truth, future)))
        return Illustration(contact_sheet(context, future, truth), film)

    def _context(self, example: Example) -> Tensor:
        """Return the context of the first predicted frame (B, T, C, H, W)."""
        return example.condition[:, : self.num_context_frames]
