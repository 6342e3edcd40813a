"""Shifts of the whole picture."""

import torch
from torch import Tensor

from vidpred.frames.pyramid import Pyramid
from vidpred.registry import AUGMENTATIONS

FARTHEST = 0.125  # shift, as a share of height and width


@AUGMENTATIONS.register("translation")
def translation(clips: Pyramid, chosen: Tensor) -> Pyramid:
    """Move clips by whole pixels, up to an eighth of height and width; grey comes in from outside.

    Coarser levels move by the same share of their size, which may be a part of a pixel.

    Args:
        clips: (B, T, C, h, w) at every scale, coarse to fine.
        chosen: (B,), which clips are moved.

    Source: Zhao et al. (2020).
    """
    size = clips[-1].shape[-2:]
    draws = torch.rand(2, len(chosen), device=chosen.device).to(clips[-1].dtype)
    shifts = [_whole_pixels(draw, side) * chosen for draw, side in zip(draws, size, strict=True)]
    moved = []
    for level in clips:
        sides = zip(shifts, level.shape[-2:], size, strict=True)
        rows, columns = (_moving(shift * (side / full), side) for shift, side, full in sides)
        moved.append(rows @ level @ columns.mT)
    return moved


def _whole_pixels(draw: Tensor, side: int) -> Tensor:
    """Turn draws from [0, 1) into whole numbers, every one from -n to n as likely, n being the farthest shift."""
    farthest = round(side * FARTHEST)
    return (draw * (2 * farthest + 1)).floor().clamp(max=2 * farthest) - farthest


def _moving(shift: Tensor, side: int) -> Tensor:
    """Return matrices (B, 1, 1, side, side) that move what they multiply; between pixels, they interpolate."""
    places = torch.arange(side, device=shift.device, dtype=shift.dtype)
    apart = places[:, None] - places - shift[:, None, None]
    return (1 - apart.abs()).clamp(min=0)[:, None, None]
