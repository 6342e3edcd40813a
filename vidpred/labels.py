"""Class labels as vectors, for networks that are told what to draw or to judge."""

import torch
from torch import Tensor

from vidpred.errors import VidpredError


def num_classes(network: object) -> int:
    """Return how many classes ``network`` tells apart; 0 where it takes no labels."""
    return int(getattr(network, "num_classes", 0))


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
