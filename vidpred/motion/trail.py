"""Where the pixels of a rollout come from: one fetch from a known frame, however many predictions lie between."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.motion.comparing import around, blur, highest_around
from vidpred.motion.flow import LARGE, luma, warp
from vidpred.nn.free_sizes import is_recorded

LIKE = 0.03  # how far, in levels of -1 to 1, fetched and blended frames may differ where details are taken over
LOOSER = 0.3  # by how much of that the difference may grow per prediction: what was blended often is trusted less
LIGHT = 1.5 / 127.5  # how far the mean level may move from that of the known frame: one and a half grey levels
GREY = 0.5 / 127.5  # how far the channels of a grey frame lie apart at most: half a level, or none of 8 bits
HALO = 0.2  # difference of the two from which on what is lighter or darker than all around is something else
FADE = 1 / 127.5  # change of the mean level per known frame, one grey level, from which on it goes on as a fade
LONGEST_FADE = 8  # predictions
EVEN = 0.5  # of that change, which every frame of a fade makes at least: a lamp that is switched on, or a cut, is none
NO_FADE = 2  # known frames, which cannot tell the two apart
SURE = 10  # predictions, after which motion comes to rest, slower by a factor at each
SLOWER = 0.95
RIDGE = 0.03  # pull of a share of rest towards 0, in errors of the forecast
SMALLEST = 1e-9  # so that where nothing moved, and nothing was wrong, the share is 0
SMOOTH = 0.3  # pull of the share at a place towards that of the whole frame, in the same


class Trail(NamedTuple):
    """From which known frame, and from which places in it, a predicted frame comes.

    Args:
        source: the known frame (B, C, H, W).
        fade: change of the mean level per frame among the known ones, where it is a fade, else 0; (B, C, 1, 1).
        colour: 0 where all known frames are grey, so that what comes in from outside is grey too, else 1; (B, 1, 1, 1).
        rest: how much of the newest frame a prediction keeps, as a back-test found, (B, 1, H, W) in 0 to 1; None for
            nothing.
        flow: from the predicted frame to ``source``, (B, 2, H, W) in pixels; None for the known frame itself.
        steps: how many predictions lie between; a tensor () where that is to stay free in an exported program.
    """

    source: Tensor
    fade: Tensor
    colour: Tensor
    rest: Tensor | None = None
    flow: Tensor | None = None
    steps: int | Tensor = 0

    @classmethod
    def start(cls, frames: Sequence[Tensor]) -> "Trail":
        """Return where a rollout starts: at the newest of known ``frames`` (B, C, H, W), newest first, two or more."""
        means = torch.stack([_mean(frame.float()) for frame in frames])  # (T, B, C, 1, 1)
        changes = means[:-1] - means[1:]
        change = changes.mean(dim=0)
        least = (changes * change.sign()).amin(dim=0)
        is_fade = torch.logical_and(change.abs() > FADE, least > EVEN * change.abs())
        if len(frames) <= NO_FADE:
            is_fade = torch.zeros_like(is_fade)
        spreads = [(frame.amax(dim=1) - frame.amin(dim=1)).amax(dim=(1, 2)) for frame in frames]  # (B,) each
        colour = (torch.stack(spreads).amax(dim=0) > GREY).to(change.dtype)[:, None, None, None]
        return cls(frames[0].clone(), change * is_fade, colour)  # a view would keep all of them

    def tested(self, forecast: Tensor, before: Tensor, truth: Tensor) -> "Trail":
        """Find out from a forecast of the newest known frame where frames rather stay as they are: in repeats, at rest.

        For the place and its surroundings, the share of the frame before that, mixed into the forecast, would have
        come closest to the truth: the combination of forecasts of Bates and Granger (1969).

        Args:
            forecast: of the newest frame, (B, C, h, w), at half of the size; it may be extended below and right.
            before: the frame before it, of the same shape.
            truth: the newest frame, of the same shape.
        """
        step = before - forecast
        products = torch.stack([step * (truth - forecast), step.square()])  # (2, B, C, h, w)
        gain, size = products.mean(dim=2, keepdim=True)  # (B, 1, h, w) each
        error = (truth - forecast).square().mean(dim=(1, 2, 3), keepdim=True) + SMALLEST
        overall = _mean(gain) / (_mean(size) + RIDGE * error)
        share = (around(gain) + SMOOTH * error * overall) / (around(size) + SMOOTH * error)
        height, width = self.source.shape[-2:]
        rest = F.interpolate(share.clamp(0, 1), scale_factor=2.0, mode="bilinear", align_corners=False)
        return self._replace(rest=rest[..., :height, :width])

    @property
    def pace(self) -> float | Tensor:
        """How fast the next prediction moves: 1, and after ten predictions ever less, so that motion comes to rest."""
        resting = self.steps - SURE
        slower: float | Tensor = SLOWER ** (resting.clamp(min=0) if isinstance(resting, Tensor) else max(resting, 0))
        return slower

    @property
    def time(self) -> float:
        """How far motion has gone on since the known frame, in predictions at full pace."""
        steps, full = float(self.steps), SURE + 1
        slowed: float = SLOWER * (1 - SLOWER ** max(steps - full, 0)) / (1 - SLOWER)
        return min(steps, full) + slowed

    def along(self, flow: Tensor) -> "Trail":
        """Go one prediction further, by ``flow`` (B, 2, H, W) from it to the frame whose trail this is."""
        further = flow if self.flow is None else flow + warp(self.flow, flow)
        return self._replace(flow=further, steps=self.steps + 1)

    def kept(self, frame: Tensor, newest: Tensor) -> Tensor:
        """Return the prediction ``frame`` (B, C, H, W) with the share of the ``newest`` that a back-test found."""
        return frame if self.rest is None else torch.lerp(frame, newest, self.rest)

    def detail(self, blend: Tensor) -> Tensor:
        """Give the blended prediction (B, C, H, W) the details of the source, wherever the two agree but for these.

        A blend, and every fetch after another, blurs; the source is fetched but once. What is finer than a pixel or
        two is taken from it where the rest agrees. Nor can a rollout grow lighter or darker than its source, except
        in a fade; or get halos and colours along edges that were not there; or any, if all known frames are grey.

        Returns:
            (B, C, H, W).
        """
        assert self.flow is not None, "a known frame needs no details"
        steps = self.steps
        fade = self.fade * (steps.clamp(max=LONGEST_FADE) if isinstance(steps, Tensor) else min(steps, LONGEST_FADE))
        away = (blend - self.source).mean(dim=(2, 3), keepdim=True) - fade  # (B, C, 1, 1)
        blend = blend - (away - away.clamp(-LIGHT, LIGHT))
        fetched = warp(self.source.float(), self.flow, mode="bicubic", outside="reflection")
        difference = fetched - blend
        coarse = blur(difference)
        apart = coarse.abs().amax(dim=1, keepdim=True)  # (B, 1, H, W)
        agreement = torch.exp(-((apart / (LIKE * (1 + LOOSER * (steps - 1)))) ** 2))
        frame = blend + agreement * (difference - coarse)
        inside = warp(torch.ones_like(self.flow[:, :1]), self.flow, outside="zeros")  # (B, 1, H, W)
        frame = _without_halos(frame, fetched, fade, coarse, inside)
        return torch.lerp(frame.mean(dim=1, keepdim=True), frame, self.colour.to(frame.dtype))


def _without_halos(frame: Tensor, source: Tensor, fade: Tensor, apart: Tensor, inside: Tensor) -> Tensor:
    """Bound brightness and colours of a frame by those of the source: at the same place and the eight around it.

    Args:
        frame: (B, C, H, W).
        source: the same shape, moved to where the frame shows it.
        fade: by how much the frame may be lighter or darker besides, (B, C, 1, 1).
        apart: what the two differ by but for details, (B, C, H, W): where that is more than a halo, nothing is bounded.
        inside: 1 where the source shows it, 0 where it would lie outside, (B, 1, H, W).

    Returns:
        (B, C, H, W).
    """
    given = frame, source, fade, apart
    lumas = [luma(each) for each in given]
    channels = frame.shape[1]
    one_by_one = not is_recorded() and frame[:, 0].numel() >= LARGE  # of much: less memory
    at_once = 1 if one_by_one else channels
    colours = (
        [each[:, first : first + at_once] - grey for each, grey in zip(given, lumas, strict=True)]
        for first in range(0, channels, at_once)
    )
    brightness = _bounded(lumas, inside)
    return torch.cat([brightness + _bounded(colour, inside) for colour in colours], dim=1)


def _bounded(given: Sequence[Tensor], inside: Tensor) -> Tensor:
    """Bound levels by those nearby in the source: of what :func:`_without_halos` takes, each (B, K, H, W)."""
    level, there, faded, apart = given
    highest, lowest = highest_around(there), highest_around(-there)
    bounded = torch.minimum(torch.maximum(level, faded.clamp(max=0) - lowest), faded.clamp(min=0) + highest)
    return torch.lerp(level, bounded, inside * torch.exp(-((apart / HALO) ** 2)))


def _mean(maps: Tensor) -> Tensor:
    return maps.mean(dim=(2, 3), keepdim=True)
