"""Augmentations one after another, each applied to some of the clips."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from vidpred.frames.pyramid import Pyramid

Augmentation = Callable[[Pyramid, Tensor], Pyramid]  # of clips, and of which of them it is applied to


def augment(clips: Pyramid, augmentations: Iterable[Augmentation], strength: float | Tensor) -> Pyramid:
    """Change every clip at random: each of its frames, at every scale, in the same way.

    Computed in at least 32 bits, whatever the networks run in.

    Args:
        clips: (B, T, C, h, w) at every scale, coarse to fine.
        augmentations: what may be applied, in that order.
        strength: the probability, 0 to 1, that each is applied to a clip.
    """
    with torch.autocast(clips[-1].device.type, enabled=False):
        levels = [level.to(torch.promote_types(level.dtype, torch.float32)) for level in clips]
        for augmentation in augmentations:
            chosen = torch.rand(len(levels[-1]), device=levels[-1].device) < strength
            levels = augmentation(levels, chosen)
    return levels


def per_clip(values: Tensor, chosen: Tensor, otherwise: float) -> Tensor:
    """Return one of ``values`` (B,) for each clip that is ``chosen``, else the other: (B, 1, 1, 1, 1)."""
    return torch.where(chosen, values, otherwise)[:, None, None, None, None]
