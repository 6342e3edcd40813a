"""Distances between a set of generated clips and a set of real ones, with the settings they depend on."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.errors import VidpredError, did_you_mean
from vidpred.frames.apart import applied
from vidpred.machine.progress import counting
from vidpred.metrics.features import Extractor
from vidpred.metrics.frechet import frechet_distance
from vidpred.metrics.kid import kernel_distance
from vidpred.metrics.nearest_neighbour import nearest_neighbour_accuracy
from vidpred.metrics.prdc import Prdc, prdc
from vidpred.metrics.set_distance import SetDistance
from vidpred.wording import clip_or_image

MOST_SAMPLES = 10_000  # of each set: the time of most distances grows with their square
BATCH_SIZE = 16  # clips per forward pass of the extractor
DIGITS = 8  # of a digest that are printed


class Measure(NamedTuple):
    """A comparison of two sets of features; the version is raised when its values for the same sets change."""

    function: Callable[[Tensor, Tensor], float | Prdc]  # of features (N, D) and (M, D)
    version: int = 1


DISTANCES: Mapping[str, Measure] = {
    "frechet_distance": Measure(frechet_distance),
    "kernel_distance": Measure(kernel_distance),
    "prdc": Measure(prdc),
}
MEASURES: Mapping[str, Measure] = {
    **DISTANCES,
    "nearest_neighbour_accuracy": Measure(nearest_neighbour_accuracy),  # for sets of equal size
}


def compare_sets(
    extractor: Extractor,
    real: Tensor,
    fake: Tensor,
    distances: Sequence[str] = tuple(DISTANCES),
    seed: int = 0,
    most: int = MOST_SAMPLES,
) -> list[SetDistance]:
    """Return the distances between two sets of clips, each with the settings that it depends on.

    Args:
        extractor: of the features.
        real: clips (N, T, C, H, W) in [-1, 1].
        fake: clips (M, T, C, H, W) in [-1, 1].
        distances: names from ``MEASURES``; ``prdc`` gives four values.
        seed: of the random subset that is used of a set with more than ``most`` feature vectors.
        most: the largest number of feature vectors per set.

    Raises:
        VidpredError: an unknown distance, or too few samples for one of the distances.
    """
    for name in distances:
        if name not in MEASURES:
            raise VidpredError(
                f"no distance between sets is named {name!r}{did_you_mean(name, MEASURES)}; "
                f"there are: {', '.join(MEASURES)}"
            )
    real_features, fake_features = (subsample(extract(extractor, clips), most, seed) for clips in (real, fake))
    return list(compare_features(extractor, real_features, fake_features, distances, seed).values())


def compare_features(
    extractor: Extractor, real: Tensor, fake: Tensor, distances: Sequence[str] = tuple(DISTANCES), seed: int = 0
) -> dict[str, SetDistance]:
    """Return the distances between two sets of features, by name; ``prdc`` has four values with a name each.

    Args:
        extractor: that computed the features.
        real: features (N, D).
        fake: features (M, D).
        distances: names from ``MEASURES``.
        seed: of the random subset of features.

    Raises:
        VidpredError: too few samples for a distance.
    """
    values: dict[str, float] = {}
    for name in distances:
        value = MEASURES[name].function(real, fake)
        values.update(value._asdict() if isinstance(value, Prdc) else {name: value})
    return {
        name: SetDistance(
            value=value,
            name=extractor.titles.get(name, f"{extractor.name} {name.replace('_', ' ')}"),
            extractor=f"{extractor.name} {extractor.digest[:DIGITS]}",
            resize=extractor.resize,
            num_real=len(real),
            num_fake=len(fake),
            seed=seed,
        )
        for name, value in values.items()
    }


def extract(extractor: Extractor, clips: Tensor, batch_size: int = BATCH_SIZE) -> Tensor:
    """Return the features (N, D) of all ``clips`` (B, T, C, H, W), on the CPU, in float64.

    ``torch.autocast`` does not affect them.
    """
    tensors = [*extractor.parameters(), *extractor.buffers()] if isinstance(extractor, nn.Module) else []
    device = tensors[0].device if tensors else clips.device
    features, noun = [], clip_or_image(clips.shape[1])
    with torch.autocast(device.type, enabled=False), counting(len(clips), "computing features", noun) as bar:
        for part in clips.split(batch_size):
            features.append(applied(extractor, part.to(device)).cpu().to(torch.float64))
            bar.update(len(part))
    return torch.cat(features)


def subsample(features: Tensor, most: int, seed: int) -> Tensor:
    """Return at most ``most`` of the vectors (N, D), drawn with ``seed`` without replacement, in their order."""
    if len(features) <= most:
        return features
    chosen = np.random.default_rng(seed).choice(len(features), most, replace=False)
    return features[torch.tensor(np.sort(chosen))]
