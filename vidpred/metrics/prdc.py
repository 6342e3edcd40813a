"""Precision, recall, density and coverage: fidelity and diversity of generated samples, separately."""

from typing import NamedTuple

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.machine.arguments import checked
from vidpred.metrics.nearness import nearest, within_each
from vidpred.metrics.set_distance import comparable_features
from vidpred.metrics.shared import once
from vidpred.wording import counted

NEIGHBOURS = 5  # of Naeem et al.
ROWS = 256  # samples that are compared with all others at once


class Prdc(NamedTuple):
    """Two scores of fidelity and two of diversity, each best when high."""

    precision: float  # fraction of generated samples within the ball of some real one
    recall: float  # fraction of real samples within the ball of some generated one
    density: float  # mean number of real balls around a generated sample / neighbours; about 1 for equal distributions
    coverage: float  # fraction of real samples whose ball contains some generated one


@checked
def prdc(real: Tensor, fake: Tensor, neighbours: int = NEIGHBOURS) -> Prdc:
    """Return precision, recall, density and coverage.

    The ball of a sample is open, and its radius is the distance to the ``neighbours``-th nearest other sample of its
    own set, as in the code of Naeem et al.; Kynkaanniemi et al. use closed balls and 3 neighbours.
    All four depend on the number of samples: compare only values from equally many.

    Args:
        real: features (N, D).
        fake: features (M, D).
        neighbours: k, at least 1.

    Raises:
        VidpredError: ``neighbours`` is below 1, no more than that many samples in a set, or features that
            cannot be compared.

    Source: Naeem et al. (2020), "Reliable fidelity and diversity metrics for generative models";
        Kynkaanniemi et al. (2019), "Improved precision and recall metric".
    """
    if neighbours < 1:
        raise VidpredError(f"neighbours is {neighbours}, but a ball reaches to the first at least; set 1 or more")
    real, fake = comparable_features(real, fake, neighbours + 1, f"PRDC with {counted(neighbours, 'neighbour')}")
    real_radius, fake_radius = _radii(real, neighbours), _radii(fake, neighbours)
    in_real = torch.zeros(len(fake), dtype=torch.float64, device=real.device)  # balls around each generated sample
    recalled, covered = [], []
    for rows, radius in zip(real.split(ROWS), real_radius.split(ROWS), strict=True):
        holds, is_held = within_each(rows, fake, radius[:, None], fake_radius[None])
        in_real += holds.sum(dim=0)
        recalled.append(is_held.any(dim=1))
        covered.append(holds.any(dim=1))
    return Prdc(
        precision=float((in_real > 0).double().mean()),
        recall=float(torch.cat(recalled).double().mean()),
        density=float(in_real.mean() / neighbours),
        coverage=float(torch.cat(covered).double().mean()),
    )


@once
def _radii(features: Tensor, neighbours: int) -> Tensor:
    """Return the distance (N,) of every sample to its ``neighbours``-th nearest other sample."""
    return torch.cat([nearest(rows, features, neighbours + 1) for rows in features.split(ROWS)])  # itself is the first
