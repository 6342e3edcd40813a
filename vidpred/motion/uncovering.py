"""What lies behind moving things: as earlier frames have shown it, or like what is around."""

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.motion.comparing import around, highest_around
from vidpred.motion.flow import warp
from vidpred.motion.splatting import landed
from vidpred.motion.trajectories import Trajectories

MOVING = 1.5  # pixels per frame, from which on what moves otherwise than the picture uncovers something
MARGIN = 2  # pixels around it, which show it too
VISIBLE = 0.9  # share of a pixel
ALIKE = 0.05  # levels of -1 to 1, by which frames may differ where they show the same
SMALLEST = 1e-6


def moving_things(ways: Trajectories) -> Tensor:
    """Return 1 where the last known frame shows what moves otherwise than the picture, else 0: (B, 1, H, W)."""
    return (ways.in_front > MOVING).to(ways.in_front.dtype)


def behind(frames: Tensor, ways: Trajectories, things: Tensor) -> Tensor:
    """Return the last known frame without its moving things.

    Where they are, it is what the newest of the frames shows in which they were elsewhere; what is behind is taken to
    move as the picture does. What none shows is filled in from around.

    Args:
        frames: known ones (B, T, C, H, W), oldest first: of more, more is seen.
        ways: how things in the last one go on, and so have come.
        things: which of it move, as :func:`moving_things` tells.

    Returns:
        (B, C, H, W), in float32.
    """
    last = frames[:, -1].float()
    known = outside = 1 - wider(things)
    shown = last * known
    picture, thing = ways.velocities[:2]
    for ago in range(1, frames.shape[1]):
        if bool(known.all()):
            break
        then = wider(landed(things, -ago * (picture + thing)))  # where they were
        back = -ago * picture
        visible = (warp(1 - then, back, outside="zeros") > VISIBLE).to(known.dtype)
        candidate = warp(frames[:, -1 - ago].float(), back)
        found = visible * (1 - known) * _fits(candidate, last, visible * outside)
        shown = torch.addcmul(shown, found, candidate)
        known = known + found
    return filled(shown, known)


def filled(shown: Tensor, known: Tensor) -> Tensor:
    """Fill in maps (B, C, H, W), 0 where ``known`` (B, 1, H, W) is 0 instead of 1, smoothly from what is around.

    Source: the pull and push of Gortler et al. (1996), "The lumigraph".
    """
    height, width = known.shape[-2:]
    if bool(known.all()) or height * width == 1:
        return shown
    both = F.avg_pool2d(torch.cat([shown, known], dim=1), 2, ceil_mode=True, count_include_pad=False)
    means, share = both[:, :-1] / both[:, -1:].clamp(min=SMALLEST), both[:, -1:]
    coarse = filled(means, (share > 0).to(share.dtype))
    coarse = F.interpolate(coarse, scale_factor=2, mode="bilinear", align_corners=False)[..., :height, :width]
    return torch.lerp(coarse, shown, known)


def _fits(candidate: Tensor, last: Tensor, both: Tensor) -> Tensor:
    """Return 1 near places where a candidate (B, C, H, W) and the last frame are alike, of those that ``both`` show."""
    apart = (candidate - last).abs().mean(dim=1, keepdim=True)
    fits: Tensor = around(both * apart) < ALIKE * around(both)
    return fits.to(last.dtype)


def wider(mask: Tensor) -> Tensor:
    """Add to a mask (B, 1, H, W) of 0 and 1 what lies up to :data:`MARGIN` pixels beside it."""
    for _ in range(MARGIN):
        mask = highest_around(mask)
    return mask
