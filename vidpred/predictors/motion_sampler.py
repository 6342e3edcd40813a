"""Samples of the future: motion goes on a little otherwise in each, as far as it has been seen to go wrong."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid, build_pyramid
from vidpred.machine.arguments import checked
from vidpred.machine.ranges import Channels, Frames, Scales, Widths
from vidpred.machine.threads import at_once, side_by_side
from vidpred.motion.continuation import Course
from vidpred.motion.flow import warp
from vidpred.motion.uncertainty import NUM_DRAWN, KnownMotion, MotionUncertainty
from vidpred.nn.context import moved_on, require_context
from vidpred.nn.latent import resolve_latent
from vidpred.predictors.flow_pyramid import WIDTHS, FlowPyramid
from vidpred.registry import PREDICTORS


class Expected(NamedTuple):
    """The future as far as it is predicted, were motion to go on so.

    Args:
        motion: of the frames that were known at its beginning.
        window: what would be known (B, T, C, H, W) had it come so.
        course: of the last frame in that.
        time: how far the next frame lies after the last known one, in frames; motion comes to rest.
    """

    motion: KnownMotion
    window: Tensor
    course: Course | None = None
    time: float = 0.0

    @classmethod
    def after(cls, frames: Tensor) -> "Expected":
        """Return what is expected after known frames (B, T, C, H, W): nothing yet."""
        return cls(KnownMotion.of(frames), frames)

    @property
    def places(self) -> Tensor | None:
        """Where in the last known frame the newest comes from: the flow (B, 2, H, W) to it, as far as that is known."""
        return self.course.trail.flow if self.course else None


class Future(NamedTuple):
    """One of many futures, on its way.

    Args:
        drawn: the noise (B, NUM_DRAWN) that decides how it goes on, for good.
        expected: what all of them go on from.
    """

    drawn: Tensor
    expected: Expected


@PREDICTORS.register("motion_sampler")
class MotionSampler(nn.Module):
    """Predict as ``flow_pyramid`` does, then let motion go on otherwise, by noise: each draw is one consistent future.

    Where things are predicted to be, they are not: the camera shifts and turns, things speed up, slow down and bend
    their course. How far, back-tests on the known frames tell, as multiples that 15 learned weights give
    (:class:`vidpred.motion.uncertainty.MotionUncertainty`). The noise of the first frame of a rollout decides the whole
    of it, so that a future goes its way steadily; frames are displaced once, however far ahead they lie, so that none
    grows blurred or loud. Without noise, or with zeros, it predicts what ``flow_pyramid`` does.

    Args:
        num_context_frames: as of ``flow_pyramid``, and so are the others.
        frame_channels: colour channels per frame.
        lead: how many frames after the context the predicted frame lies; 1 is the next. Where it is more, every
            frame of a rollout is displaced by itself: futures are consistent from frame to frame with 1 alone.
        num_scales: levels of the returned pyramid.
        widths: channels of the hidden layers of the stages.

    Raises:
        VidpredError: fewer than two context frames, or more scales than stages allow; OpenCV cannot be imported
            for a prediction.

    Source: our own, after ensembles of perturbed forecasts (Toth and Kalnay 1993), whose spread past errors settle.
    """

    receptive_radius: int | None = None
    not_exportable = FlowPyramid.not_exportable
    keeps_cadence = True
    latent_channels = NUM_DRAWN

    @checked
    def __init__(
        self,
        num_context_frames: Frames = 3,
        frame_channels: Channels = 3,
        lead: Frames = 1,
        num_scales: Scales = 4,
        widths: Widths = WIDTHS,
    ):
        super().__init__()
        self.predictor = FlowPyramid(num_context_frames, frame_channels, lead, num_scales, widths)
        self.uncertainty = MotionUncertainty()
        self.num_context_frames, self.frame_channels, self.lead = num_context_frames, frame_channels, lead
        self.num_scales, self.most_context_frames = num_scales, self.predictor.most_context_frames

    def forward(self, context: Tensor, latent: Tensor | None = None, finest_alone: bool = False) -> Pyramid:
        """Map a context (B, T, C, H, W) to a sample of the next frame at every scale, each (B, 1, C, h, w).

        Args:
            context: (B, T, C, H, W) in [-1, 1], of at least ``num_context_frames``.
            latent: noise (B, latent_channels); without, see :func:`vidpred.nn.latent.resolve_latent`.
            finest_alone: return the full size alone.

        Raises:
            VidpredError: the context or the noise has another shape than the network takes.
        """
        return self.follow(context, None, latent, finest_alone)[0]

    def follow(
        self, context: Tensor, trail: Future | None = None, latent: Tensor | None = None, finest_alone: bool = False
    ) -> tuple[Pyramid, Future | None]:
        """Sample as a call does, where the last frame of the context may be a sample too, which came with ``trail``.

        The noise of its first frame decides a future: later noise does nothing.
        """
        require_context(self, context)
        drawn = resolve_latent(self, context, latent)
        assert drawn is not None
        future = trail or Future(drawn, Expected.after(context))
        pyramid, expected = self.expect(future.expected, finest_alone)
        future = Future(future.drawn, expected)
        return self._displaced(pyramid, future), future if self.lead == 1 else None

    def sample_ahead(self, context: Tensor, latents: Sequence[Tensor]) -> Iterator[Tensor]:
        """Yield the frames right after (B, T, C, H, W) in as many futures as ``latents`` (B, NUM_DRAWN), as a rollout
        of each does, from one rollout of what is expected: each (B, N, 1, C, H, W), without end.
        """
        expected = Expected.after(context)
        while True:
            pyramid, expected = self.expect(expected, finest_alone=True)
            futures = [(pyramid, Future(drawn, expected)) for drawn in latents]
            samples = side_by_side(self._displaced, futures, at_once(context[:, 0]))
            yield torch.stack([sample[-1] for sample in samples], dim=1)

    def expect(self, expected: Expected, finest_alone: bool = False) -> tuple[Pyramid, Expected]:
        """Predict the next frame as it is expected, at every scale, and return what is known had it come so."""
        pyramid, course = self.predictor.follow(expected.window, expected.course, None, finest_alone)
        time = expected.time + self.lead * (float(course.trail.pace) if course else 1.0)
        window = moved_on(expected.window, pyramid[-1], self.predictor.num_followed_frames if course else None)
        return pyramid, Expected(expected.motion, window, course, time)

    def _displaced(self, pyramid: Pyramid, future: Future) -> Pyramid:
        """Move what is predicted to where it is in this future, and give it the details of the last known frame."""
        drawn, expected = future
        if not drawn.any():
            return pyramid
        displacement = self.uncertainty(expected.motion, drawn, expected.time, expected.places)
        frame = warp(pyramid[-1][:, 0], displacement, mode="bicubic", outside="reflection")
        if expected.course and expected.places is not None:
            flow = displacement + warp(expected.places, displacement)
            frame = expected.course.trail._replace(flow=flow).detail(frame)
        displaced = build_pyramid(frame.clamp(-1, 1).unsqueeze(1), len(pyramid))
        has_noise = drawn.any(dim=1)[:, None, None, None, None]
        return [torch.where(has_noise, *levels) for levels in zip(displaced, pyramid, strict=True)]
