"""A rollout's way on: every frame is made from the known ones, however far ahead it lies."""

from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.motion.flow import BRISK, estimate_flow, warp
from vidpred.motion.forecast_blending import FRAMES_PER_BACK_TEST, HYPOTHESES
from vidpred.motion.trail import Trail
from vidpred.motion.trajectories import Trajectories

CLOSE = 4.0  # pixels: forecasts that show things further apart would be ghosts of each other in a blend
LEAST = 0.05  # share of the last velocity that is taken to remain, however still the film is


class Continuation(NamedTuple):
    """How known frames go on.

    Args:
        frames: the last of them, (B, T, C, H, W) in [-1, 1], oldest first.
        back: the flow from the last to the one before, (B, 2, H, W) in pixels.
        shares: of the forecasts in a blend, (B, K), as :func:`~vidpred.motion.forecast_blending.forecast_shares` tells.
        trajectories: of what the last frame shows.
        earlier: the flow from the last frame but one to the one before, where the last shows the same, (B, 2, H, W);
            None where no forecast needs it.
    """

    frames: Tensor
    back: Tensor
    shares: Tensor
    trajectories: Trajectories | None = None
    earlier: Tensor | None = None

    def prepared(self) -> "Continuation":
        """Return it with what takes time to find, which one prediction alone does not need."""
        if self.trajectories:
            return self
        with torch.autocast(self.frames.device.type, enabled=False):
            earlier = None
            if any(past and bool(self.shares[:, number].any()) for number, (_, past) in enumerate(HYPOTHESES)):
                frames = self.frames.float()
                earlier = warp(estimate_flow(frames[:, -2], frames[:, -FRAMES_PER_BACK_TEST], BRISK), self.back)
            return self._replace(trajectories=Trajectories.of(self.frames[:, -1], self.back), earlier=earlier)

    @property
    def speed(self) -> Tensor:
        """How fast forecasts go on, on average, as a share of the last velocity: (B,)."""
        speeds = self.shares.new_tensor([*(share + past for share, past in HYPOTHESES), 1])
        return (self.shares @ speeds).clamp(LEAST, 1).to(self.back)

    def flow(self, time: float) -> Tensor:
        """Return the flow (B, 2, H, W) from a frame ``time`` frames ahead to the last known one."""
        assert self.trajectories, "not prepared"
        return self.trajectories.back(time, self.speed)

    def others(self, flow: Tensor, time: float) -> Tensor:
        """Blend in what the forecasts show that lie nearby: return what is to be added to the steady one.

        Args:
            flow: what :meth:`flow` returned.
            time: for how many frames ahead.

        Returns:
            (B, C, H, W), in float32.
        """
        last = self.frames[:, -1].float()
        shown, change = warp(last, flow), torch.zeros_like(last)
        steady = flow / self.speed[:, None, None, None]
        for number, (now, past) in enumerate(HYPOTHESES):
            share = self._share(number).to(last)[:, None, None, None]
            if not share.any():
                continue
            other = now * steady
            if past:
                assert self.earlier is not None, "not prepared"
                other = other + past * time * warp(self.earlier, flow)
            apart = (other - flow).square().sum(dim=1, keepdim=True)
            change = torch.addcmul(change, share * torch.exp(-apart / CLOSE**2), warp(last, other) - shown)
        return change

    def _share(self, number: int) -> Tensor:
        """Return the share (B,) of a hypothesis. The last forecast differs from the first one's in noise alone."""
        return self.shares[:, number] + self.shares[:, -1] if number == 0 else self.shares[:, number]


class Course(NamedTuple):
    """How a rollout has gone so far, and how it goes on.

    Args:
        trail: from where in the last known frame the newest prediction comes.
        continuation: of the known frames.
    """

    trail: Trail
    continuation: Continuation
