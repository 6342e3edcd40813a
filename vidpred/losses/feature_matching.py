"""What a generator pays for fakes whose features are, on average, not those of real clips."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vidpred.losses.precision import at_least_float32


def feature_matching(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Return the squared distance of the mean features of ``fake`` clips from those of ``real`` ones.

    It is averaged over features, so that its weight does not depend on how many there are, and summed over
    levels. Every place of a map counts as a clip of its own. No gradient reaches the real features.

    Args:
        real: features of every level, (B, F) or a map (B, F, h, w).
        fake: of the same clips' number and shapes.

    Source: Salimans et al. (2016), "Improved techniques for training GANs".
    """
    distances = [
        (_mean(theirs) - _mean(ours).detach()).square().mean() for ours, theirs in zip(real, fake, strict=True)
    ]
    return torch.stack(distances).sum()


def _mean(features: Tensor) -> Tensor:
    """Average over clips and places: (F,)."""
    return at_least_float32(features).transpose(0, 1).flatten(1).mean(dim=1)  # mean over (F, B h w)
