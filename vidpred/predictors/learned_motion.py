"""Motion that a network has learned to see and to continue, in tensors alone: no optical flow from elsewhere."""

from collections.abc import Sequence
from typing import Annotated, cast

import torch
from annotated_types import Ge, Le
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid, build_pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Factor, Frames
from vidpred.motion.comparing import correlate, normalise
from vidpred.motion.flow import warp_each
from vidpred.motion.refinement import Encoder, Motion, Seen, activation, belief, extend, halve, refinement
from vidpred.motion.trail import Trail
from vidpred.nn.context import require_context
from vidpred.nn.free_sizes import unflatten
from vidpred.nn.latent import resolve_latent
from vidpred.nn.stacks import scale_widths
from vidpred.registry import PREDICTORS

NEEDED_FRAMES = 2
FETCHED = 3  # how many of the newest frames are fetched and blended
FAR, NEAR = 4, 3  # radius of the comparisons of neighbouring frames at 1/16, and of fetched ones at 1/8
FEATURES = (32, 48, 64)  # channels at 1/4, 1/8, 1/16
WIDTHS = (96, 80, 56, 32)  # of the stages at 1/16, 1/8, 1/4, 1/2
PAIR = 24  # channels that say what moved between two neighbouring frames


@PREDICTORS.register("learned_motion")
class LearnedMotion(nn.Module):
    """See how all known neighbours moved, continue it, fetch the newest frames along it, blend, and mend.

    Features of every known frame at 1/4, 1/8 and 1/16 of the size; at 1/16, all successive frames are compared (so a
    repeated frame, a shake and an acceleration are visible); flows from the future into the three newest frames,
    corrected from 1/16 to 1/2; the frames fetched along them, blended, and a residual added. Details finer than a
    pixel or two are then taken from a single fetch, wherever that agrees with the blend: no average blurs them. In
    evaluation, a back-test on the newest known frame, at half of the size, shows where frames rather stay as they are.

    It is stable by construction. Where nothing has changed between the known frames, nothing moves. In a rollout
    (:meth:`follow`), details are fetched from the last *known* frame, however far back that is, along the flows of
    all steps, so that they are interpolated once; the mean level stays that of the last known frame, within 1.5 grey
    levels, except in a fade; and after ten predictions motion slowly comes to rest (:mod:`vidpred.motion.trail`).

    Args:
        num_context_frames: the fewest known frames that it is given, at least 2.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
        history: how many of the newest known frames it compares, at least 2; where there are fewer, the oldest counts
            several times.
        width_multiplier: factor on every width; 1 has 1.2 million weights.

    Raises:
        VidpredError: fewer than two context frames.

    Source: our own, after cost volumes from coarse to fine (Sun et al. 2018, PWC-Net) and voxel flow (Liu et al. 2017).
    """

    receptive_radius: int | None = None  # motion may come from far
    onnx_by_trace = True
    keeps_cadence = True
    remembered = ("window", *Trail._fields, *Seen._fields)  # by a rollout from step to step
    num_scales = 4  # at 1/8, 1/4, 1/2 and the full size

    @checked
    def __init__(
        self,
        num_context_frames: Frames = 2,
        frame_channels: Channels = 3,
        lead: Frames = 1,
        history: Annotated[int, Ge(2), Le(1000)] = 6,
        width_multiplier: Factor = 1.0,
    ):
        super().__init__()
        if num_context_frames < NEEDED_FRAMES:
            raise VidpredError(
                f"num_context_frames is {num_context_frames}, but predictor 'learned_motion' needs at least "
                f"{NEEDED_FRAMES} to see a motion; set num_context_frames={NEEDED_FRAMES} or more"
            )
        self.num_context_frames, self.frame_channels, self.lead = num_context_frames, frame_channels, lead
        self.history, self.most_context_frames = history, max(history + 1, num_context_frames)
        self.num_followed_frames = max(history, num_context_frames)
        self.num_fetched = min(FETCHED, history)
        features = scale_widths(FEATURES, width_multiplier)
        (pair,) = scale_widths((PAIR,), width_multiplier)
        self.encoder = Encoder(frame_channels, features)
        self.pair = nn.Sequential(
            nn.Conv2d((2 * FAR + 1) ** 2 + features[2], 2 * pair, 1),
            activation(),
            nn.Conv2d(2 * pair, pair, 3, padding=1),
            activation(),
        )
        seen = (
            self.num_fetched * features[2] + pair * (history - 1),
            self.num_fetched * features[1] + (self.num_fetched - 1) * (2 * NEAR + 1) ** 2,
            self.num_fetched * features[0],
            self.num_fetched * 4 * frame_channels,
        )
        self.stages = refinement(seen, scale_widths(WIDTHS, width_multiplier), self.num_fetched, frame_channels)

    def forward(self, context: Tensor) -> Pyramid:
        """Map a context (B, T, C, H, W) in [-1, 1], of two frames or more, to the next at every scale, (B, 1, C, h, w).

        Raises:
            VidpredError: the context has another shape than the network takes.
        """
        return self.follow(context)[0]

    def follow(
        self, context: Tensor, trail: Trail | None = None, latent: Tensor | None = None, finest_alone: bool = False
    ) -> tuple[Pyramid, Trail]:
        """Predict as :meth:`forward` does, where the last frame of the context may be a prediction too.

        Args:
            context: (B, T, C, H, W) in [-1, 1], of two frames or more.
            trail: where the last frame of the context comes from; None where it is a known frame.
            latent: must be None, as the network is deterministic.
            finest_alone: return the finest scale alone.

        Returns:
            the prediction at every scale, each (B, 1, C, h, w), and where that comes from.

        Raises:
            VidpredError: as :meth:`forward`.
        """
        require_context(self, context)
        resolve_latent(self, context, latent)
        frames = self._newest_first(context, self.history + 1)
        extended = extend(frames)
        trail = self._start(frames, extended, context.shape[1]) if trail is None else trail
        known = extended[:, : self.history]
        return self._go_on(known, self._see(known), trail, finest_alone)

    def first_step(self, context: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Predict as :meth:`forward` does, and return besides what a rollout of a batch of one remembers, as tensors.

        Args:
            context: (1, T, C, H, W) in [-1, 1].

        Returns:
            the predicted frame (1, 1, C, H, W), and a tensor for each of :attr:`remembered`.
        """
        frames = self._newest_first(context, self.history + 1)
        extended = extend(frames)
        trail = self._start(frames, extended, context.shape[1])._replace(steps=torch.zeros(()))
        known = extended[:, : self.history]
        seen = self._see(known)
        pyramid, trail = self._go_on(known, seen, trail, finest_alone=True)
        return pyramid[-1], self._memory(frames, seen, trail)

    def next_step(self, frame: Tensor, *memory: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Predict what follows a predicted ``frame`` (1, 1, C, H, W); given, and returning, what is remembered."""
        window, *rest = memory
        trail, seen = Trail(*rest[: len(Trail._fields)]), Seen(*rest[len(Trail._fields) :])
        frames = torch.cat([frame, window], dim=1)
        known = extend(frames)
        seen = seen.then(self._see_newest(known[:, 0], seen.coarse[0]))
        pyramid, trail = self._go_on(known, seen, trail, finest_alone=True)
        return pyramid[-1], self._memory(frames, seen, trail)

    def _memory(self, frames: Tensor, seen: Seen, trail: Trail) -> tuple[Tensor, ...]:
        """Return all that a rollout remembers, with the newest ``frames`` (1, T, C, H, W), as tensors."""
        return frames[:, : self.history - 1], *(cast(Tensor, part) for part in trail), *seen

    def _start(self, frames: Tensor, extended: Tensor, num_known: int) -> Trail:
        """Return a trail that starts at ``frames`` (B, history + 1, C, H, W), newest first.

        In evaluation, the newest is predicted from those before it, at half of the size, to see whether they rather
        stay as they are. Nothing is learned of that. Only the first ``num_known`` tell of a fade: any others repeat the
        oldest.
        """
        trail = Trail.start(frames[:, : min(num_known, self.history)].unbind(1))
        if self.training:
            return trail
        half = halve(extended)  # (B, history + 1, C, h, w), sides multiples of 16
        known = half[:, 1:]
        before = Trail.start(known[:, : max(num_known - 1, NEEDED_FRAMES)].unbind(1))
        pyramid, _ = self._go_on(known, self._see(known), before, finest_alone=True)
        return trail.tested(pyramid[-1][:, 0], before=half[:, 1], truth=half[:, 0])

    def _go_on(self, frames: Tensor, seen: Seen, trail: Trail, finest_alone: bool) -> tuple[Pyramid, Trail]:
        """Predict from extended frames (B, history, C, h, w), newest first, the first of which lies on ``trail``."""
        height, width = trail.source.shape[-2:]
        newest = frames[:, : self.num_fetched]
        motions, motion, residual = self._motions(newest, seen)
        believed = belief(frames)  # (B, 1, h, w)
        motion = motion.times(trail.pace * believed)
        blend = (motion.warp_and_blend(newest)[:, 0] + believed * residual)[..., :height, :width]
        trail = trail.along(motion.flows[:, 0, :, :height, :width])
        frame = trail.kept(trail.detail(blend), newest[:, 0, :, :height, :width]).unsqueeze(1)  # (B, 1, C, H, W)
        darkest, brightest = (extreme(frames, dim=(1, 3, 4), keepdim=True) for extreme in (torch.amin, torch.amax))
        frame = frame.clamp(darkest, brightest)
        return [*([] if finest_alone else self._coarse(newest, motions, height, width)), frame], trail

    def _coarse(self, newest: Tensor, motions: Sequence[Motion], height: int, width: int) -> Pyramid:
        """Return the prediction, as ``motions`` at 1/8, 1/4 and 1/2 blend it, of frames of that size."""
        levels = build_pyramid(newest, self.num_scales)[:-1]  # (B, K, C, h / 8, w / 8) and so on
        blended = [motion.warp_and_blend(level) for motion, level in zip(motions, levels, strict=True)]
        return [
            level[..., : -(-height // fold), : -(-width // fold)]
            for level, fold in zip(blended, (8, 4, 2), strict=True)
        ]

    def _newest_first(self, context: Tensor, count: int) -> Tensor:
        """Return the newest ``count`` frames of a context (B, T, C, H, W), backwards."""
        missing = max(count - context.shape[1], 0)
        oldest = context[:, :1].expand(-1, missing, -1, -1, -1)
        return torch.cat([oldest, context], dim=1)[:, -count:].flip(1)

    def _see(self, frames: Tensor) -> Seen:
        """Return what ``frames`` (B, history, C, H, W), newest first, with sides that are multiples of 16, show."""
        features = self.encoder(torch.cat(frames.unbind(1)))  # of all frames, one after the other
        fine, middle, coarse = (unflatten(maps, 0, self.history, -1) for maps in features)  # (history, B, F, h, w)
        fetched = self.num_fetched
        return Seen(fine[:fetched], middle[:fetched], coarse[:fetched], self._compare(coarse))

    def _see_newest(self, frame: Tensor, before: Tensor) -> Seen:
        """Return what ``frame`` (B, C, H, W) alone shows after one with coarse features ``before`` (B, F, h, w)."""
        fine, middle, coarse = (maps.unsqueeze(0) for maps in self.encoder(frame))
        return Seen(fine, middle, coarse, self._compare(torch.cat([coarse, before.unsqueeze(0)])))

    def _motions(self, newest: Tensor, seen: Seen) -> tuple[list[Motion], Motion, Tensor]:
        """Continue the motion of what was ``seen``, for the ``newest`` frames (B, K, C, H, W), newest first.

        Returns:
            the motion at 1/8, 1/4 and 1/2, that at full size, and what no frame shows, (B, C, H, W).
        """
        shown = torch.cat([*seen.coarse.unbind(0), *seen.pairs.unbind(0)], dim=1)
        motion = Motion.start(self.stages[0](shown), self.num_fetched).doubled()
        found = warp_each(seen.middle.transpose(0, 1).float(), motion.flows)  # (B, K, F, H / 8, W / 8)
        first, *others = normalise(found).unbind(1)
        matches = [correlate(first, other, NEAR) for other in others]
        at_eighth = motion.corrected(self.stages[1], found, *matches)
        motion = at_eighth.doubled()
        at_quarter = motion.corrected(self.stages[2], warp_each(seen.fine.transpose(0, 1).float(), motion.flows))
        at_half = at_quarter.doubled()
        return [at_eighth, at_quarter, at_half], *at_half.finest(self.stages[3], newest)

    def _compare(self, features: Tensor) -> Tensor:
        """Return what moved between neighbours of ``features`` (T, B, F, h, w): (T - 1, B, P, h, w)."""
        alike = normalise(features)
        later, earlier = alike[:-1].flatten(0, 1), alike[1:].flatten(0, 1)
        compared = torch.cat([correlate(later, earlier, FAR), features[:-1].flatten(0, 1)], dim=1)
        return unflatten(self.pair(compared), 0, features.shape[0] - 1, -1)
