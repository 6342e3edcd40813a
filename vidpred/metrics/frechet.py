"""The Frechet distance between two sets of features."""

import torch
from torch import Tensor

from vidpred.metrics.set_distance import comparable_features, require_samples
from vidpred.metrics.shared import once

NAME = "the Frechet distance"  # for messages


def frechet_distance(real: Tensor, fake: Tensor) -> float:
    """Return the squared Frechet distance between the Gaussians with the sets' means and covariances.

    It is |m - m'|^2 + tr(S + S' - 2 (S S')^(1/2)) with covariances divided by N - 1, computed from
    eigenvalues in float64: 0 for identical sets, the higher the further apart. Over Inception's features
    (and no others) it is called FID. It is biased upwards for finite samples, the more so the fewer there are:
    compare only values from equally many samples.

    Args:
        real: features (N, D).
        fake: features (M, D).

    Raises:
        VidpredError: fewer than D + 1 samples in a set, whose covariance is then rank-deficient and whose
            bias dominates; or features that cannot be compared.

    Source: Heusel et al. (2017), "GANs trained by a two time-scale update rule"; Dowson and Landau (1982).
    """
    real, fake = comparable_features(real, fake, 1, NAME)
    require_samples(len(real), len(fake), real.shape[1], _fewest(real.shape[1]), NAME)
    apart = (real.mean(dim=0) - fake.mean(dim=0)).square().sum()
    covariance, other = _covariance(real), _covariance(fake)
    # (S S')^(1/2) has the trace of the symmetric (S^(1/2) S' S^(1/2))^(1/2), whose eigenvalues are real.
    root = _root(covariance)
    shared = torch.linalg.eigvalsh(root @ other @ root).clamp(min=0).sqrt().sum()
    distance = apart + covariance.trace() + other.trace() - 2 * shared
    return float(distance.clamp(min=0))  # rounding can leave identical sets just below 0


def require_enough(num_samples: int, dimension: int) -> None:
    """Raise the error of :func:`frechet_distance` for too few samples, before features are computed.

    Raises:
        VidpredError: ``num_samples`` in each set are too few for features of that dimension.
    """
    require_samples(num_samples, num_samples, dimension, _fewest(dimension), NAME)


def _fewest(dimension: int) -> int:
    return dimension + 1


@once
def _root(covariance: Tensor) -> Tensor:
    """Return the symmetric square root."""
    values, vectors = torch.linalg.eigh(covariance)
    root: Tensor = vectors * values.clamp(min=0).sqrt() @ vectors.T
    return root


@once
def _covariance(features: Tensor) -> Tensor:
    centred = features - features.mean(dim=0)
    return centred.T @ centred / (len(features) - 1)
