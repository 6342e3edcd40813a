"""Comparing features, and blurring: operations on maps that networks which learn motion need."""

import torch
from torch import Tensor
from torch.nn import functional as F

from vidpred.nn.free_sizes import traced

AROUND = 8  # pixels around each, over which its surroundings are averaged: a power of 2
DOUBLED = [1 << times for times in range(AROUND.bit_length())]  # 1 to AROUND places, whose sums are added in pairs


def correlate(features: Tensor, others: Tensor, radius: int) -> Tensor:
    """Compare every place of ``features`` with all places of ``others`` up to ``radius`` away.

    Args:
        features: (B, C, H, W).
        others: the same shape.
        radius: in places, in either direction.

    Returns:
        the mean products over channels (B, (2 radius + 1)^2, H, W), row by row.
    """
    size, height = 2 * radius + 1, others.shape[-2]
    padded = F.pad(others, (radius,) * 4)
    return torch.cat([_along(features, padded[..., down : down + height, :], size) for down in range(size)], dim=1)


def _along(features: Tensor, others: Tensor, size: int) -> Tensor:
    """Return the mean products of ``features`` (B, C, H, W) and ``size`` neighbours in a row of ``others``."""
    width = features.shape[-1]
    if traced():  # what ONNX computes fast: slices that lie together
        beside = torch.stack([others[..., across : across + width] for across in range(size)], dim=1)
        return (features.unsqueeze(1) * beside).mean(dim=2)
    if torch.compiler.is_exporting():  # sizes stay free in an index, but not in unfold
        beside = others[..., torch.arange(width)[:, None] + torch.arange(size)]
    else:
        beside = others.unfold(-1, size, 1)  # (B, C, H, W, size)
    return (features.unsqueeze(-1) * beside).mean(dim=1).permute(0, 3, 1, 2)


def normalise(features: Tensor) -> Tensor:
    """Scale ``features`` (..., C, H, W) to a mean square of 1 over the channels."""
    unit: Tensor = F.normalize(features, dim=-3, eps=1e-3)
    scale: float = features.shape[-3] ** 0.5
    return unit * scale


def blur(frames: Tensor) -> Tensor:
    """Blur ``frames`` (B, C, H, W) with the 5 x 5 binomial kernel, the border repeated."""
    height, width = frames.shape[-2:]
    padded = F.pad(frames, (2, 2, 2, 2), mode="replicate")
    return _binomial(_binomial(padded, -2, height), -1, width)


def _binomial(padded: Tensor, axis: int, size: int) -> Tensor:
    """Blur along an axis, of ``size`` and four places more: by sums of shifted maps, 4 times as fast as convolving."""
    first, second, middle, fourth, last = (padded.narrow(axis, start, size) for start in range(5))
    return torch.add(torch.add(first + last, second + fourth, alpha=4), middle, alpha=6) / 16  # 1, 4, 6, 4, 1


def around(maps: Tensor) -> Tensor:
    """Average ``maps`` (B, C, h, w) over the surroundings of every place, the border repeated."""
    height, width = maps.shape[-2:]
    padded = F.pad(maps, (AROUND,) * 4, mode="replicate")
    return _windows(_windows(padded, -2, height), -1, width) / (2 * AROUND + 1) ** 2


def _windows(padded: Tensor, axis: int, size: int) -> Tensor:
    """Sum windows along an axis, of ``size`` places and :data:`AROUND` more on either side.

    Sums of two places make those of four, and so on; the last place of a window is added to the sum of the others. That
    is ten times as fast as pooling.
    """
    sums = padded
    for number in DOUBLED:
        length = size + 2 * (AROUND - number) + 1  # of sums of twice as many
        sums = sums.narrow(axis, 0, length) + sums.narrow(axis, number, length)
    return sums.narrow(axis, 0, size) + padded.narrow(axis, 2 * AROUND, size)


def highest_around(maps: Tensor) -> Tensor:
    """Return the highest of each place of ``maps`` (B, C, H, W) and the eight around it.

    By comparing what lies side by side: sixty times as fast as max pooling, which on a CPU goes from place to place.
    """
    padded = F.pad(maps, (1, 1, 1, 1), mode="replicate")
    rows = torch.maximum(torch.maximum(padded[..., :-2], padded[..., 2:]), padded[..., 1:-1])  # (B, C, H + 2, W)
    return torch.maximum(torch.maximum(rows[..., :-2, :], rows[..., 2:, :]), rows[..., 1:-1, :])
