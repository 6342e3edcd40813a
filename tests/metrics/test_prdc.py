"""Precision, recall, density and coverage, against their definitions and sets that are plain to see."""

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics import prdc as module
from vidpred.metrics.prdc import Prdc, prdc


def by_definition(real, fake, k):
    def radius(i, each):
        return sorted(np.linalg.norm(each[i] - other) for j, other in enumerate(each) if j != i)[k - 1]

    real_balls = [(x, radius(i, real)) for i, x in enumerate(real)]
    fake_balls = [(x, radius(i, fake)) for i, x in enumerate(fake)]

    def inside(y, balls):
        return sum(np.linalg.norm(y - x) < r for x, r in balls)

    return Prdc(
        precision=np.mean([inside(y, real_balls) > 0 for y in fake]),
        recall=np.mean([inside(x, fake_balls) > 0 for x in real]),
        density=np.mean([inside(y, real_balls) for y in fake]) / k,
        coverage=np.mean([any(np.linalg.norm(y - x) < r for y in fake) for x, r in real_balls]),
    )


@pytest.mark.parametrize("rows", [4, 256])
@pytest.mark.parametrize("neighbours", [1, 3, 5])
def test_agrees_with_the_definitions(neighbours, rows, monkeypatch):
    monkeypatch.setattr(module, "ROWS", rows)
    real, fake = torch.randn(23, 2).double(), 0.7 * torch.randn(17, 2).double() + 0.8
    expected = by_definition(real.numpy(), fake.numpy(), neighbours)
    assert prdc(real, fake, neighbours) == pytest.approx(expected)
    assert 0 < expected.precision < 1 or 0 < expected.recall < 1


def test_identical_sets_score_1():
    features = torch.randn(60, 8)
    assert prdc(features, features.flip(0)) == pytest.approx((1, 1, 1, 1))


def test_distant_sets_score_0():
    features = torch.randn(30, 4)
    assert prdc(features, features + 1000) == (0, 0, 0, 0)


def test_a_lost_mode_costs_recall_and_coverage_but_not_precision():
    near, far = torch.randn(100, 4), torch.randn(100, 4) + 50
    scores = prdc(torch.cat([near, far]), near + 0.01)
    assert scores.precision == 1
    assert scores.recall == scores.coverage == 0.5


def test_invented_samples_cost_precision_but_not_recall():
    near, far = torch.randn(100, 4), torch.randn(100, 4) + 50
    scores = prdc(near, torch.cat([near + 0.01, far]))
    assert (scores.precision, scores.recall, scores.coverage) == (0.5, 1, 1)


def test_an_outlier_inflates_recall_but_not_coverage():
    """The reason for coverage in Naeem et al.: one outlying sample's ball holds everything."""
    real = torch.randn(100, 2) + 20
    fake = torch.cat([torch.randn(20, 2), torch.tensor([[60.0, 60.0]])])
    scores = prdc(real, fake)
    assert scores.recall == 1
    assert scores.coverage == 0


def test_too_few_samples_and_neighbours_are_refused():
    prdc(torch.randn(6, 2), torch.randn(6, 2))
    with pytest.raises(VidpredError, match="needs at least 6 of each"):
        prdc(torch.randn(6, 2), torch.randn(5, 2))
    with pytest.raises(VidpredError, match="neighbours is 0"):
        prdc(torch.randn(6, 2), torch.randn(6, 2), neighbours=0)
