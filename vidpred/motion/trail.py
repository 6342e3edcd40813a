"""Where the pixels of a rollout come from: one fetch from a known frame, however many predictions lie between."""

from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.motion.fetching import blur, fetch

LIKE = 0.1  # how far, in levels of -1 to 1, fetched and blended frames may differ where details are taken over
LIGHT = 1.5 / 127.5  # how far the mean level may move from that of what is fetched: one and a half grey levels
FADE = 1 / 127.5  # change of the mean level per known frame, one grey level, from which on it goes on as a fade


class Trail(NamedTuple):
    """From which known frame, and from which places in it, a predicted frame comes.

    Args:
        source: the known frame (B, C, H, W).
        fade: change of the mean level per frame among the known ones, where it is a fade, else 0; (B, C, 1, 1).
        flow: from the predicted frame to ``source``, (B, 2, H, W) in pixels; None for the known frame itself.
        steps: how many predictions lie between.
    """

    source: Tensor
    fade: Tensor
    flow: Tensor | None = None
    steps: int = 0

    @classmethod
    def start(cls, frames: Tensor) -> "Trail":
        """Return where a rollout starts: at the newest of known ``frames`` (B, T, C, H, W), newest first."""
        mean = frames.float().mean(dim=(3, 4), keepdim=True)  # (B, T, C, 1, 1)
        change = (mean[:, 0] - mean[:, -1]) / (frames.shape[1] - 1)
        return cls(frames[:, 0], change * (change.abs() > FADE))

    def along(self, flow: Tensor) -> "Trail":
        """Go one prediction further, by ``flow`` (B, 2, H, W) from it to the frame whose trail this is."""
        further = flow if self.flow is None else flow + fetch(self.flow, flow)
        return self._replace(flow=further, steps=self.steps + 1)

    def detail(self, blend: Tensor) -> Tensor:
        """Give the blended prediction (B, C, H, W) the details of the source, wherever the two agree but for these.

        A blend, and every fetch after another, blurs; the source is fetched but once. What is finer than a pixel or
        two is taken from it where the rest agrees. Nor can a rollout grow lighter or darker than its source.

        Returns:
            (B, C, H, W).
        """
        assert self.flow is not None, "a known frame needs no details"
        fetched = fetch(self.source.float(), self.flow, "bicubic")
        away = (blend - fetched).mean(dim=(2, 3), keepdim=True) - self.fade * self.steps  # (B, C, 1, 1)
        blend = blend - (away - away.clamp(-LIGHT, LIGHT))
        difference = fetched - blend
        coarse = blur(difference)
        agreement = torch.exp(-((coarse.abs().amax(dim=1, keepdim=True) / LIKE) ** 2))  # (B, 1, H, W)
        return blend + agreement * (difference - coarse)
