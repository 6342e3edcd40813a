"""Frame interpolation: given the frames on both sides of one that is missing, draw it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, cast

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.frames import to_model, to_uint8
from vidpred.frames.pictures import contact_sheet, side_by_side
from vidpred.frames.pyramid import Pyramid, build_pyramid
from vidpred.interfaces import Batch, Example, Illustration, Predictor
from vidpred.machine.arguments import checked
from vidpred.machine.engine import device_of
from vidpred.machine.ranges import Frames
from vidpred.metrics import METRICS, VALIDATION_SCORES
from vidpred.motion.interpolation import interpolate
from vidpred.predictors import PREDICTORS
from vidpred.registry import TASKS


@TASKS.register("frame_interpolation")
class FrameInterpolation:
    """From the frames before and after it, draw the frame in the middle.

    Any predictor serves as the network: it is given the known frames, oldest first, and last, if ``start`` is flow,
    what optical flow would draw. A predictor that starts from the last frame that it is given, such as unet, thus
    learns what is wrong with that.

    Args:
        frames_per_side: how many frames before, and as many after, are known.
        start: flow, or none: nothing but the known frames.
    """

    networks = PREDICTORS
    usage = "vidpred interpolate-video FILM.mp4 --checkpoint RUN"
    commands = ("interpolate-video", "evaluate", "compare")
    scored = "of the frame in the middle"
    scores = MappingProxyType({name: METRICS[name].higher_is_better is True for name in VALIDATION_SCORES})

    @checked
    def __init__(self, frames_per_side: Frames = 1, start: Literal["flow", "none"] = "flow"):
        self.frames_per_side = frames_per_side
        self.start = start
        self.clip_length = 2 * frames_per_side + 1

    @property
    def facts(self) -> Mapping[str, Any]:
        return {
            "num_context_frames": 2 * self.frames_per_side + (self.start == "flow"),
            "lead": 1,
            "clip_length": self.clip_length,
            "num_frames": self.clip_length,
        }

    def pose(self, batch: Tensor, labels: Tensor | None = None) -> Example:
        """Split clips (B, clip_length, C, H, W) into known frames and the one in the middle, (B, 1, C, H, W)."""
        del labels  # interpolation is not conditioned on classes
        before, target, after = batch.split([self.frames_per_side, 1, self.frames_per_side], dim=1)
        return Example(condition=torch.cat([before, after], dim=1), target=target)

    def answer(self, network: nn.Module, example: Example) -> Pyramid:
        """Draw the frame in the middle, (B, 1, C, h, w) at every scale."""
        return self.middle(cast(Predictor, network), example.condition)

    def middle(self, network: Predictor, known: Tensor) -> Pyramid:
        """Draw the frame in the middle of known ones (B, 2 ``frames_per_side``, C, H, W), at every scale."""
        given = [known, flow_middle(known)] if self.start == "flow" else [known]
        return network(torch.cat(given, dim=1))

    def present(self, frames: Pyramid, example: Example) -> Pyramid:
        """Return the frames among the known ones in order, so that the discriminator sees motion too."""
        known = build_pyramid(example.condition, num_scales=len(frames))
        sides = [level.chunk(2, dim=1) for level in known]
        return [torch.cat([before, frame, after], dim=1) for (before, after), frame in zip(sides, frames, strict=True)]

    @torch.no_grad()
    def score(self, network: nn.Module, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Return the validation scores averaged over clips, and those of optical flow and of a neighbour repeated."""
        scores: dict[str, list[float]] = defaultdict(list)
        for batch in batches:
            example = self.pose(batch.clips)
            known = example.condition
            drawn = {"": self.answer(network, example)[-1].float(), "flow_": flow_middle(known)}
            drawn["copy_last_"] = known[:, self.frames_per_side - 1 : self.frames_per_side]
            for prefix, frames in drawn.items():
                for name in VALIDATION_SCORES:
                    scores[prefix + name] += METRICS[name].function(frames, example.target).mean(dim=1).tolist()
        return {name: float(np.mean(values)) for name, values in scores.items()}

    @torch.no_grad()
    def illustrate(self, network: nn.Module, clips: np.ndarray) -> Illustration:
        """Draw every frame of the first clip that has enough neighbours: a sheet of one, and all beside the truth."""
        clip, reach = clips[0], self.frames_per_side
        frames = to_model(clip)[None].to(device_of(network, otherwise=torch.device("cpu")))
        windows = [frames[:, first : first + self.clip_length] for first in range(len(clip) - 2 * reach)]
        drawn = torch.cat([self.answer(network, self.pose(window))[-1] for window in windows], dim=1)
        shown, truth = to_uint8(drawn[0]), clip[reach : len(clip) - reach]
        known = np.concatenate([clip[:reach], clip[reach + 1 : self.clip_length]])
        return Illustration(contact_sheet(known, shown[:1], truth[:1]), np.stack(list(side_by_side(truth, shown))))


def flow_middle(known: Tensor) -> Tensor:
    """Return what optical flow draws in the middle of known frames (B, T, C, H, W), T even: (B, 1, C, H, W)."""
    half = known.shape[1] // 2
    return interpolate(known[:, half - 1], known[:, half]).clamp(-1, 1).unsqueeze(1)
