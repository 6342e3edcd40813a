"""Class labels as one-hot vectors, and the logit of being real as a function of class logits."""

import torch
from torch import Tensor

from vidpred.errors import VidpredError


def num_classes(network: object) -> int:
    """Return how many classes the labels that ``network`` takes have; 0 where it takes no labels."""
    return int(getattr(network, "num_classes", 0))


def num_categories(network: object) -> int:
    """Return how many classes ``network`` classifies clips into; 0 where it is no classifier."""
    return int(getattr(network, "num_categories", 0))


def real_logits(class_logits: Tensor) -> Tensor:
    """Return the logit (B,) of being real, given the logits (B, K) of the classes of real clips.

    Fakes are a further class, whose logit is fixed at 0: the probability of real is Z / (Z + 1), where Z is the sum
    of the exponentials of the logits. With K = 1 the result is the only logit.

    Source: Salimans et al. (2016).
    """
    return class_logits.float().logsumexp(dim=1) if class_logits.shape[1] > 1 else class_logits.squeeze(1)


def one_hot(network: object, labels: Tensor | None, like: Tensor) -> Tensor | None:
    """Return ``labels`` as one-hot vectors for ``network``.

    Args:
        network: which has ``num_classes``.
        labels: (B,), integers from 0 to ``num_classes - 1``, or None.
        like: a tensor of the wanted device and type.

    Returns:
        (B, num_classes); None where the network takes no labels.

    Raises:
        VidpredError: the network takes labels and none are given.
    """
    classes = num_classes(network)
    if not classes:
        return None
    if labels is None:
        raise VidpredError(
            f"no labels were given, but {type(network).__name__} is conditioned on {classes} classes; give labels "
            "(B,), or build it with num_classes=0"
        )
    return (labels.to(like.device)[:, None] == torch.arange(classes, device=like.device)).to(like.dtype)
