"""The frames between two frames: both are carried along the optical flow to a moment between them, and blended."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.motion.flow import estimate_flow, luma, warp

LARGE_FRAME = 640 * 360  # pixels, from which motion is found at an integer share of the sides
SLACK, RELATIVE = 3.0, 0.05  # squared pixels, and share of the squared motion, that two flows may disagree by
UNTRUSTED = 1e-2  # weight of a motion of which the way back knows nothing
GHOST = 0.2  # weight of a frame whose motion there is another: without it, what moves too fast would tear
OUTSIDE = 0.1  # weight of a frame where it is fetched from outside the picture
AROUND = 7  # pixels of the window in which standing still and moving are compared
UNDECIDED = 0.003  # levels of -1 to 1: how gradually that decides
COARSENINGS = 7  # of a map, until its holes are filled
TINY = 1e-8


class Between:
    """The motion between two frames, and every frame that it passes through.

    Flow is estimated in both directions. Where going there and back does not return to the start, what is seen in one
    frame is hidden in the other, and flow is taken over from around. The motion at a moment between is what arrives
    there by either flow, and each frame counts where its own motion is that: what the other hides is fetched from
    the one that shows it. Where the frames agree as well without motion, such as in titles, nothing moves.

    Args:
        before: frames (B, C, H, W) in [-1, 1].
        after: frames of the same shape.

    Raises:
        VidpredError: OpenCV cannot be imported.

    Source: Herbst et al. (2009), "Occlusion reasoning for temporal interpolation using optical flow", simplified;
    splatting weighted by trust after Niklaus and Liu (2020), "Softmax splatting for video frame interpolation".
    """

    @torch.no_grad()
    def __init__(self, before: Tensor, after: Tensor):
        self.before, self.after = before, after
        self.shrink = max(1, math.ceil(math.sqrt(before.shape[-2] * before.shape[-1] / LARGE_FRAME)))
        self.small = _shrunk(before.float(), self.shrink), _shrunk(after.float(), self.shrink)
        there, back = estimate_flow(*self.small), estimate_flow(*self.small[::-1])
        self.there, self.trust_there = _trusted(there, back)
        self.back, self.trust_back = _trusted(back, there)

    @torch.no_grad()
    def at(self, time: float) -> Tensor:
        """Return the frames (B, C, H, W) at a moment from 0, the frame before, to 1, the frame after.

        Values may lie slightly outside of [-1, 1], as those of a sharp edge do.
        """
        velocity = self._velocity(time)
        shares = [self._share(flow, velocity, step) for flow, step in ((self.there, -time), (-self.back, 1 - time))]
        share = (1 - time) * shares[0] / ((1 - time) * shares[0] + time * shares[1])
        velocity, share = self._enlarged(self.shrink * velocity), self._enlarged(share)
        frames = [
            warp(frame.float(), step * velocity, mode="bicubic")
            for frame, step in ((self.before, -time), (self.after, 1 - time))
        ]
        return torch.lerp(frames[1], frames[0], share).to(self.before.dtype)

    def _velocity(self, time: float) -> Tensor:
        """Return how what is seen at a moment moves from the frame before to the one after, (B, 2, h, w)."""
        parts = [
            _splat(self.there, time * self.there, (self.trust_there + UNTRUSTED) * (1 - time)),
            _splat(-self.back, (1 - time) * self.back, (self.trust_back + UNTRUSTED) * time),
        ]
        total, weight = (sum(pair) for pair in zip(*parts, strict=True))
        velocity = _filled(total / (weight + TINY), weight)
        before, after = map(luma, self.small)
        moved = _around((warp(before, -time * velocity) - warp(after, (1 - time) * velocity)).abs())
        gain = _around((before - after).abs()) - moved
        return torch.sigmoid(gain / UNDECIDED) * velocity

    def _share(self, flow: Tensor, velocity: Tensor, step: float) -> Tensor:
        """Return how far a frame shows what moves so, (B, 1, h, w), up to 1; ``flow`` is its own motion."""
        apart = _squared(warp(flow, step * velocity) - velocity) / (SLACK + RELATIVE * _squared(velocity))
        return (torch.exp(-apart) + GHOST) * (_inside(step * velocity) + OUTSIDE)

    def _enlarged(self, maps: Tensor) -> Tensor:
        height, width = self.before.shape[-2:]
        if self.shrink == 1:
            return maps
        large = F.interpolate(maps, scale_factor=float(self.shrink), mode="bilinear", align_corners=False)
        return large[..., :height, :width]


def interpolate(before: Tensor, after: Tensor, time: float = 0.5) -> Tensor:
    """Return the frames (B, C, H, W) at a moment between two of the same shape; see :class:`Between`."""
    return Between(before, after).at(time)


def _trusted(flow: Tensor, back: Tensor) -> tuple[Tensor, Tensor]:
    """Return the flow (B, 2, H, W), replaced by that around where ``back`` does not lead back, and the trust in it."""
    apart = _squared(flow + warp(back, flow)) / (SLACK + RELATIVE * _squared(flow))
    trust = torch.exp(-apart)
    return torch.lerp(_filled(flow, trust), flow, trust), trust


def _splat(values: Tensor, flow: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
    """Carry values (B, C, H, W) along a flow, each onto the four pixels around where it arrives.

    Returns:
        the weighted sums (B, C, H, W) and the weights (B, 1, H, W) that have arrived at every pixel.
    """
    count, channels, height, width = values.shape
    across = torch.arange(width, device=flow.device) + flow[:, 0]
    down = torch.arange(height, device=flow.device)[:, None] + flow[:, 1]
    left, top = across.floor(), down.floor()
    sent = torch.cat([values * weight, weight], dim=1).movedim(1, -1).flatten(0, 2)  # (B H W, C + 1)
    arrived = sent.new_zeros(count * height * width, channels + 1)
    first = (torch.arange(count, device=flow.device) * height * width)[:, None, None]
    for column, row in ((left, top), (left + 1, top), (left, top + 1), (left + 1, top + 1)):
        part = (1 - (across - column).abs()) * (1 - (down - row).abs())
        part = part * ((column >= 0) & (column < width) & (row >= 0) & (row < height))
        place = first + row.clamp(0, height - 1).long() * width + column.clamp(0, width - 1).long()
        arrived.index_add_(0, place.flatten(), sent * part.flatten()[:, None])
    maps = arrived.unflatten(0, (count, height, width)).movedim(-1, 1)
    return maps[:, :channels], maps[:, channels:]


def _filled(values: Tensor, weight: Tensor, coarsenings: int = COARSENINGS) -> Tensor:
    """Fill the holes of ``values`` (B, C, H, W), where the weight (B, 1, H, W) is less than 1, from around."""
    weight = weight.clamp(max=1)
    if coarsenings == 0 or min(weight.shape[-2:]) == 1:
        return values
    halved, known = _shrunk(values * weight, 2), _shrunk(weight, 2)
    coarse = _filled(halved / (known + TINY), 4 * known, coarsenings - 1)
    around = F.interpolate(coarse, size=values.shape[-2:], mode="bilinear", align_corners=False)
    return torch.lerp(around, values, weight)


def _inside(step: Tensor) -> Tensor:
    """Return how far each pixel (B, 1, H, W) is fetched from inside the picture, by a step (B, 2, H, W): 1, or less."""
    height, width = step.shape[-2:]
    across = torch.arange(width, device=step.device) + step[:, :1]
    down = torch.arange(height, device=step.device)[:, None] + step[:, 1:]
    beyond = torch.cat([-across, across - (width - 1), -down, down - (height - 1)], dim=1).amax(dim=1, keepdim=True)
    return torch.exp(-beyond.clamp(min=0))


def _squared(vectors: Tensor) -> Tensor:
    return vectors.square().sum(dim=1, keepdim=True)


def _around(maps: Tensor) -> Tensor:
    side = AROUND // 2
    return F.avg_pool2d(F.pad(maps, (side,) * 4, mode="replicate"), AROUND, stride=1)


def _shrunk(maps: Tensor, factor: int) -> Tensor:
    return F.avg_pool2d(maps, factor, ceil_mode=True, count_include_pad=False) if factor > 1 else maps
