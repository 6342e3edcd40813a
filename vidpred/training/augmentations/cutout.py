"""Patches that are taken out of the picture."""

import torch
from torch import Tensor

from vidpred.frames.pyramid import Pyramid, build_pyramid
from vidpred.registry import AUGMENTATIONS

SHARE = 0.5  # of height and width


@AUGMENTATIONS.register("cutout")
def cutout(clips: Pyramid, chosen: Tensor) -> Pyramid:
    """Make a patch of half the height and width, a pixel at least, grey; it may lie partly outside.

    Args:
        clips: (B, T, C, h, w) at every scale, coarse to fine.
        chosen: (B,), which clips lose a patch.

    Source: Zhao et al. (2020); DeVries and Taylor (2017).
    """
    size = clips[-1].shape[-2:]
    draws = torch.rand(2, len(chosen), device=chosen.device)
    rows, columns = (_within(draw, side) for draw, side in zip(draws, size, strict=True))
    cut = rows[:, :, None] & columns[:, None, :] & chosen[:, None, None]
    kept = (~cut).to(clips[-1].dtype)[:, None, None]
    return [level * share for level, share in zip(clips, build_pyramid(kept, len(clips)), strict=True)]


def _within(draw: Tensor, side: int) -> Tensor:
    """Return which of ``side`` places lie in the patch (B, side), whose middle may be anywhere."""
    length = max(1, round(side * SHARE))
    places = torch.arange(side, device=draw.device)
    first = (draw[:, None] * (side + 1 - length % 2)).floor() - length // 2
    return (places >= first) & (places < first + length)
