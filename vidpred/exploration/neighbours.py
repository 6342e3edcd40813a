"""Whether a generator repeats its training images: the nearest of them to every sample."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from vidpred.errors import VidpredError

ROWS = 256  # queries whose distances are in memory at once

Features = Callable[[Tensor], Tensor]  # images (N, C, H, W) in [-1, 1] to vectors (N, D)


@dataclass(frozen=True)
class Nearest:
    """The nearest of some images to each of others, the nearest first."""

    distances: Tensor  # (N, k)
    indices: Tensor  # (N, k)


@dataclass(frozen=True)
class Memorisation:
    """How near samples are to their nearest training image, beside how near held-out images are to theirs."""

    of_samples: float  # median distance
    of_held_out: float  # median distance

    @property
    def ratio(self) -> float:
        """Return the ratio of the medians: near 1 where nothing is copied, near 0 where everything is."""
        return self.of_samples / self.of_held_out


def pixels(images: Tensor) -> Tensor:
    """Return the values of every image as one vector (N, C * H * W)."""
    return images.flatten(1)


def nearest(queries: Tensor, candidates: Tensor, number: int = 1) -> Nearest:
    """Return the ``number`` nearest of ``candidates`` (M, D) to each of ``queries`` (N, D), by Euclidean distance.

    Raises:
        VidpredError: there are fewer candidates than asked for, or ``number`` is below 1.
    """
    if not 1 <= number <= len(candidates):
        raise VidpredError(
            f"the {number} nearest of {len(candidates)} images were asked for; ask for 1 to {len(candidates)}"
        )
    parts = [torch.cdist(rows, candidates).topk(number, largest=False) for rows in queries.split(ROWS)]
    return Nearest(torch.cat([part.values for part in parts]), torch.cat([part.indices for part in parts]))


def memorisation(samples: Tensor, held_out: Tensor, training: Tensor) -> Memorisation:
    """Compare how near samples and held-out images are to the training images; all are features (N, D).

    A ratio well below 1 says that samples are nearer to training images than other real images are: they are
    copies, or simpler than real ones (blurred, or of few kinds). Well above 1, they are unlike the data.

    Raises:
        VidpredError: a set is empty, or held-out images are among the training images throughout.

    Source: Meehan, Chaudhuri and Dasgupta (2020), "A non-parametric test to detect data-copying in generative
    models", compare the same distances by a rank test.
    """
    if not (len(samples) and len(held_out) and len(training)):
        raise VidpredError(
            f"there are {len(samples)} samples, {len(held_out)} held-out and {len(training)} training images, but "
            "some of each are compared; keep images for validation"
        )
    of_samples, of_held_out = (float(nearest(rows, training).distances.median()) for rows in (samples, held_out))
    if of_held_out == 0:
        raise VidpredError(
            "most held-out images are among the training images, pixel by pixel, so nothing can be measured by them; "
            "take the copies out of the data"
        )
    return Memorisation(of_samples, of_held_out)
