"""Fetching frames along motion, comparing features, and blurring: the operations of networks that learn motion."""

import torch
from torch import Tensor
from torch.nn import functional as F

BINOMIAL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)  # a blur of about one pixel


def fetch(frames: Tensor, flow: Tensor, mode: str = "bilinear", outside: str = "border") -> Tensor:
    """Fetch every pixel from where ``flow`` points to.

    As :func:`vidpred.motion.flow.warp`, but bicubically too, and with a choice of what lies outside.

    Args:
        frames: (B, C, H, W).
        flow: (B, 2, h, w) in pixels, horizontal before vertical, from pixels that lie as those of the frames do.
        mode: how it interpolates, "bilinear" or "bicubic".
        outside: what lies outside: "border", the nearest pixel inside, or "reflection", the picture mirrored.

    Returns:
        (B, C, h, w) in the type of ``flow``.
    """
    across = torch.arange(flow.shape[-1], device=flow.device, dtype=flow.dtype) + flow[:, 0]
    down = torch.arange(flow.shape[-2], device=flow.device, dtype=flow.dtype)[:, None] + flow[:, 1]
    places = torch.stack([_to_unit(across, frames.shape[-1]), _to_unit(down, frames.shape[-2])], dim=-1)
    return F.grid_sample(frames.to(flow.dtype), places, mode=mode, padding_mode=outside, align_corners=True)


def fetch_each(frames: Tensor, flows: Tensor, outside: str = "border") -> Tensor:
    """Fetch several frames (B, K, C, H, W), each along its own of ``flows`` (B, K, 2, h, w): (B, K, C, h, w)."""
    pairs = zip(frames.unbind(1), flows.unbind(1), strict=True)
    return torch.stack([fetch(frame, flow, outside=outside) for frame, flow in pairs], dim=1)


def correlate(features: Tensor, others: Tensor, radius: int) -> Tensor:
    """Compare every place of ``features`` with all places of ``others`` up to ``radius`` away.

    Args:
        features: (B, C, H, W).
        others: the same shape.
        radius: in places, in either direction.

    Returns:
        the mean products over channels (B, (2 radius + 1)^2, H, W), row by row.
    """
    size = 2 * radius + 1
    around = F.pad(others, (radius,) * 4)
    rows = []
    for down in range(size):
        moved = F.pad(around, (0, 0, -down, down - 2 * radius))
        beside = moved.unfold(-1, size, 1)  # (B, C, H, W, 2 radius + 1)
        rows.append((features.unsqueeze(-1) * beside).mean(dim=1).movedim(-1, 1))
    return torch.cat(rows, dim=1)


def normalise(features: Tensor) -> Tensor:
    """Scale ``features`` (..., C, H, W) to a mean square of 1 over the channels."""
    unit: Tensor = F.normalize(features, dim=-3, eps=1e-3)
    scale: float = features.shape[-3] ** 0.5
    return unit * scale


def blur(frames: Tensor) -> Tensor:
    """Blur ``frames`` (B, C, H, W) with the 5 x 5 binomial kernel, the border repeated."""
    channels = frames.shape[1]
    kernel = torch.stack([frames.new_full((), weight) for weight in BINOMIAL])
    kernel = (kernel[:, None] * kernel).expand(channels, 1, -1, -1)
    return F.conv2d(F.pad(frames, (2, 2, 2, 2), mode="replicate"), kernel, groups=channels)


def _to_unit(places: Tensor, side: int) -> Tensor:
    """Map pixels 0 to ``side`` - 1 to -1 to 1."""
    return places * (2 / max(side - 1, 1)) - 1
