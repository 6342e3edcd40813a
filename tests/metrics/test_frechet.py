"""The Frechet distance, against scipy's matrix root and Gaussians whose distance is known."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm

from vidpred.errors import VidpredError
from vidpred.metrics.frechet import frechet_distance


def whitened(number, dimension):
    """Draw features whose mean is exactly 0 and whose covariance is exactly the identity."""
    drawn = torch.randn(number, dimension, dtype=torch.float64)
    drawn -= drawn.mean(dim=0)
    root = torch.linalg.cholesky(drawn.T @ drawn / (number - 1))
    return torch.linalg.solve_triangular(root, drawn.T, upper=False).T


def test_gaussians_along_the_axes_are_as_far_apart_as_the_formula_says():
    real, fake = whitened(50, 3), whitened(70, 3) * torch.tensor([2.0, 0.5, 1.0]) + torch.tensor([1.0, 0.0, -2.0])
    assert frechet_distance(real, fake) == pytest.approx(1 + 4 + (2 - 1) ** 2 + (0.5 - 1) ** 2, abs=1e-9)


def test_gaussians_in_one_dimension_with_n_minus_1_variances():
    real, fake = torch.tensor([[0.0], [2.0]]), torch.tensor([[5.0], [13.0]])
    assert frechet_distance(real, fake) == pytest.approx((9 - 1) ** 2 + (8 / 2**0.5 - 2 / 2**0.5) ** 2)


def test_agrees_with_the_matrix_root_of_scipy():
    mixing = torch.randn(2, 12, 12, dtype=torch.float64)
    real, fake = torch.randn(40, 12).double() @ mixing[0], torch.randn(30, 12).double() @ mixing[1] + 0.5
    covariances = [np.cov(each.numpy(), rowvar=False) for each in (real, fake)]
    expected = ((real.mean(0) - fake.mean(0)) ** 2).sum() + np.trace(
        covariances[0] + covariances[1] - 2 * sqrtm(covariances[0] @ covariances[1]).real
    )
    assert frechet_distance(real, fake) == pytest.approx(float(expected), rel=1e-9)
    assert frechet_distance(fake, real) == pytest.approx(float(expected), rel=1e-9)


def test_identical_sets_are_at_distance_0_even_without_full_rank():
    features = torch.randn(40, 5) @ torch.randn(5, 12) + 100
    assert frechet_distance(features, features.flip(0)) == pytest.approx(0, abs=1e-5)


def test_single_precision_features_are_computed_in_double():
    features = torch.randn(60, 4) + 1000
    shifted = features + 1
    assert frechet_distance(features, shifted) == pytest.approx(4, rel=1e-3)


def test_is_never_smaller_for_fewer_samples_on_average():
    distances = {
        number: np.mean([frechet_distance(*torch.randn(2, number, 4)) for _ in range(40)]) for number in (10, 40, 160)
    }
    assert distances[10] > 2 * distances[40] > 4 * distances[160] > 0


def test_no_more_samples_than_dimensions_are_refused():
    frechet_distance(torch.randn(9, 8), torch.randn(9, 8))
    with pytest.raises(VidpredError, match=r"9 real and 8 generated samples.*8 dimensions needs at least 9"):
        frechet_distance(torch.randn(9, 8), torch.randn(8, 8))


def test_arrays_are_refused_in_one_sentence():
    features = torch.randn(8, 3)
    with pytest.raises(VidpredError, match=r"the real features are of the class ndarray, but a tensor \(N, D\)"):
        frechet_distance(features.numpy(), features)
    with pytest.raises(VidpredError, match="the generated features are of the class NoneType"):
        frechet_distance(features, None)


def test_features_that_do_not_fit_each_other_are_refused():
    with pytest.raises(VidpredError, match="with the same D are compared"):
        frechet_distance(torch.randn(9, 4), torch.randn(9, 5))
    with pytest.raises(VidpredError, match="some features are not finite"):
        frechet_distance(torch.randn(9, 4), torch.full((9, 4), torch.nan))
