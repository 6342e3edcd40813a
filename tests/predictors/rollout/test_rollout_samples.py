"""Estimates from samples, against numpy."""

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.predictors.rollout.samples import mean_future, quantiles, spread


@pytest.fixture
def futures():
    return torch.rand(2, 7, 3, 1, 4, 5, dtype=torch.float64) * 2 - 1


def test_mean_and_spread_are_numpys(futures):
    np.testing.assert_allclose(mean_future(futures), np.mean(futures.numpy(), axis=1), atol=1e-12)
    np.testing.assert_allclose(spread(futures), np.std(futures.numpy(), axis=1, ddof=1), atol=1e-12)


@pytest.mark.parametrize("number", [1, 2, 7, 8])
def test_quantiles_are_numpys(number):
    futures = torch.rand(2, number, 3, 1, 4, 5, dtype=torch.float64)
    levels = [0, 0.05, 0.25, 1 / 3, 0.5, 0.95, 1]
    expected = np.quantile(futures.numpy(), levels, axis=1)
    np.testing.assert_allclose(quantiles(futures, levels), expected, atol=1e-12)


def test_quantiles_of_large_frames_are_found_too():
    futures = torch.rand(1, 5, 1, 3, 1100, 1100)  # more values than torch.quantile takes
    assert torch.equal(quantiles(futures, [0.5])[0], futures.median(dim=1).values)


def test_equal_samples_have_no_spread(futures):
    assert not spread(futures[:, :1].expand(-1, 4, -1, -1, -1, -1)).any()


@pytest.mark.parametrize("estimate", [mean_future, spread, lambda futures: quantiles(futures, [0.5])])
def test_what_are_no_samples_is_refused(estimate):
    with pytest.raises(VidpredError, match=r"\(2, 3, 1, 4, 5\), but \(B, N, T, C, H, W\)"):
        estimate(torch.zeros(2, 3, 1, 4, 5))


def test_one_sample_has_no_spread_to_tell(futures):
    with pytest.raises(VidpredError, match="N = 2 or more"):
        spread(futures[:, :1])


@pytest.mark.parametrize("level", [-0.1, 1.5, float("nan")])
def test_a_level_that_is_no_share_is_refused(futures, level):
    with pytest.raises(VidpredError, match=f"level of a quantile is {level}"):
        quantiles(futures, [0.5, level])
