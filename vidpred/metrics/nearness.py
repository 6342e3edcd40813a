"""Which vectors lie near which: decided by products of matrices, and by differences where these cannot tell.

Products are many times as fast as differences, but lose distances that are small beside the vectors, ties above all.
Their error has a bound; whatever lies within it is decided by differences, so that results are those of differences.
"""

import torch
from torch import Tensor

SPARE = 4  # more neighbours than are asked for, so that the one asked for is rarely missing
FEW = 16  # pairs per vector that are decided by differences one by one; where there are more, all are


def within(one: Tensor, other: Tensor, radius: Tensor) -> Tensor:
    """Return for all pairs of ``one`` (N, D) and ``other`` (M, D) whether they are nearer than a radius.

    Args:
        one: in float64.
        other: in float64.
        radius: (N, 1) or (1, M).

    Returns:
        booleans (N, M).
    """
    (near,) = within_each(one, other, radius)
    return near


def within_each(one: Tensor, other: Tensor, *radii: Tensor) -> list[Tensor]:
    """Return what :func:`within` does for each of several radii, of which the products are taken once."""
    squares, error = _squares(one, other)
    return [_within(one, other, radius, squares, error) for radius in radii]


def _within(one: Tensor, other: Tensor, radius: Tensor, squares: Tensor, error: Tensor) -> Tensor:
    edge = radius.square()
    near = squares < edge
    unsure = (squares - edge).abs() <= error + torch.finfo(edge.dtype).eps * edge
    if int(unsure.sum()) > FEW * len(one):
        return _distances(one, other) < radius
    rows, columns = unsure.nonzero(as_tuple=True)
    distances = _distances(one[rows].unsqueeze(1), other[columns].unsqueeze(1)).flatten()
    near[rows, columns] = distances < radius.expand_as(near)[rows, columns]
    return near


def nearest(vectors: Tensor, among: Tensor, number: int) -> Tensor:
    """Return the distance (N,) from each of ``vectors`` (N, D) to its ``number``-th nearest of ``among`` (M, D)."""
    if len(among) <= number + SPARE:
        return _nearest(_distances(vectors, among), number)
    squares, error = _squares(vectors, among)
    smallest, places = squares.topk(number + SPARE, dim=1, largest=False)
    found = _nearest(_distances(vectors.unsqueeze(1), among[places])[:, 0], number)
    farther = smallest.amax(dim=1) - error.amax(dim=1)  # the square of the distance to any other, at least
    unsure = found.square() >= farther
    if unsure.any():
        found[unsure] = _nearest(_distances(vectors[unsure], among), number)
    return found


def _squares(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Return squared distances (N, M) by products, and how far they may be from the true ones."""
    sizes = one.square().sum(dim=1, keepdim=True) + other.square().sum(dim=1)  # (N, M)
    roundings = 4 * (one.shape[1] + 2)  # each of at most eps of the sizes, generously counted
    return torch.addmm(sizes, one, other.T, alpha=-2), roundings * torch.finfo(sizes.dtype).eps * sizes


def _distances(one: Tensor, other: Tensor) -> Tensor:
    """Return all pairwise distances, from differences."""
    return torch.cdist(one, other, compute_mode="donot_use_mm_for_euclid_dist")


def _nearest(distances: Tensor, number: int) -> Tensor:
    return distances.kthvalue(number, dim=1).values
