"""The formula of the Inception Score: confidence for single images, and diversity of classes over all."""

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.alike import require_tensor

TABLE = 2  # axes


def inception_score(probabilities: Tensor) -> float:
    """Return exp of the mean KL divergence of the class distribution of an image from that of all images.

    From 1, where the classifier gives all images the same probabilities, to the number of classes, where it is
    certain of every image and all classes are equally frequent. Only over Inception's own classes is it the Inception
    Score; with another classifier values differ. All images form one split, so that there is no seed.

    Args:
        probabilities: of every class for every image, (N, K); rows sum to 1.

    Raises:
        VidpredError: no table of probabilities, or an empty one.

    Source: Salimans et al. (2016), "Improved techniques for training GANs".
    """
    require_tensor("the probabilities are", probabilities, "(N, K)")
    rows = probabilities.to(torch.float64)
    if rows.ndim != TABLE or not rows.numel() or bool((rows < 0).any()) or not _sum_to_one(rows):
        raise VidpredError(
            f"a tensor {tuple(probabilities.shape)} was given, but probabilities (N, K) whose rows sum to 1 are "
            "needed; give the softmax of a classifier's logits"
        )
    divergence = (
        torch.special.xlogy(rows, rows).sum(dim=1).mean()
        - torch.special.xlogy(rows.mean(dim=0), rows.mean(dim=0)).sum()
    )
    return float(divergence.exp())


def _sum_to_one(rows: Tensor) -> bool:
    return torch.allclose(rows.sum(dim=1), torch.ones(len(rows), dtype=rows.dtype, device=rows.device), atol=1e-4)
