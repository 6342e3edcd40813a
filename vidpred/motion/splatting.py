"""Where pixels of a known frame land, and which of them a future frame shows."""

from itertools import product

import torch
from torch import Tensor
from torch.nn import functional as F

FOOTPRINT = 0.55  # pixels: as far around where it lands a pixel is seen, or what grows would have cracks
LEVELS = 1 << 20  # of how far in front a pixel is
NONE = -1
NEAREST = 1 << 62  # nearer than any


def origins(displacement: Tensor, in_front: Tensor) -> tuple[Tensor, Tensor]:
    """Find for every pixel of a future frame which pixel of the known frame it shows.

    Where several pixels land, the one in front is seen. Where none does, because what was there has gone on, or
    comes from outside, it is the rearmost of those nearby: what lies behind is uncovered.

    Args:
        displacement: where the pixels of the known frame go, (B, 2, H, W) in pixels, horizontal before vertical.
        in_front: how far they are in front of others, (B, 1, H, W); only the order counts.

    Returns:
        places in the known frame, counted row by row, (B, H, W) in int64; and where none landed, (B, H, W) of bools. No
        gradient flows through them.

    Source: forward warping as of Niklaus and Liu (2020), "Softmax splatting for video frame interpolation", with the
    foremost pixel instead of a weighted mean, which would blur.
    """
    batch, _, height, width = displacement.shape
    count = height * width
    keys = _keys(in_front)
    columns = torch.arange(width, device=displacement.device) + displacement[:, 0]  # (B, H, W), where pixels land
    rows = torch.arange(height, device=displacement.device)[:, None] + displacement[:, 1]
    left, top = columns.clamp(-2, width + 1).floor(), rows.clamp(-2, height + 1).floor()
    seen = torch.full((batch, count + 1), NONE, device=displacement.device)  # and one place for what is seen nowhere
    across = [(column, _misses(column, columns, width)) for column in (left, left + 1)]
    down = [(row * width, _misses(row, rows, height)) for row in (top, top + 1)]
    for (column, beside), (row, above) in product(across, down):
        place = (row + column).masked_fill_(beside | above, count).long()
        seen.scatter_reduce_(1, place.flatten(1), keys, "amax")
    seen = seen[:, :count].view(batch, height, width)
    return _filled(seen) % count, seen == NONE


def landed(mask: Tensor, displacement: Tensor) -> Tensor:
    """Return 1 where a pixel lands whose ``mask`` (B, 1, H, W) is not 0, else 0, in the same shape.

    Args:
        mask: which pixels count; where these are few, little is computed.
        displacement: where they go, (B, 2, H, W) in pixels, horizontal before vertical: to the nearest place.
    """
    height, width = mask.shape[-2:]
    clip, _, row, column = mask.nonzero(as_tuple=True)
    across, down = displacement[clip, :, row, column].round().long().unbind(dim=1)
    row, column = row + down, column + across
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    places = torch.zeros_like(mask)
    places[clip[inside], 0, row[inside], column[inside]] = 1
    return places


def _misses(places: Tensor, landing: Tensor, side: int) -> Tensor:
    """Return whether what lands there along an axis is not seen at ``places``, which may lie outside of ``side``."""
    return ((places - landing).abs_() > FOOTPRINT) | (places < 0) | (places >= side)


def _keys(in_front: Tensor) -> Tensor:
    """Return a number (B, N) for each of N pixels, higher the nearer, whose remainder by N is the pixel's place.

    Of pixels that are as near, the last is the highest: so every device and order finds the same.
    """
    lowest, highest = in_front.amin(dim=(2, 3), keepdim=True), in_front.amax(dim=(2, 3), keepdim=True)
    levels = ((in_front - lowest) / (highest - lowest).clamp(min=1e-6) * (LEVELS - 1)).long().flatten(1)
    count = levels.shape[1]
    return levels * count + torch.arange(count, device=levels.device)


def _filled(seen: Tensor) -> Tensor:
    """Give places of ``seen`` (B, H, W) where nothing is the lowest of what is nearby, on grids ever coarser."""
    empty = seen == NONE
    if not bool(empty.any()):
        return seen
    _, height, width = seen.shape
    if height * width == 1:
        return seen.clamp(min=0)
    padded = F.pad(torch.where(empty, NEAREST, seen), (0, width % 2, 0, height % 2), value=NEAREST)
    lowest = torch.minimum(padded[:, ::2], padded[:, 1::2])
    lowest = torch.minimum(lowest[..., ::2], lowest[..., 1::2])  # of two by two
    coarse = _filled(torch.where(lowest == NEAREST, NONE, lowest))
    nearby = coarse.repeat_interleave(2, dim=1).repeat_interleave(2, dim=2)[:, :height, :width]
    return torch.where(empty, nearby, seen)
