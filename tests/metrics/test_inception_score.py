"""The formula of the Inception Score, by hand and against a loop."""

import math

import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics.inception_score import inception_score


def test_is_the_number_of_classes_where_all_are_met_and_none_is_doubted():
    assert inception_score(torch.eye(7).repeat(3, 1)) == pytest.approx(7)


def test_is_one_where_all_images_look_alike():
    assert inception_score(torch.tensor([[0.2, 0.8]] * 5)) == pytest.approx(1)
    assert inception_score(torch.full((5, 4), 0.25)) == pytest.approx(1)


def test_agrees_with_a_loop():
    rows = torch.rand(20, 6, dtype=torch.float64)
    rows /= rows.sum(dim=1, keepdim=True)
    marginal = [float(rows[:, k].mean()) for k in range(6)]
    divergences = [sum(p * math.log(p / q) for p, q in zip(row.tolist(), marginal, strict=True)) for row in rows]
    assert inception_score(rows) == pytest.approx(math.exp(sum(divergences) / 20))


@pytest.mark.parametrize("given", [torch.randn(4, 3), torch.ones(4), torch.ones(4, 3), torch.empty(0, 3)])
def test_refuses_what_are_no_probabilities(given):
    with pytest.raises(VidpredError, match="whose rows sum to 1"):
        inception_score(given)
