"""The parts of coarse-to-fine synthesis: motion, the stages that correct it, and the frame that is made along it."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.frames.pyramid import build_pyramid
from vidpred.motion.flow import blend, warp, warp_each
from vidpred.nn.folding import concatenate, shuffled, unshuffled
from vidpred.nn.latent import append_latent
from vidpred.nn.stacks import conv_stack

LAST_FRAME_LOGIT = 4.0  # initial blend logit of the last frame, those of the others being 0
HEAD_DEVIATION = 1e-4  # of the initial weights of the layers that correct motion and frame
SLOPE = 0.1  # of the activations below 0


class Line(NamedTuple):
    """Constant motion from a future frame through the known ones: the one i before the last lies ``time + i`` back.

    Args:
        velocity: (B, 2, h, w) in pixels of its level per frame, from later to earlier.
        time: how many frames after the last known one the future one lies.
    """

    velocity: Tensor
    time: float

    @classmethod
    def through(cls, flow: Tensor, time: float) -> "Line":
        """Return the line along a ``flow`` (B, 2, H, W) to a known frame that lies ``time`` frames back."""
        return cls(flow / time, time)

    def at_levels(self, num_levels: int) -> "list[Line]":
        """Return it in pixels of each level of a pyramid, coarse to fine."""
        levels = build_pyramid(self.velocity.unsqueeze(1), num_levels)
        scales = (2 ** (num_levels - 1 - number) for number in range(num_levels))
        return [self._replace(velocity=level[:, 0] / scale) for level, scale in zip(levels, scales, strict=True)]


class Motion:
    """Per context frame a flow from the future frame and a logit for blending, and the hidden state of a stage.

    Stages pass on corrections of the flows; :meth:`along` adds the straight lines.

    Args:
        flows: (B, T, 2, h, w) in pixels of this level.
        logits: (B, T, h, w), whose softmax over frames blends them.
        memory: (B, M, h / 2, w / 2), hidden features of the previous stage.
    """

    def __init__(self, flows: Tensor, logits: Tensor, memory: Tensor):
        self.flows = flows
        self.logits = logits
        self.memory = memory

    @classmethod
    def still(cls, frames: Tensor, memory: int) -> "Motion":
        """Return zero motion for ``frames`` (B, T, C, h, w), on a grid half as fine, with most weight on the last."""
        batch, time, _, height, width = frames.shape
        zeros = partial(frames.new_zeros, batch)
        size = -(-height // 2), -(-width // 2)
        logits = zeros(time, *size)
        logits[:, 0] = LAST_FRAME_LOGIT
        return cls(zeros(time, 2, *size), logits, zeros(memory, *size))

    def on_grid(self, height: int, width: int) -> "Motion":
        """Return the same motion on a grid twice as fine, cropped to ``height`` and ``width``."""
        time = self.flows.shape[1]
        maps = torch.cat([2 * self.flows.flatten(1, 2), self.logits], dim=1)  # (B, 3 T, h, w)
        maps = F.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)[..., :height, :width]
        return Motion(maps[:, : 2 * time].unflatten(1, (time, 2)), maps[:, 2 * time :], self.memory)

    def along(self, line: Line) -> "Motion":
        """Return the motion plus that along a ``line`` of this level."""
        steps = line.time + torch.arange(self.flows.shape[1], device=self.flows.device)[:, None, None, None]
        return Motion(torch.addcmul(self.flows, steps, line.velocity.unsqueeze(1)), self.logits, self.memory)

    def warp(self, frames: Tensor) -> Tensor:
        """Warp every frame (B, T, C, h, w) by its own flow."""
        return warp_each(frames, self.flows)

    def warp_and_blend(self, frames: Tensor) -> Tensor:
        """Warp and blend ``frames`` (B, T, C, h, w) into one (B, 1, C, h, w)."""
        return blend(self.warp(frames), self.logits)


class MotionStage(nn.Module):
    """Correct the motion at one level."""

    def __init__(self, num_frames: int, channels: int, lead: int, width_below: int, width: int, noise: int):
        super().__init__()
        self.num_frames, self.lead, self.width = num_frames, lead, width
        in_channels = num_frames * (channels + 3) + 2 + width_below + noise
        self.layers = conv_stack([in_channels, width, width, width], [3, 3, 3], activation=_activation)
        self.head = _near_zero_head(width, 3 * num_frames)

    def forward(self, frames: Tensor, line: Line, motion: Motion, latent: Tensor | None) -> Motion:
        """Correct ``motion``, relative to a ``line``, from the warped ``frames`` (B, T, C, h, w)."""
        warped = motion.along(line).warp(frames)
        near = motion.along(line._replace(time=self.lead))  # as networks are trained for it
        differences = warped[:, :1] - warped[:, 1:]  # (B, T - 1, C, h, w)
        known = [warped[:, 0], differences.flatten(1, 2), near.flows.flatten(1, 2), line.velocity, motion.logits]
        memory = F.interpolate(motion.memory, scale_factor=2)[..., : frames.shape[-2], : frames.shape[-1]]
        maps = append_latent(concatenate(torch.cat(known, dim=1), memory), latent)  # (B, T (C + 3) + 2 + M + Z, h, w)
        memory = F.leaky_relu(self.layers(maps), SLOPE, inplace=True)
        change = self.head(memory).float()  # (B, 3 T, h, w)
        acceleration, deviations, logits = change.split([2, 2 * self.num_frames - 2, self.num_frames], dim=1)
        flows = motion.along(Line(acceleration, self.lead)).flows
        flows = flows + F.pad(deviations.unflatten(1, (-1, 2)), (0, 0, 0, 0, 0, 0, 1, 0))
        return Motion(flows, motion.logits + logits, memory)


class Synthesis(nn.Module):
    """Warp the frames at full size, blend them pixel by pixel, and add what they do not show."""

    def __init__(self, num_frames: int, channels: int, width: int, noise: int):
        super().__init__()
        self.split = num_frames, channels
        in_channels = 4 * num_frames * (channels + 1) + width + noise
        self.layers = conv_stack([in_channels, width, width], [3, 3], activation=_activation)
        self.head = _near_zero_head(width, 4 * sum(self.split))

    def forward(self, frames: Sequence[Tensor], motion: Motion, latent: Tensor | None) -> Tensor:
        """Map T frames (B, C, H, W), newest first, and the motion at their size to the prediction (B, 1, C, H, W).

        At full size maps are large: frames are warped and blended one by one, and never copied to lie side by side.
        """
        height, width = frames[0].shape[-2:]
        warped = [warp(frame, flow) for frame, flow in zip(frames, motion.flows.unbind(1), strict=True)]
        shown = [*warped, motion.logits]  # T times C, and T channels, H x W
        if height % 2 or width % 2:
            shown = [F.pad(each, (0, width % 2, 0, height % 2), mode="replicate") for each in shown]
        maps = append_latent(unshuffled(shown, motion.memory), latent)  # (B, 4 T (C + 1) + M + Z, h, w)
        for layer in self.layers:  # one by one, so that maps as large are not kept till the end
            maps = layer(maps)
        hidden = F.leaky_relu(maps, SLOPE, inplace=True)
        output = shuffled(self.head(hidden))[..., :height, :width]  # (B, T + C, H, W)
        logits, residual = output.split(self.split, dim=1)  # T and C channels
        weights = (motion.logits + logits).softmax(dim=1).split(1, dim=1)  # T times (B, 1, H, W)
        frame: Tensor = residual
        for each, weight in zip(warped, weights, strict=True):
            frame = torch.addcmul(frame, weight, each)
        return frame.unsqueeze(1)


def _near_zero_head(in_channels: int, out_channels: int) -> nn.Conv2d:
    """Return a layer whose initial output is close to 0, so that training starts from optical flow."""
    layer = nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False)
    nn.init.normal_(layer.weight, std=HEAD_DEVIATION)
    return layer


def _activation() -> nn.Module:
    return nn.LeakyReLU(SLOPE, inplace=True)
