"""Nearest training images of every sample: whether a generator copies them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from vidpred.errors import VidpredError

Features = Callable[[Tensor], Tensor]  # images (N, C, H, W) in [-1, 1] to vectors (N, D)

AT_ONCE = 500  # queries whose differences from the nearest are in memory


@dataclass(frozen=True)
class Nearest:
    """The nearest candidates of every query, the nearest first."""

    distances: Tensor  # (N, k)
    indices: Tensor  # (N, k)


@dataclass(frozen=True)
class Memorisation:
    """Distances of samples to their nearest training image, beside those of held-out images."""

    of_samples: float  # median distance
    of_held_out: float  # median distance

    @property
    def ratio(self) -> float:
        """Return the ratio of the medians: near 1 where nothing is copied, near 0 where everything is copied."""
        return self.of_samples / self.of_held_out


def pixels(images: Tensor) -> Tensor:
    """Return the values of every image as one vector (N, C * H * W)."""
    return images.flatten(1)


def nearest(queries: Tensor, candidates: Iterable[Tensor], number: int = 1) -> Nearest:
    """Return the nearest of all candidates to each of ``queries`` (N, D), by Euclidean distance.

    Args:
        queries: features (N, D).
        candidates: features of in parts that fit into memory, each (M, D).
        number: k, how many; fewer where there are fewer candidates.

    Raises:
        VidpredError: there are no candidates, or ``number`` is below 1.
    """
    if number < 1:
        raise VidpredError(f"the {number} nearest images were asked for; ask for 1 or more")
    distances, indices = queries.new_empty(len(queries), 0), torch.empty(len(queries), 0, dtype=torch.long)
    offset = 0
    for part in candidates:
        found = [_nearest_of(some, part, number) for some in queries.split(AT_ONCE)]
        exact, near = (torch.cat(each) for each in zip(*found, strict=True))
        distances, indices = torch.cat([distances, exact], dim=1), torch.cat([indices, near + offset], dim=1)
        kept = distances.topk(min(number, distances.shape[1]), largest=False)
        distances, indices = kept.values, indices.gather(1, kept.indices)
        offset += len(part)
    if not offset:
        raise VidpredError("there are no images to search; give some")
    return Nearest(distances, indices)


def _nearest_of(queries: Tensor, part: Tensor, number: int) -> tuple[Tensor, Tensor]:
    """Return the distances and the indices (N, k) of the nearest in one part of the candidates."""
    near = torch.cdist(queries, part).topk(min(number, len(part)), largest=False).indices
    return (queries[:, None] - part[near]).norm(dim=2), near  # cdist rounds distances of 0 up


def memorisation(samples: Tensor, held_out: Tensor) -> Memorisation:
    """Compare the distances of samples and of held-out images to the training images.

    A ratio well below 1 means that samples are nearer to training images than other real images are: they are
    copies, or simpler than real ones (blurred, or of few kinds). Well above 1, samples are unlike the data.

    Args:
        samples: distance (N,) of each to the nearest training image.
        held_out: the same of held-out real images, (M,).

    Raises:
        VidpredError: most held-out images are among the training images.

    Source: Meehan, Chaudhuri and Dasgupta (2020), "A non-parametric test to detect data-copying in generative
    models", compare the same distances by a rank test.
    """
    measured = Memorisation(float(samples.median()), float(held_out.median()))
    if measured.of_held_out == 0:
        raise VidpredError(
            "most held-out images are among the training images, pixel by pixel, so they cannot serve for comparison; "
            "remove the copies from the data"
        )
    return measured
