"""Whether a classifier is sure of every image, and whether all classes are there: the Inception Score's formula."""

import torch
from torch import Tensor

from vidpred.errors import VidpredError

TABLE = 2  # axes


def inception_score(probabilities: Tensor) -> float:
    """Return exp of the mean divergence between the classes of one image and those of all images.

    From 1, where all images look alike to the classifier, to the number of classes, where it is sure of every
    image and meets all classes equally often. Only over Inception's own classes is it the Inception Score; of
    any other classifier it says what that classifier sees. All images are one split, so that there is no seed.

    Args:
        probabilities: of every class for every image, (N, K); rows sum to 1.

    Raises:
        VidpredError: no table of probabilities, or an empty one.

    Source: Salimans et al. (2016), "Improved techniques for training GANs".
    """
    rows = probabilities.to(torch.float64)
    if rows.ndim != TABLE or not rows.numel() or bool((rows < 0).any()) or not _sum_to_one(rows):
        raise VidpredError(
            f"a tensor {tuple(probabilities.shape)} was given, but probabilities (N, K) whose rows sum to 1 are "
            "scored; give the softmax of a classifier's answers"
        )
    divergence = (
        torch.special.xlogy(rows, rows).sum(dim=1).mean()
        - torch.special.xlogy(rows.mean(dim=0), rows.mean(dim=0)).sum()
    )
    return float(divergence.exp())


def _sum_to_one(rows: Tensor) -> bool:
    return torch.allclose(rows.sum(dim=1), torch.ones(len(rows), dtype=rows.dtype, device=rows.device), atol=1e-4)
