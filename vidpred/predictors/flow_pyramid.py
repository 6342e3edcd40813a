"""Coarse-to-fine motion and synthesis: fetch the future from the context frames, then mend what cannot be fetched."""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vidpred.errors import VidpredError
from vidpred.flow import warp
from vidpred.layers import conv_stack
from vidpred.pyramid import Pyramid, build_pyramid
from vidpred.registry import PREDICTORS

NEEDED_FRAMES = 2
FINE_FEATURES = (16, 32, 64)  # channels at 1/2, 1/4, 1/8 of the size; coarser levels repeat the last
FINE_HIDDEN = (32, 64, 96)  # width of the motion stages, likewise
SEARCH_RADIUS = (0, 1, 2)  # cells by which motion is searched around its estimate, likewise; 0 does not search
SMALLEST_SIDE = 4  # cells: the coarsest level is the last with at least so many
FAINTEST = 1e-3  # mean cost below which there is nothing to match
TRUST_IN_LAST = 4.0  # first logit of the last frame, the other frames' being 0: training starts from copying it


@PREDICTORS.register("flow_pyramid")
class FlowPyramid(nn.Module):
    """Refine, from coarse to fine, where in each context frame every future pixel is to be fetched.

    The motion of a future pixel is a line through the context: at velocity v, what will be seen at x in
    ``lead`` frames was at x + lead v in the last frame and at x + (lead + i) v in the frame i before. Each
    level compares the frames' features along such lines for all velocities near the estimate, and corrects
    velocity, the frames' deviations from the line (acceleration), and how far each frame is to be trusted
    (occlusion). The last stage adds what no frame shows. Frames of any size are accepted: larger ones
    start from coarser levels, which share their weights.

    Args:
        num_context_frames: how many past frames it looks at, at least 2.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the very next.
        num_scales: levels of the returned pyramid.

    Raises:
        VidpredError: fewer than two context frames.

    Source: our own, after voxel flow (Liu et al. 2017), cost volumes in feature pyramids (Sun et al. 2018) and
    bilateral matching along motion paths (Park et al. 2020).
    """

    receptive_radius: int | None = None  # the search for a motion starts from the whole frame

    def __init__(
        self,
        num_context_frames: int = 3,
        frame_channels: int = 3,
        lead: int = 1,
        num_scales: int = 4,
    ):
        super().__init__()
        if num_context_frames < NEEDED_FRAMES:
            raise VidpredError(
                f"num_context_frames is {num_context_frames}, but predictor 'flow_pyramid' needs at least "
                f"{NEEDED_FRAMES} to see a motion; set num_context_frames={NEEDED_FRAMES} or more"
            )
        self.num_context_frames = num_context_frames
        self.frame_channels = frame_channels
        self.lead = lead
        self.num_scales = num_scales
        features = (frame_channels, *FINE_FEATURES, FINE_FEATURES[-1])
        self.encoders = nn.ModuleList(_encoder(*pair) for pair in zip(features[:-1], features[1:], strict=True))
        hidden = (*FINE_HIDDEN, FINE_HIDDEN[-1], FINE_HIDDEN[-1])
        radius = (*SEARCH_RADIUS, SEARCH_RADIUS[-1])
        self.stages = nn.ModuleList(
            _MotionStage(num_context_frames, lead, features[level + 1], hidden[level + 1], hidden[level], radius[level])
            for level in range(len(radius))
        )
        self.synthesis = _Synthesis(num_context_frames, frame_channels, hidden[0])

    def forward(self, context: Tensor, only_motion: bool = False) -> Pyramid:
        """Map a context (B, T, C, H, W) to the predicted frame at every scale, each (B, 1, C, h, w).

        Args:
            context: the frames.
            only_motion: return, in place of the frames, the flow from the predicted frame to the last one,
                (B, 1, 2, h, w) in pixels of the full size, horizontal before vertical.

        Raises:
            VidpredError: the context has another number of frames or channels than the network.
        """
        if context.shape[1:3] != (self.num_context_frames, self.frame_channels):
            raise VidpredError(
                f"the context has {context.shape[1]} frames of {context.shape[2]} channels, but this "
                f"predictor takes {self.num_context_frames} of {self.frame_channels}; give as many"
            )
        frames = context.flip(1)  # newest first: index i is the frame i before the last
        motions = self._motions(frames)
        if only_motion:
            return [2**level * motion.flows[:, :1] for level, motion in self._scales(motions)]
        pooled = build_pyramid(frames, self.num_scales)[::-1]  # fine to coarse
        coarse = [motion.fetch(pooled[level]) for level, motion in self._scales(motions) if level > 0]
        return [*coarse, self.synthesis(frames, motions[-1], motions[-2].memory)]

    def _scales(self, motions: list["_Motion"]) -> Iterator[tuple[int, "_Motion"]]:
        """Yield the returned levels, coarse to fine, each with its number: 0 is the full size."""
        yield from zip(reversed(range(self.num_scales)), motions[-self.num_scales :], strict=True)

    def _motions(self, frames: Tensor) -> list["_Motion"]:
        """Find the motion at every level, coarse to fine, the last at full size and not refined there."""
        features = self._encode(frames)
        motion = _Motion.still(features[-1], self.num_context_frames, self.stages[-1].hidden_below)
        motions = []
        for level in reversed(range(len(features))):
            motion = self.stages[min(level, len(self.stages) - 1)](features[level], motion)
            motions.append(motion)
            motion = motion.finer(*(frames if level == 0 else features[level - 1]).shape[-2:])
        return [*motions, motion]

    def _encode(self, frames: Tensor) -> list[Tensor]:
        """Return features (B, T, C, h, w) at 1/2, 1/4 ... of the size."""
        found = frames.flatten(0, 1)
        features: list[Tensor] = []
        while len(features) < len(self.encoders) or min(found.shape[-2:]) >= 2 * SMALLEST_SIDE:
            found = self.encoders[min(len(features), len(self.encoders) - 1)](found)
            features.append(found)
        return [level.unflatten(0, frames.shape[:2]) for level in features]


class _Motion:
    """Where to fetch the future from: per context frame a flow and a logit of trust, and what is remembered.

    Args:
        flows: (B, T, 2, h, w) in pixels of this level.
        trust: (B, T, h, w), logits.
        memory: (B, M, h, w), hidden values for the next stage.
    """

    def __init__(self, flows: Tensor, trust: Tensor, memory: Tensor):
        self.flows = flows
        self.trust = trust
        self.memory = memory

    @classmethod
    def still(cls, features: Tensor, num_frames: int, memory: int) -> "_Motion":
        """Return no motion on the grid of ``features``, and trust in the last frame."""
        batch, (height, width) = len(features), features.shape[-2:]
        trust = features.new_zeros(batch, num_frames, height, width, dtype=torch.float32)
        trust[:, 0] = TRUST_IN_LAST
        zeros = trust.new_zeros
        return cls(zeros(batch, num_frames, 2, height, width), trust, zeros(batch, memory, height, width))

    def finer(self, height: int, width: int) -> "_Motion":
        """Return the same motion on a grid twice as fine, cropped to ``height`` and ``width``."""
        time = self.flows.shape[1]
        maps = torch.cat([2 * self.flows.flatten(1, 2), self.trust], dim=1)
        maps = F.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)[..., :height, :width]
        memory = F.interpolate(self.memory, scale_factor=2, mode="nearest")[..., :height, :width]
        return _Motion(maps[:, : 2 * time].unflatten(1, (time, 2)), maps[:, 2 * time :], memory)

    def fetch(self, frames: Tensor) -> Tensor:
        """Fetch and blend ``frames`` (B, T, C, h, w) to one (B, 1, C, h, w)."""
        weights = self.trust.softmax(dim=1).unsqueeze(2)
        return (weights * warp_all(frames, self.flows)).sum(dim=1, keepdim=True)


def warp_all(frames: Tensor, flows: Tensor) -> Tensor:
    """Warp every frame (B, T, C, h, w) by its own flow (B, T, 2, h, w)."""
    return warp(frames.flatten(0, 1), flows.flatten(0, 1)).unflatten(0, frames.shape[:2])


class _MotionStage(nn.Module):
    """Correct the motion at one level.

    Args:
        num_frames: of the context.
        lead: how far ahead the predicted frame lies.
        features: channels that describe each frame.
        hidden_below: channels that the coarser stage remembered.
        hidden: width of the layers.
        radius: velocities searched around the estimate, in cells per frame.
    """

    def __init__(self, num_frames: int, lead: int, features: int, hidden_below: int, hidden: int, radius: int):
        super().__init__()
        self.num_frames, self.lead, self.radius, self.hidden_below = num_frames, lead, radius, hidden_below
        costs = (num_frames - 1) * (2 * radius + 1) ** 2
        seen = 2 * features + costs + 3 * num_frames + hidden_below
        self.layers = conv_stack([seen, hidden, hidden, hidden], [3, 3, 3], activation=_activation)
        self.head = nn.Conv2d(hidden, 3 * num_frames, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]

    def forward(self, features: Tensor, motion: _Motion) -> _Motion:
        fetched = warp_all(features, motion.flows)  # (B, T, C, h, w)
        costs = self._costs(fetched)
        known = [
            fetched[:, 0],
            fetched[:, 0] - fetched[:, 1],
            costs.flatten(1, 2),
            motion.flows.flatten(1, 2),
            motion.trust,
            motion.memory,
        ]
        seen = torch.cat([maps.to(features.dtype) for maps in known], dim=1)
        memory = _activation()(self.layers(seen))
        change = self.head(memory).float()
        velocity, deviations = change[:, :2], change[:, 2 : 2 * self.num_frames]
        steps = torch.arange(self.num_frames, device=change.device) + self.lead
        along = velocity[:, None] * steps[:, None, None, None]
        apart = F.pad(deviations.unflatten(1, (-1, 2)), (0, 0, 0, 0, 0, 0, 1, 0))
        return _Motion(motion.flows + along + apart, motion.trust + change[:, 2 * self.num_frames :], memory)

    def _costs(self, fetched: Tensor) -> Tensor:
        """Compare the last frame with each before along lines of nearby velocity: (B, T - 1, velocities, h, w).

        A cost is relative to the mean over the velocities, so that faint texture counts as much as strong.
        """
        costs = torch.stack(
            [
                match_along(fetched[:, 0], fetched[:, back], self.lead, self.lead + back, self.radius)
                for back in range(1, self.num_frames)
            ],
            dim=1,
        ).float()
        return costs / (costs.mean(dim=2, keepdim=True) + FAINTEST)


def match_along(last: Tensor, earlier: Tensor, near: int, far: int, radius: int) -> Tensor:
    """Compare ``last`` at x + near v with ``earlier`` at x + far v for all velocities v within ``radius``.

    Args:
        last: features (B, C, h, w).
        earlier: features of the same shape.
        near: frames between the predicted frame and the one of ``last``.
        far: frames between the predicted frame and the one of ``earlier``.
        radius: cells per frame, each way.

    Returns:
        (B, (2 radius + 1)^2, h, w), the mean squared difference over the channels; outside, edges are repeated.
    """
    padded = (F.pad(maps, [radius * far] * 4, mode="replicate") for maps in (last, earlier))
    costs: Tensor = _Match.apply(*padded, near, far, radius)  # type: ignore[no-untyped-call]
    return costs


class _Match(torch.autograd.Function):
    """The comparison with a gradient that is summed in place: autograd's own is three times slower on a CPU."""

    @staticmethod
    def forward(ctx: Any, last: Tensor, earlier: Tensor, near: int, far: int, radius: int) -> Tensor:
        ctx.save_for_backward(last, earlier)
        ctx.steps = near, far, radius
        costs = [(a - b).square().sum(dim=1) for a, b in _shifted(last, earlier, *ctx.steps)]
        return torch.stack(costs, dim=-1).movedim(-1, 1) / last.shape[1]

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None, None, None]:
        last, earlier = ctx.saved_tensors
        costs = gradients[0] * (2 / last.shape[1])
        sums = torch.zeros_like(last), torch.zeros_like(earlier)
        views = zip(_shifted(last, earlier, *ctx.steps), _shifted(*sums, *ctx.steps), strict=True)
        for index, ((a, b), (sum_a, sum_b)) in enumerate(views):
            change = costs[:, index, None] * (a - b)
            sum_a += change
            sum_b -= change
        return *sums, None, None, None


def _shifted(last: Tensor, earlier: Tensor, near: int, far: int, radius: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield two maps, padded by ``radius * far``, as seen along every velocity, row by row."""
    margin = radius * far
    height, width = last.shape[-2] - 2 * margin, last.shape[-1] - 2 * margin
    for down in range(-radius, radius + 1):
        for right in range(-radius, radius + 1):
            yield tuple(  # type: ignore[misc]
                maps[..., margin + y : margin + y + height, margin + x : margin + x + width]
                for maps, y, x in ((last, near * down, near * right), (earlier, far * down, far * right))
            )


class _Synthesis(nn.Module):
    """Fetch the frame at full size, weigh the context frames pixel by pixel, and add what they do not show."""

    def __init__(self, num_frames: int, channels: int, hidden: int):
        super().__init__()
        self.num_frames, self.channels = num_frames, channels
        seen = 4 * num_frames * (channels + 1) + hidden
        self.layers = conv_stack([seen, 32, 32, 4 * (num_frames + channels)], [3, 3, 3], activation=_activation)
        nn.init.zeros_(self.layers[-1].weight)  # type: ignore[arg-type]
        nn.init.zeros_(self.layers[-1].bias)  # type: ignore[arg-type]

    def forward(self, frames: Tensor, motion: _Motion, memory: Tensor) -> Tensor:
        """Map frames (B, T, C, H, W), the motion at their size and the memory at half of it to (B, 1, C, H, W)."""
        height, width = frames.shape[-2:]
        fetched = warp_all(frames, motion.flows)
        maps = torch.cat([fetched.flatten(1, 2), motion.trust], dim=1)
        even = F.pad(maps, (0, width % 2, 0, height % 2), mode="replicate")
        seen = torch.cat([F.pixel_unshuffle(even.to(memory.dtype), 2), memory], dim=1)
        answer = self.layers(seen).float()
        answer = F.pixel_shuffle(answer, 2)[..., :height, :width]
        weights = (motion.trust + answer[:, : self.num_frames]).softmax(dim=1).unsqueeze(2)
        blend = (weights * fetched).sum(dim=1)
        return (blend + answer[:, self.num_frames :]).clamp(-1, 1).unsqueeze(1)


def _encoder(in_channels: int, out_channels: int) -> nn.Sequential:
    """Halve height and width, rounded up, and describe what is seen."""
    layers = conv_stack([in_channels, out_channels, out_channels], [3, 3], [2, 1], _activation)
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, 0.1)
    return nn.Sequential(*layers, _activation())


def _activation() -> nn.Module:
    return nn.LeakyReLU(0.1)
