"""Nearness by products is nearness by differences, to the last tie."""

import pytest
import torch

from vidpred.metrics import nearness
from vidpred.metrics.nearness import nearest, within


def by_differences(one, other):
    return (one[:, None] - other).square().sum(dim=2).sqrt()


def drawn(count, seed, dimension=40):
    return torch.randn(count, dimension, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


SETS = {
    "plain": (drawn(50, 0), drawn(60, 1)),
    "far from 0": (drawn(50, 0) + 1e6, drawn(60, 1) + 1e6),
    "close together, far from 0": (1e-6 * drawn(50, 0) + 1e3, 1e-6 * drawn(60, 1) + 1e3),
    "each several times": (drawn(10, 0).repeat(5, 1), drawn(10, 0).repeat(6, 1)),
    "all the same": (torch.full((50, 40), 0.1).double(), torch.full((60, 40), 0.1).double()),
}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("number", [1, 2, 6])
def test_the_nearest_are_those_by_differences(name, number):
    one, other = SETS[name]
    expected = by_differences(one, other).sort(dim=1).values[:, number - 1]
    assert torch.allclose(nearest(one, other, number), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", SETS)
def test_who_is_within_a_radius_is_told_as_by_differences(name):
    one, other = SETS[name]
    exact = by_differences(one, other)
    radius = exact.median(dim=1, keepdim=True).values * (1 + 1e-9)
    assert torch.equal(within(one, other, radius), exact < radius)
    radius = exact.median(dim=0, keepdim=True).values * (1 + 1e-9)
    assert torch.equal(within(one, other, radius), exact < radius)


def test_a_ball_is_open_towards_a_vector_on_its_edge():
    """Of vectors that stand in both sets, the nearest other one is as far away whichever set it is taken from."""
    vectors = drawn(40, 3) + 100
    radius = nearest(vectors, vectors, 3)
    order = torch.randperm(40, generator=torch.Generator().manual_seed(5))
    assert within(vectors, vectors[order], radius[:, None]).sum(dim=1).tolist() == [2] * 40  # itself, and the nearest


def test_few_pairs_are_decided_by_differences(monkeypatch):
    sizes, by_torch = [], nearness._distances
    monkeypatch.setattr(nearness, "_distances", lambda *pair: sizes.append(by_torch(*pair).numel()) or by_torch(*pair))
    one, other = SETS["plain"]
    within(one, other, nearest(one, other, 5)[:, None])
    assert sizes == [50 * 9, 50]  # nine candidates each; then the one on the edge of the ball
