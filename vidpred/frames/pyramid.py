"""Image pyramids: the same frames at several resolutions, coarse to fine.

Networks, losses and discriminators exchange frames as pyramids. The last level is always the full
resolution; every other level is half as high and wide as the next, rounded up, so that frames of any
size have a pyramid.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.errors import VidpredError

Pyramid = list[Tensor]


def num_scales(network: object) -> int:
    """Return how many scales the output of ``network`` has; 1 where it does not say."""
    return int(getattr(network, "num_scales", 1))


def frame_channels(network: object) -> int:
    """Return how many colour channels the frames have that ``network`` is for; 3 where it does not say."""
    return int(getattr(network, "frame_channels", 3))


def finest(levels: object) -> object:
    """Return the last level of what a network of somebody's own returned as a pyramid; None where it is none."""
    return levels[-1] if isinstance(levels, list | tuple) and levels else None


def described(levels: object) -> str:
    """Write what was returned where a pyramid was due: the shape of its last level, or what it is instead."""
    last = finest(levels)
    if isinstance(last, Tensor):
        kind = "" if last.is_floating_point() else f" of {last.dtype}, which are no floats in [-1, 1]"
        return f"a {type(levels).__name__} whose last tensor is {tuple(last.shape)}{kind}"
    if isinstance(levels, Tensor):
        return f"a tensor {tuple(levels.shape)}"
    return f"an object of the class {type(levels).__name__}, which holds no tensors"


def build_pyramid(frames: Tensor, num_scales: int) -> Pyramid:
    """Average-pool ``frames`` (B, T, C, H, W) into ``num_scales`` levels, coarse to fine.

    Where a side is odd, the last row or column is averaged with itself.

    Raises:
        VidpredError: ``num_scales`` is below 1.
    """
    if num_scales < 1:
        raise VidpredError(f"num_scales is {num_scales}, but a pyramid has at least the full size; set 1 or more")
    levels = [frames]
    for _ in range(num_scales - 1):
        time = levels[-1].shape[1]
        levels.append(halved(levels[-1].flatten(0, 1)).unflatten(0, (-1, time)))
    return levels[::-1]


def halved(frames: Tensor) -> Tensor:
    """Average every two by two pixels of ``frames`` (N, C, H, W); an odd last row or column with itself."""
    slow = frames.device.type == "cpu" and frames.dtype in (torch.float32, torch.float64)  # up to ten times as long
    if not slow or torch.compiler.is_compiling() or torch.jit.is_tracing():  # type: ignore[attr-defined, no-untyped-call]
        return F.avg_pool2d(frames, 2, ceil_mode=True, count_include_pad=False)
    height, width = frames.shape[-2:]
    if height % 2 or width % 2:
        frames = F.pad(frames, (0, width % 2, 0, height % 2), mode="replicate")
    pairs = frames.unflatten(-2, (-1, 2))  # (N, C, h, 2, W)
    rows = pairs[..., 0, :] + pairs[..., 1, :]
    average: Tensor = (rows[..., ::2] + rows[..., 1::2]) / 4
    return average


def upsample(frames: Tensor, height: int, width: int) -> Tensor:
    """Upsample ``frames`` (B, T, C, h, w) by 2, nearest neighbour, and crop to (B, T, C, height, width)."""
    doubled = F.interpolate(frames.flatten(0, 1), scale_factor=2, mode="nearest")
    cropped: Tensor = doubled.unflatten(0, frames.shape[:2])[..., :height, :width]
    return cropped


def detach(pyramid: Pyramid) -> Pyramid:
    """Detach every level of ``pyramid`` from the autograd graph."""
    return [level.detach() for level in pyramid]
