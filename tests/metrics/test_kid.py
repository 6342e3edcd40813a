"""The kernel distance, against a loop over pairs, point masses, and its own expectation."""

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics import kid
from vidpred.metrics.kid import kernel_distance


def by_pairs(real, fake):
    def kernel(x, y):
        return (float(np.dot(x, y)) / len(x) + 1) ** 3

    def within(each):
        return np.mean([kernel(x, y) for i, x in enumerate(each) for j, y in enumerate(each) if i != j])

    return within(real) + within(fake) - 2 * np.mean([kernel(x, y) for x in real for y in fake])


@pytest.mark.parametrize("rows", [3, 1024])
def test_agrees_with_a_loop_over_all_pairs(rows, monkeypatch):
    monkeypatch.setattr(kid, "ROWS", rows)
    real, fake = torch.randn(11, 6).double(), torch.randn(8, 6).double() + 0.3
    assert kernel_distance(real, fake) == pytest.approx(by_pairs(real.numpy(), fake.numpy()), rel=1e-10)


def test_points_are_as_far_apart_as_the_kernel_says():
    real, fake = torch.full((4, 2), 1.0), torch.full((3, 2), -1.0)
    assert kernel_distance(real, fake) == pytest.approx((1 + 1) ** 3 + (1 + 1) ** 3 - 2 * (-1 + 1) ** 3)


def test_is_unbiased_however_few_the_samples():
    values = np.array([kernel_distance(*torch.randn(2, 5, 3)) for _ in range(3000)])
    assert abs(values.mean()) < 4 * values.std() / len(values) ** 0.5
    assert (values < 0).any()


def test_its_expectation_is_the_discrepancy_of_the_laws():
    """In one dimension E (x y + 1)^3 = 1 + 3 E x E y + 3 E x^2 E y^2 + E x^3 E y^3, here for N(0, 1) and N(1, 1)."""
    within_real, within_fake, between = 1 + 3, 1 + 3 + 3 * 4 + 16, 1 + 3 * 2
    values = np.array(
        [kernel_distance(torch.randn(20, 1).double(), torch.randn(20, 1).double() + 1) for _ in range(2000)]
    )
    error = values.std() / len(values) ** 0.5
    assert values.mean() == pytest.approx(within_real + within_fake - 2 * between, abs=4 * error)


def test_one_sample_is_refused():
    with pytest.raises(VidpredError, match="needs at least 2 of each"):
        kernel_distance(torch.randn(5, 3), torch.randn(1, 3))
