"""Class labels as vectors, for networks that are told what to draw or to judge."""

import torch
from torch import Tensor

from vidpred.errors import VidpredError


def num_classes(network: object) -> int:
    """Return how many classes ``network`` tells apart; 0 where it takes no labels."""
    return int(getattr(network, "num_classes", 0))


def num_categories(network: object) -> int:
    """Return how many classes ``network`` learns to tell apart by itself; 0 where it does not."""
    return int(getattr(network, "num_categories", 0))


def real_logits(class_logits: Tensor) -> Tensor:
    """Return the logit (B,) of being real from those of the classes (B, K) that a real clip may have.

    A fake is one class more, whose logit is 0: the probability of real is Z / (Z + 1) with Z the sum of
    the exponentials. With one class it is that class's own logit.

    Source: Salimans et al. (2016).
    """
    return class_logits.float().logsumexp(dim=1) if class_logits.shape[1] > 1 else class_logits.squeeze(1)


def one_hot(network: object, labels: Tensor | None, like: Tensor) -> Tensor | None:
    """Return what ``network`` is told about classes: a row of zeros with a single one per label.

    Args:
        network: whose classes they are.
        labels: (B,), whole numbers from 0 to ``num_classes - 1``, or none.
        like: a tensor of the device and type that are wanted.

    Returns:
        (B, num_classes); none where the network takes no labels.

    Raises:
        VidpredError: the network takes labels and there are none.
    """
    classes = num_classes(network)
    if not classes:
        return None
    if labels is None:
        raise VidpredError(
            f"no labels were given, but {type(network).__name__} tells {classes} classes apart; give labels (B,), or "
            "build it with num_classes=0"
        )
    return (labels.to(like.device)[:, None] == torch.arange(classes, device=like.device)).to(like.dtype)
