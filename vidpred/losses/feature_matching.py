"""Feature matching (Salimans et al. 2016): fakes should have the mean features of real clips."""

from collections.abc import Sequence

import torch
from torch import Tensor

from vidpred.losses.precision import at_least_float32


def feature_matching(real: Sequence[Tensor], fake: Sequence[Tensor]) -> Tensor:
    """Return the squared distance between the mean features of ``fake`` clips and those of ``real`` ones.

    It is averaged over features, so that its weight does not depend on how many there are, and summed over
    levels. In a feature map every position counts as a sample. No gradient flows to the real features.

    Args:
        real: features of every level, (B, F) or a map (B, F, h, w).
        fake: features of the same shapes.

    Source: Salimans et al. (2016), "Improved techniques for training GANs".
    """
    distances = [
        (_mean(of_fake) - _mean(of_real).detach()).square().mean() for of_real, of_fake in zip(real, fake, strict=True)
    ]
    return torch.stack(distances).sum()


def _mean(features: Tensor) -> Tensor:
    """Average over clips and positions: (F,)."""
    return at_least_float32(features).transpose(0, 1).flatten(1).mean(dim=1)  # mean over (F, B h w)
