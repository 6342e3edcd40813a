"""Maps put together in the memory format that is fast for convolutions, and back: every value copied once."""

from collections.abc import Sequence

import torch
from torch import Tensor


def concatenate(maps: Tensor, memory: Tensor) -> Tensor:
    """Concatenate ``maps`` (B, K, h, w) and ``memory`` (B, M, h, w), in channels-last order for fast convolutions."""
    return torch.cat([maps.to(memory.dtype, memory_format=torch.channels_last), memory], dim=1)


def unshuffled(shown: Sequence[Tensor], memory: Tensor) -> Tensor:
    """Concatenate ``F.pixel_unshuffle`` of all ``shown`` (B, K, 2 h, 2 w) and ``memory`` (B, M, h, w), channels last.

    Everything is copied once, to its place: at full size copies cost more than what is computed.
    """
    number = sum(each.shape[1] for each in shown)
    size = len(memory), 4 * number + memory.shape[1], *memory.shape[-2:]
    maps = torch.empty(size, dtype=memory.dtype, device=memory.device, memory_format=torch.channels_last)
    corners, first = maps[:, : 4 * number].unflatten(1, (number, 4)), 0
    for each in shown:
        for corner in range(4):
            place = corners[:, first : first + each.shape[1], corner]
            place.copy_(each[..., corner // 2 :: 2, corner % 2 :: 2])
        first += each.shape[1]
    maps[:, 4 * number :].copy_(memory)
    return maps


def shuffled(maps: Tensor) -> Tensor:
    """Return ``F.pixel_shuffle`` of maps (B, 4 K, h, w) by two, (B, K, 2 h, 2 w): in float32, channels first.

    What is computed with frames afterwards would be slower with channels last, as convolutions leave them.
    """
    corners = maps.unflatten(1, (-1, 4))
    batch, number, _, height, width = corners.shape
    fine = torch.empty(batch, number, 2 * height, 2 * width, dtype=torch.float32, device=maps.device)
    for corner in range(4):
        fine[..., corner // 2 :: 2, corner % 2 :: 2].copy_(corners[:, :, corner])
    return fine
