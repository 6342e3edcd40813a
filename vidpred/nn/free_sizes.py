"""Sizes that stay free while a network is exported: what a program must ask at every run, and not once for all."""

from typing import cast

import torch
from torch import Tensor
from torch.nn import functional as F


def traced() -> bool:
    """Return whether torch.jit traces what is computed."""
    return bool(torch.jit.is_tracing())  # type: ignore[attr-defined, no-untyped-call]


def exporting() -> bool:
    """Return whether a network is being exported, by torch.export or by torch.jit's trace, and computes nothing."""
    return torch.compiler.is_exporting() or traced()


def is_recorded() -> bool:
    """Return whether what is computed is recorded, to be exported or compiled, so that no value is known yet."""
    return exporting() or torch.compiler.is_compiling()


def at_least_one(number: int) -> int:
    """Return ``number``, or 1 where that is more."""
    if isinstance(number, Tensor):  # as sizes are to torch.jit's trace
        return number.clamp(min=1)
    return cast(int, torch.sym_max(number, 1))


def extended_places(side: int, grain: int) -> Tensor:
    """Return the places (side rounded up to a multiple of ``grain``,) of an axis whose last one is repeated.

    For torch.export, which then reasons about all later sizes as multiples of one number, without roundings: that
    number is counted by the program itself.
    """
    number = torch.div(torch.scalar_tensor(side + grain - 1, dtype=torch.int64), grain, rounding_mode="floor").item()
    torch._check(number >= 1)
    return torch.arange(grain * number).clamp(max=side - 1)


def unshuffle(maps: Tensor, factor: int) -> Tensor:
    """Do as ``F.pixel_unshuffle`` does with maps (B, C, H, W), of which torch.jit's trace makes constant sizes."""
    if not traced():
        return F.pixel_unshuffle(maps, factor)
    batch, channels, height, width = maps.shape
    rows, columns = height // factor, width // factor
    cut = maps.reshape(batch, channels, rows, factor, columns, factor).permute(0, 1, 3, 5, 2, 4)
    return cut.reshape(batch, channels * factor**2, rows, columns)


def unflatten(maps: Tensor, axis: int, first: int, second: int) -> Tensor:
    """Do as ``maps.unflatten(axis, (first, second))`` does, of which torch.jit's trace makes constant sizes."""
    if not traced():
        split: Tensor = maps.unflatten(axis, (first, second))
        return split
    return maps.reshape(*maps.shape[:axis], first, second, *maps.shape[axis + 1 :])
