"""A rollout's way on: every frame is made from the known ones, however far ahead it lies."""

from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.motion.comparing import blur
from vidpred.motion.flow import BRISK, estimate_flow, warp
from vidpred.motion.forecast_blending import FRAMES_PER_BACK_TEST, HYPOTHESES
from vidpred.motion.trail import Trail
from vidpred.motion.trajectories import Seen, Trajectories
from vidpred.motion.uncovering import MOVING, behind, moving_things, wider

CLOSE = 4.0  # pixels: forecasts that show things further apart would be ghosts of each other in a blend
LEAST = 0.05  # share of the last velocity that is taken to remain, however still the film is
GONE = 1.0  # pixels: what goes so much further than the frame would show it is not there any more
HALF = 0.5  # of a pixel


class Prepared(NamedTuple):
    """What is found once for a whole rollout.

    Args:
        trajectories: how everything in the last known frame goes on.
        things: 1 where that shows moving things, else 0, (B, 1, H, W).
        behind: the last known frame without them, (B, C, H, W).
        earlier: the flow from the last frame but one to the one before, where the last shows the same, (B, 2, H, W);
            None where no forecast needs it.
    """

    trajectories: Trajectories
    things: Tensor
    behind: Tensor
    earlier: Tensor | None


class Continuation(NamedTuple):
    """How known frames go on.

    Args:
        frames: (B, T, C, H, W) in [-1, 1], oldest first.
        back: the flow from the last to the one before, (B, 2, H, W) in pixels.
        shares: of the forecasts in a blend, (B, K), as :func:`~vidpred.motion.forecast_blending.forecast_shares` tells.
    """

    frames: Tensor
    back: Tensor
    shares: Tensor

    def prepared(self) -> Prepared:
        """Find what a single prediction does not need."""
        with torch.autocast(self.frames.device.type, enabled=False):
            trajectories = Trajectories.of(self.frames[:, -1], self.back)
            earlier = None
            if any(past and bool(self.shares[:, number].any()) for number, (_, past) in enumerate(HYPOTHESES)):
                before, earliest = self.frames[:, -2].float(), self.frames[:, -FRAMES_PER_BACK_TEST].float()
                earlier = warp(estimate_flow(before, earliest, BRISK), self.back)
            return Prepared(trajectories, moving_things(trajectories), behind(self.frames, trajectories), earlier)

    @property
    def speed(self) -> Tensor:
        """How fast the forecasts go on, on average, as a share of the last velocity: (B,)."""
        speeds = self.shares.new_tensor([*(now + past for now, past in HYPOTHESES), 1])
        return (self.shares @ speeds).clamp(LEAST, 1).to(self.back)

    def seen(self, prepared: Prepared, time: float) -> Seen:
        """Return what of the last known frame is seen ``time`` frames later, and from where it came."""
        return prepared.trajectories.seen(time, self.speed)

    def added(self, prepared: Prepared, steady: Tensor, seen: Seen, time: float) -> Tensor:
        """Return what is to be added to a frame that shows steady motion: other forecasts, and what is uncovered.

        Args:
            prepared: what :meth:`prepared` returned.
            steady: the frame, (B, C, H, W).
            seen: what :meth:`seen` returned.
            time: how many frames ahead.

        Returns:
            (B, C, H, W).
        """
        frame = steady + self._others(prepared, seen.flow, time)
        goes = warp(prepared.trajectories.displacement(time, self.speed), seen.flow)
        gone = (goes + seen.flow).square().sum(dim=1, keepdim=True) > GONE**2
        things = warp(prepared.things, seen.flow) > HALF  # which the frame shows there still
        gone = gone & seen.empty & things
        edge = things & (warp(prepared.trajectories.in_front, seen.flow) < MOVING)  # of them, which did not come along
        gone = gone | (edge & (wider(gone.to(frame.dtype)) > 0))
        background = warp(prepared.behind, seen.flow, mode="bicubic", outside="reflection")
        return torch.lerp(frame, background, blur(gone.to(frame.dtype))) - steady

    def _others(self, prepared: Prepared, flow: Tensor, time: float) -> Tensor:
        """Blend in what other forecasts than the steady one show, where it lies nearby.

        Returns:
            the blend less the steady forecast, (B, C, H, W), in float32.
        """
        last = self.frames[:, -1].float()
        shown, change = warp(last, flow), torch.zeros_like(last)
        steady = flow / self.speed[:, None, None, None]
        first, *shares, again = self.shares.to(last).unbind(dim=1)  # the last forecast is the first, noise apart
        for (now, past), share in zip(HYPOTHESES, (first + again, *shares), strict=True):
            if not bool(share.any()):
                continue
            other = now * steady
            if past and prepared.earlier is not None:
                other = other + past * time * warp(prepared.earlier, flow)
            apart = (other - flow).square().sum(dim=1, keepdim=True)
            weight = share[:, None, None, None] * torch.exp(-apart / CLOSE**2)
            change = torch.addcmul(change, weight, warp(last, other) - shown)
        return change


class Course(NamedTuple):
    """How a rollout has gone so far, and how it goes on.

    Args:
        trail: from where in the last known frame the newest prediction comes.
        continuation: of the known frames.
        prepared: for it, as soon as there is a second prediction.
    """

    trail: Trail
    continuation: Continuation
    prepared: Prepared | None = None
