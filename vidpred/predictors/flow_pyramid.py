"""Coarse-to-fine motion and synthesis: warp the context frames to the future, then correct what warping leaves."""

from typing import Annotated

import torch
from annotated_types import Ge, Le
from torch import Tensor, nn

from vidpred.errors import VidpredError
from vidpred.frames.pyramid import Pyramid, build_pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Frames, NoiseOrNone, Scales, Widths
from vidpred.machine.threads import at_once, side_by_side
from vidpred.motion.continuation import Continuation, Course, Foreseen
from vidpred.motion.flow import BRISK, THOROUGH, carry, estimate_flow
from vidpred.motion.forecast_blending import (
    LastFlows,
    apart_from_steady,
    forecast_shares,
    frames_for_back_tests,
)
from vidpred.motion.trail import Trail
from vidpred.nn.context import require_context
from vidpred.nn.latent import resolve_latent
from vidpred.predictors.flow_stages import Line, Motion, MotionStage, Synthesis
from vidpred.registry import PREDICTORS
from vidpred.wording import counted

NEEDED_FRAMES = 2
WIDTHS = (96, 96, 64, 32)  # of the stages, coarse to fine, the last at half of the size
MOST_AHEAD = 4  # predictions of a rollout that are made at once: the last ones may not be asked for
SMALLEST_SIDE = 4  # pixels: the coarsest level is the last whose sides have at least as many


@PREDICTORS.register("flow_pyramid")
class FlowPyramid(nn.Module):
    """Warp the context frames to the future with motion that is refined from coarse to fine, and blend them.

    The motion of a future pixel is a line through the context: at velocity v, what is at x in ``lead`` frames
    was at x + lead v in the last frame and at x + (lead + i) v in the frame i before. The initial velocity is
    extrapolated from classical optical flow. From the context frames warped along the lines, every stage corrects
    the velocity, the frames' deviations from the line (acceleration), and the logits by which frames are blended
    (occlusion). The last stage adds what no frame shows, within the range of levels that the frames have. In a rollout,
    details are fetched from the last known frame, so that it gains no contrast, nor blurs. Frames of any size are
    accepted: larger ones start from coarser levels, which share their weights.

    Args:
        num_context_frames: number of past frames that the network takes, at least 2.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the next.
        num_scales: levels of the returned pyramid.
        widths: channels of the hidden layers of the stages, coarse to fine; the finest is at half of the size,
            and the coarsest serves all coarser levels too.
        latent_channels: length of the noise vector from which the network samples one of many futures, fed to every
            stage as constant feature maps; 0 makes it deterministic.
        num_hindcasts: how many known frames, where the context is long enough, it back-tests on: it predicts each from
            those before, to see which motion hypotheses hold in this video. This part has no learned weights: see
            :func:`vidpred.motion.forecast_blending.forecast_shares`.
        details: whether a deterministic network, in evaluation, takes details from the last known frame
            (:mod:`vidpred.motion.trail`).

    Raises:
        VidpredError: fewer than two context frames, or more scales than stages allow; OpenCV cannot be imported
            for a prediction.

    Source: our own, after voxel flow (Liu et al. 2017) and coarse-to-fine refinement of flow for frame synthesis
    (Huang et al. 2022), from dense inverse search (Kroeger et al. 2016).
    """

    receptive_radius: int | None = None  # flow estimation starts from the whole frame
    not_exportable = "its motion is estimated by OpenCV, which is no operation of PyTorch or ONNX"

    @checked
    def __init__(
        self,
        num_context_frames: Frames = 3,
        frame_channels: Channels = 3,
        lead: Frames = 1,
        num_scales: Scales = 4,
        widths: Widths = WIDTHS,
        latent_channels: NoiseOrNone = 0,
        num_hindcasts: Annotated[int, Ge(0), Le(1000)] = 6,
        details: bool = True,
    ):
        super().__init__()
        if num_context_frames < NEEDED_FRAMES:
            raise VidpredError(
                f"num_context_frames is {num_context_frames}, but predictor 'flow_pyramid' needs at least "
                f"{NEEDED_FRAMES} to see a motion; set num_context_frames={NEEDED_FRAMES} or more"
            )
        if not 1 <= num_scales <= len(widths) + 1:
            raise VidpredError(
                f"num_scales is {num_scales}, but {counted(len(widths), 'stage')} can make 1 to {len(widths) + 1} "
                "scales; change num_scales, or add widths"
            )
        self.num_context_frames = num_context_frames
        self.frame_channels = frame_channels
        self.lead = lead
        self.num_scales = num_scales
        self.latent_channels = latent_channels
        self.num_hindcasts = num_hindcasts
        self.details = self.keeps_cadence = details and not latent_channels
        self.most_context_frames = max(
            num_context_frames, frames_for_back_tests(num_hindcasts, lead) if num_hindcasts else 0
        )
        self.num_followed_frames = num_context_frames
        self.width_below = widths[0]
        below = (widths[0], *widths)
        self.stages = nn.ModuleList(
            MotionStage(num_context_frames, frame_channels, lead, *pair, latent_channels)
            for pair in zip(below, widths, strict=False)
        )
        self.synthesis = Synthesis(num_context_frames, frame_channels, widths[-1], latent_channels)

    def forward(self, context: Tensor, latent: Tensor | None = None, finest_alone: bool = False) -> Pyramid:
        """Map a context (B, T, C, H, W) to the predicted frame at every scale, each (B, 1, C, h, w).

        Args:
            context: (B, T, C, H, W) in [-1, 1], of at least ``num_context_frames``. The network takes the last of
                them; the back-tests use up to ``most_context_frames``.
            latent: noise (B, latent_channels); without, see :func:`vidpred.nn.latent.resolve_latent`.
            finest_alone: return the full size alone, which is less work.

        Raises:
            VidpredError: the context or the noise has another shape than the network takes.
        """
        return self.follow(context, None, latent, finest_alone)[0]

    def follow(
        self, context: Tensor, trail: Course | None = None, latent: Tensor | None = None, finest_alone: bool = False
    ) -> tuple[Pyramid, Course | None]:
        """Predict as a call does, where the last frame of the context may be a prediction, which came with ``trail``.

        In evaluation, unless it is to have none, details are taken from the last known frame, and what follows a
        prediction is made from the known frames too: from where everything in the last one will be by then, what comes
        in front of what, and what is uncovered (:mod:`vidpred.motion.trajectories`). A rollout sums up no errors.
        """
        require_context(self, context)
        latent = resolve_latent(self, context, latent)
        num_scales = 1 if finest_alone else self.num_scales
        if trail:
            return self._further(trail, num_scales)
        known, context = context, context[:, -self.num_context_frames :]
        back = estimate_flow(context[:, -1], context[:, -2])  # (B, 2, H, W)
        line = Line(carry(back, self.lead), self.lead)
        shares = forecast_shares(known, self.lead, self.num_hindcasts, not self.details)
        effort = BRISK if self.details else THOROUGH
        unsteady = apart_from_steady(known, self.lead, shares, LastFlows(line.velocity, back), effort)
        levels = build_pyramid(context, self._num_levels(context))
        steady, flow = self._steady(levels, line, latent, num_scales)
        course = None
        if self.details and not self.training:
            way = Continuation.after(known, levels, back, shares)
            start = Trail.start(known.unbind(1)[::-1])._replace(source=way.frames[:, -1])  # which is kept anyway
            course = Course(start.along(flow), way)
        return _finished(steady, unsteady, context, course.trail if course else None), course

    def _further(self, course: Course, num_scales: int) -> tuple[Pyramid, Course]:
        """Predict the next frame of a rollout from the known ones: what was predicted between is not looked at.

        So several can be made at once, where there are threads for it.
        """
        way, last = course.continuation, course.trail
        if not course.foreseen:
            course = course._replace(prepared=course.prepared or way.prepared())
            count = min(at_once(last.source), MOST_AHEAD)
            tasks = [(course, last._replace(steps=last.steps + 1 + more), num_scales) for more in range(count)]
            course = course._replace(foreseen=tuple(side_by_side(self._foresee, tasks, count)))
        (pyramid, trail), *later = course.foreseen
        return pyramid, course._replace(trail=trail, foreseen=tuple(later))

    def _foresee(self, course: Course, trail: Trail, num_scales: int) -> Foreseen:
        """Predict a frame of a rollout, as many steps ahead as ``trail`` says, from the known ones."""
        way, prepared = course.continuation, course.prepared
        assert prepared is not None
        time = self.lead * trail.time
        seen = way.seen(prepared, time)
        flow = way.flow(seen)
        trail = trail._replace(flow=flow)
        steady, _ = self._steady(way.levels, Line.through(flow, time), None, num_scales)
        added = way.added(prepared, steady[-1][:, 0], seen, flow, time)
        return Foreseen(_finished(steady, added, way.frames, trail), trail)

    def _steady(self, context: Pyramid, line: Line, latent: Tensor | None, num_scales: int) -> tuple[Pyramid, Tensor]:
        """Predict what follows a context, at every level, if motion goes on along a ``line`` that the network corrects.

        Returns:
            the finest scales, and the flow from the prediction to the last frame, (B, 2, H, W).
        """
        num_levels, (*levels, finest) = len(context), context
        frames = [level.flip(1) for level in levels]  # newest first: index i is the frame i before the last
        lines = line.at_levels(num_levels)
        motion = Motion.still(frames[0], self.width_below)
        predictions = []
        for level in range(num_levels - 1):
            motion = motion.on_grid(*frames[level].shape[-2:])
            scale = num_levels - 1 - level  # number of halvings
            stage = self.stages[max(len(self.stages) - scale, 0)]
            motion = stage(frames[level], lines[level], motion, latent)
            if scale < num_scales:
                predictions.append(motion.along(lines[level]).warp_and_blend(frames[level]))
        motion = motion.on_grid(*finest.shape[-2:]).along(line)
        return [*predictions, self.synthesis(finest.unbind(1)[::-1], motion, latent)], motion.flows[:, 0]

    def _num_levels(self, context: Tensor) -> int:
        levels = len(self.stages) + 1
        while min(context.shape[-2:]) >= SMALLEST_SIDE * 2**levels:
            levels += 1
        return levels


def _finished(steady: Pyramid, added: Tensor, context: Tensor, trail: Trail | None) -> Pyramid:
    """Add (B, C, H, W) to what shows steady motion, and give it the details and the limits of known frames."""
    levels = zip(steady, build_pyramid(added.unsqueeze(1), len(steady)), strict=True)
    *coarse, frame = (level + more for level, more in levels)  # (B, 1, C, h, w) each
    if trail:
        frame = trail.detail(frame[:, 0]).unsqueeze(1)
    darkest, brightest = (extreme(context, dim=(1, 3, 4), keepdim=True) for extreme in (torch.amin, torch.amax))
    return [*coarse, frame.clamp(darkest, brightest)]
