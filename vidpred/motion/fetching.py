"""Fetching frames along motion, matching of features, and details: tensors alone, of free size when exported."""

import torch
from torch import Tensor
from torch.nn import functional as F

BINOMIAL = (1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)  # a blur of about one pixel


def fetch(frames: Tensor, flow: Tensor, mode: str = "bilinear", outside: str = "border") -> Tensor:
    """Fetch every pixel from where ``flow`` points to.

    As :func:`vidpred.motion.flow.warp`, but with sizes that stay free in an export.

    Args:
        frames: (B, C, H, W).
        flow: (B, 2, H, W) in pixels, horizontal before vertical.
        mode: how it interpolates, "bilinear" or "bicubic".
        outside: what lies outside: "border", the nearest pixel inside, or "reflection", the picture mirrored.

    Returns:
        (B, C, H, W) in the type of ``flow``.
    """
    height, width = frames.shape[-2:]
    across = torch.arange(width, device=flow.device, dtype=flow.dtype)
    down = torch.arange(height, device=flow.device, dtype=flow.dtype)[:, None]
    places = torch.stack([_to_unit(across + flow[:, 0], width), _to_unit(down + flow[:, 1], height)], dim=-1)
    return F.grid_sample(frames.to(flow.dtype), places, mode=mode, padding_mode=outside, align_corners=True)


def fetch_each(frames: Tensor, flows: Tensor, outside: str = "border") -> Tensor:
    """Fetch several frames (B, K, C, H, W), each along its own of ``flows`` (B, K, 2, H, W)."""
    fetched: Tensor = fetch(frames.flatten(0, 1), flows.flatten(0, 1), outside=outside).unflatten(0, frames.shape[:2])
    return fetched


def correlate(features: Tensor, others: Tensor, radius: int) -> Tensor:
    """Compare every place of ``features`` with all places of ``others`` up to ``radius`` away.

    Args:
        features: (B, C, H, W).
        others: the same shape.
        radius: in places, in either direction.

    Returns:
        the mean products over channels (B, (2 radius + 1)^2, H, W), row by row.
    """
    shifts = range(-radius, radius + 1)
    # What lies one to the right is the map shifted one to the left: cropped there, and extended by 0 on the other side.
    moved = (F.pad(others, (-across, across, -down, down)) for down in shifts for across in shifts)
    return torch.stack([(features * there).mean(dim=1) for there in moved], dim=1)


def normalise(features: Tensor) -> Tensor:
    """Scale ``features`` (..., C, H, W) to a mean square of 1 over the channels."""
    unit: Tensor = F.normalize(features, dim=-3, eps=1e-3)
    return unit * features.shape[-3] ** 0.5


def blur(frames: Tensor) -> Tensor:
    """Blur ``frames`` (B, C, H, W) with the 5 x 5 binomial kernel, the border repeated."""
    channels = frames.shape[1]
    kernel = torch.stack([frames.new_full((), weight) for weight in BINOMIAL])
    kernel = (kernel[:, None] * kernel).expand(channels, 1, -1, -1)
    return F.conv2d(F.pad(frames, (2, 2, 2, 2), mode="replicate"), kernel, groups=channels)


def _to_unit(places: Tensor, side: int) -> Tensor:
    """Map pixels 0 to ``side`` - 1 to -1 to 1."""
    return places * (2 / max(side - 1, 1)) - 1
