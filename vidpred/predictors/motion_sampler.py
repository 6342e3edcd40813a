"""Samples of the future: motion goes on a little otherwise in each, as far as it has been seen to go wrong."""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid, build_pyramid
from vidpred.machine.ranges import Channels, Frames, Scales, Widths
from vidpred.motion.flow import warp
from vidpred.motion.trail import Trail
from vidpred.motion.uncertainty import NUM_DRAWN, KnownMotion, MotionUncertainty
from vidpred.nn.context import require_context
from vidpred.nn.latent import resolve_latent
from vidpred.predictors.flow_pyramid import WIDTHS, FlowPyramid
from vidpred.registry import PREDICTORS


class Future(NamedTuple):
    """One of many futures, on its way.

    Args:
        drawn: the noise (B, NUM_DRAWN) that decides how it goes on, for good.
        motion: of the frames that were known at its beginning.
        window: what would be known (B, T, C, H, W) had motion gone on as predicted.
        trail: of the last frame in that.
        time: how far the next frame lies after the last known one, in frames; motion comes to rest.
    """

    drawn: Tensor
    motion: KnownMotion
    window: Tensor
    trail: Trail | None = None
    time: float = 0.0


@PREDICTORS.register("motion_sampler")
class MotionSampler(nn.Module):
    """Predict as ``flow_pyramid`` does, then let motion go on otherwise, by noise: each draw is one consistent future.

    Where things are predicted to be, they are not: the camera shifts and turns, things speed up, slow down and bend
    their course. How far, back-tests on the known frames tell, as multiples that 16 learned weights give
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
    latent_channels = NUM_DRAWN

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
        future = trail or Future(drawn, KnownMotion.of(context), context)
        pyramid, followed = self.predictor.follow(future.window, future.trail, None, finest_alone)
        time = future.time + self.lead * (float(followed.pace) if followed else 1.0)
        going_on = torch.cat([future.window[:, 1:], pyramid[-1]], dim=1)
        future = future._replace(window=going_on, trail=followed, time=time)
        if future.drawn.any():
            pyramid = self._displaced(pyramid, future)
        return pyramid, future if self.lead == 1 else None

    def _displaced(self, pyramid: Pyramid, future: Future) -> Pyramid:
        """Move what is predicted to where it is in this future, and give it the details of the last known frame."""
        displacement = self.uncertainty(future.motion, future.drawn, future.time)
        frame = warp(pyramid[-1][:, 0], displacement, mode="bicubic", outside="reflection")
        if future.trail is not None and future.trail.flow is not None:
            flow = displacement + warp(future.trail.flow, displacement)
            frame = future.trail._replace(flow=flow).detail(frame)
        return build_pyramid(frame.clamp(-1, 1).unsqueeze(1), len(pyramid))
