"""Changes of light and colour."""

import torch
from torch import Tensor

from vidpred.frames.pyramid import Pyramid
from vidpred.registry import AUGMENTATIONS
from vidpred.training.augmentations.augmentation import per_clip


@AUGMENTATIONS.register("colour")
def colour(clips: Pyramid, chosen: Tensor) -> Pyramid:
    """Make clips up to a quarter brighter or darker, up to twice as colourful or grey, up to half as rich in contrast.

    Brightness moves by up to 0.5 either way, on [-1, 1], distances from a pixel's grey are multiplied by 0 to 2,
    and those from the mean of the clip by 0.5 to 1.5.

    Args:
        clips: (B, T, C, h, w) at every scale, coarse to fine.
        chosen: (B,), which clips are changed.

    Source: Zhao et al. (2020).
    """
    brightness, saturation, contrast = torch.rand(3, len(chosen), device=chosen.device).to(clips[-1].dtype)
    added = per_clip(brightness - 0.5, chosen, 0.0)
    colourful = per_clip(2 * saturation, chosen, 1.0)
    rich = per_clip(contrast + 0.5, chosen, 1.0)
    changed = []
    for level in clips:
        brighter = level + added
        recoloured = brighter.mean(dim=2, keepdim=True).lerp(brighter, colourful)
        changed.append(recoloured.mean(dim=(1, 2, 3, 4), keepdim=True).lerp(recoloured, rich))
    return changed
