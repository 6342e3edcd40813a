"""A rollout's way on: every frame is made from the known ones, however far ahead it lies."""

from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.frames.pyramid import Pyramid
from vidpred.motion.coarse import grown, shrunk
from vidpred.motion.comparing import blur
from vidpred.motion.flow import BRISK, estimate_flow, warp
from vidpred.motion.forecast_blending import FRAMES_PER_BACK_TEST, HYPOTHESES
from vidpred.motion.trail import Trail
from vidpred.motion.trajectories import Seen, Trajectories
from vidpred.motion.uncovering import MOVING, behind, moving_things, wider

CLOSE = 8.0  # pixels: forecasts that show things further apart would be ghosts of each other in a blend
SLIGHT = 0.01  # share of a forecast up to which nobody sees it in a blend
LEAST = 0.05  # share of the last velocity that is taken to remain, however still the film is
GONE = 3.0  # pixels: what goes so much further than the frame would show it is not there any more
HALF = 0.5  # of a pixel
LINES = 480  # of the shorter side: of larger frames it is found on coarser grids what moves in front of what


class Prepared(NamedTuple):
    """What is found once for a whole rollout, on the coarser grid of a :class:`Continuation`.

    Args:
        trajectories: how everything in the last known frame goes on.
        things: 1 where that shows moving things and close around them, else 0, (B, 1, h, w).
        behind: the last known frame without them, (B, C, h, w).
        earlier: the flow from the last frame but one to the one before, where the last shows the same, (B, 2, H, W) in
            pixels of frames; None where no forecast needs it.
    """

    trajectories: Trajectories
    things: Tensor
    behind: Tensor
    earlier: Tensor | None


class Continuation(NamedTuple):
    """How known frames go on.

    Args:
        levels: the last of them at every level of a network, coarse to fine, each (B, T, C, h, w) in [-1, 1], oldest
            first.
        history: more of them, on a grid that is ``times`` coarser, (B, N, C, h, w).
        times: 1 for frames of fewer than twice :data:`LINES` rows or columns.
        back: the flow from the last to the one before, (B, 2, H, W) in pixels.
        shares: of the forecasts in a blend, (B, K), as :func:`~vidpred.motion.forecast_blending.forecast_shares` tells.
    """

    levels: Pyramid
    history: Tensor
    times: int
    back: Tensor
    shares: Tensor

    @classmethod
    def after(cls, known: Tensor, levels: Pyramid, back: Tensor, shares: Tensor) -> "Continuation":
        """Return how ``known`` frames (B, N, C, H, W) go on, the last of which are given at every level too."""
        times = max(min(known.shape[-2:]) // LINES, 1)
        history = torch.stack([shrunk(frame.float(), times) for frame in known.unbind(1)], dim=1)
        shares = torch.where(shares > SLIGHT, shares, 0)
        return cls([*levels[:-1], levels[-1].clone()], history, times, back, shares)  # a view would keep all of them

    @property
    def frames(self) -> Tensor:
        """The last known frames, (B, T, C, H, W) in [-1, 1]."""
        return self.levels[-1]

    def prepared(self) -> Prepared:
        """Find what a single prediction does not need."""
        times, frames = self.times, self.history
        with torch.autocast(frames.device.type, enabled=False):
            trajectories = Trajectories.of(frames[:, -1], shrunk(self.back, times) / times)
            earlier = None
            if any(past and bool(self.shares[:, number].any()) for number, (_, past) in enumerate(HYPOTHESES)):
                earlier = estimate_flow(frames[:, -2], frames[:, -FRAMES_PER_BACK_TEST], BRISK)
                earlier = warp(grown(times * earlier, times, self.back), self.back)
            things = moving_things(trajectories)
            return Prepared(trajectories, wider(things), behind(frames, trajectories, things), earlier)

    @property
    def speed(self) -> Tensor:
        """How fast the forecasts go on, on average, as a share of the last velocity: (B,)."""
        speeds = self.shares.new_tensor([*(now + past for now, past in HYPOTHESES), 1])
        return (self.shares @ speeds).clamp(LEAST, 1).to(self.back)

    def seen(self, prepared: Prepared, time: float) -> Seen:
        """Return what of the last known frame is seen ``time`` frames later, on the coarser grid."""
        return prepared.trajectories.seen(time, self.speed)

    def flow(self, seen: Seen) -> Tensor:
        """Return from where in the last known frame everything comes that is ``seen``, (B, 2, H, W) in pixels."""
        return grown(self.times * seen.flow, self.times, self.back)

    def added(self, prepared: Prepared, steady: Tensor, seen: Seen, flow: Tensor, time: float) -> Tensor:
        """Return what is to be added to a frame that shows steady motion: other forecasts, and what is uncovered.

        Args:
            prepared: what :meth:`prepared` returned.
            steady: the frame, (B, C, H, W).
            seen: what :meth:`seen` returned.
            flow: what :meth:`flow` returned for it.
            time: how many frames ahead.

        Returns:
            (B, C, H, W).
        """
        change = self._others(prepared, flow, time)
        share, background = (grown(maps, self.times, steady) for maps in self._uncovered(prepared, seen))
        return torch.lerp(change, (background - steady).to(change), share.to(change))

    def _uncovered(self, prepared: Prepared, seen: Seen) -> tuple[Tensor, Tensor]:
        """Return where a thing has gone away, (B, 1, h, w) in 0 to 1, and what lies behind, (B, C, h, w)."""
        ways, flow = prepared.trajectories, seen.flow
        there = warp(torch.cat([seen.displacement, prepared.things, ways.in_front], dim=1), flow)  # (B, 4, h, w)
        goes, things, in_front = there[:, :2], there[:, 2:3] > HALF, there[:, 3:]
        gone = (goes + flow).square().sum(dim=1, keepdim=True) > GONE**2
        gone = gone & seen.empty & things  # which the frame shows there still
        edge = things & (in_front < MOVING)  # of them, which did not come along
        gone = gone | (edge & (wider(gone.to(flow.dtype)) > 0))
        return blur(gone.to(flow.dtype)), warp(prepared.behind, flow, mode="bicubic", outside="reflection")

    def _others(self, prepared: Prepared, flow: Tensor, time: float) -> Tensor:
        """Blend in what other forecasts than the steady one show, where it lies nearby.

        Returns:
            the blend less the steady forecast, (B, C, H, W), in float32.
        """
        last = self.frames[:, -1].float()
        shown, change = warp(last, flow), torch.zeros_like(last)
        steady = flow / self.speed[:, None, None, None]
        before = None if prepared.earlier is None else time * warp(prepared.earlier, flow)
        first, *shares, again = self.shares.to(last).unbind(dim=1)  # the last forecast is the first, noise apart
        for (now, past), share in zip(HYPOTHESES, (first + again, *shares), strict=True):
            if not bool(share.any()):
                continue
            other = now * steady
            if past and before is not None:
                other = torch.add(other, before, alpha=past)
            apart = (other - flow).square().sum(dim=1, keepdim=True)
            weight = share[:, None, None, None] * torch.exp(-apart / CLOSE**2)
            change = torch.addcmul(change, weight, (warp(last, other) if now or past else last) - shown)
        return change


class Foreseen(NamedTuple):
    """A prediction that has not been asked for yet.

    Args:
        pyramid: at every scale, each (B, 1, C, h, w).
        trail: from where in the last known frame it comes.
    """

    pyramid: Pyramid
    trail: Trail


class Course(NamedTuple):
    """How a rollout has gone so far, and how it goes on.

    Args:
        trail: from where in the last known frame the newest prediction comes.
        continuation: of the known frames.
        prepared: for it, as soon as there is a second prediction.
        foreseen: the next predictions, as far as they have been made.
    """

    trail: Trail
    continuation: Continuation
    prepared: Prepared | None = None
    foreseen: tuple[Foreseen, ...] = ()
