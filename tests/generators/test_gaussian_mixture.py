"""The Gaussian mixture: its likelihood, its fit and its samples, against independent references."""

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from scipy.stats import chisquare, multivariate_normal
from sklearn import mixture

from vidpred.errors import VidpredError
from vidpred.generators import GaussianMixture
from vidpred.generators.sampling import draw_noise, sample

SIDE = 4  # pixels: images of one channel have 16 values


def build(coordinates, **options):
    return GaussianMixture(coordinates + 2, SIDE, SIDE, frame_channels=1, **options)


def two_groups(number=400, seed=0):
    """Images (N, 1, 4, 4) around two centres, a quarter of them around the first; and their groups."""
    draw = np.random.default_rng(seed)
    groups = (np.arange(number) % 4 > 0).astype(int)
    centres, mixing = draw.normal(size=(2, 16)) / 2, draw.normal(size=(2, 16, 16)) / 20
    images = centres[groups] + np.einsum("nij,nj->ni", mixing[groups], draw.normal(size=(number, 16)))
    return images.reshape(number, 1, SIDE, SIDE).astype(np.float32), groups


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_over_pixels_it_agrees_with_scikit_learn(covariance):
    images, _ = two_groups()
    found = build(16, num_components=2, covariance=covariance)
    found.fit(images, seed=3)
    kind = {"full": "full", "diagonal": "diag"}[covariance]
    variance = (2 / 255) ** 2 / 12
    flat = images.reshape(len(images), -1).astype(np.float64)
    reference = mixture.GaussianMixture(2, covariance_type=kind, reg_covar=variance, tol=0.01, random_state=3).fit(flat)
    np.testing.assert_allclose(found.log_likelihood(torch.tensor(images)), reference.score_samples(flat), rtol=1e-4)
    np.testing.assert_array_equal(found.assign(torch.tensor(images)), reference.predict(flat))
    assert found.bic(torch.tensor(images)) == pytest.approx(reference.bic(flat), rel=1e-4)


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_over_few_coordinates_it_is_a_density_of_pixels(covariance):
    images, _ = two_groups()
    found = build(5, num_components=3, covariance=covariance)
    found.fit(images, seed=0)
    basis, centre, residual = found.basis.detach().double(), found.centre.detach().double(), float(found.residual)
    outside = np.eye(16) - (basis.T @ basis).numpy()
    flat, parts = images.reshape(len(images), -1).astype(np.float64), []
    for weight, mean, factor in zip(found.weights[0], found.means[0].double(), found.factors[0].double(), strict=True):
        root = torch.diag(factor) if covariance == "diagonal" else factor
        inside = basis.T @ root.detach() @ root.detach().T @ basis
        law = multivariate_normal((centre + mean.detach() @ basis).numpy(), inside.numpy() + residual * outside)
        parts.append(np.log(float(weight)) + law.logpdf(flat))
    expected = logsumexp(parts, axis=0)
    np.testing.assert_allclose(found.log_likelihood(torch.tensor(images)), expected, rtol=1e-4, atol=1e-3)
    centred = flat - flat.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(centred.T @ centred / len(flat))
    assert residual == pytest.approx(eigenvalues[:-5].mean(), rel=1e-3)


def test_free_numbers_are_counted_by_hand():
    assert build(16, num_components=2).num_free == 1 + 2 * (16 + 16 * 17 // 2)
    assert build(16, num_components=2, covariance="diagonal").num_free == 1 + 2 * (16 + 16)
    plane = 16 + (16 * 5 - 5 * 6 // 2) + 1  # centre, directions free of each other, variance outside
    assert build(5, num_components=3).num_free == 2 + 3 * (5 + 15) + plane
    assert build(5, num_components=3, num_classes=2).num_free == 5 + 6 * (5 + 15) + plane


def test_finds_the_groups_that_there_are():
    images, groups = two_groups()
    found = build(6, num_components=2)
    found.fit(images)
    assigned = found.assign(torch.tensor(images)).numpy()
    assert max((assigned == groups).mean(), (assigned != groups).mean()) > 0.99
    torch.testing.assert_close(found.weights[0].sort().values, torch.tensor([0.25, 0.75]), atol=0.01, rtol=0)


def test_more_components_fit_better_and_too_many_are_told_by_bic():
    images, _ = two_groups()
    fits = {number: build(6, num_components=number) for number in (1, 2, 12)}
    for found in fits.values():
        found.fit(images)
    likelihoods = [float(found.log_likelihood(torch.tensor(images)).sum()) for found in fits.values()]
    assert likelihoods == sorted(likelihoods)
    assert min(fits, key=lambda number: fits[number].bic(torch.tensor(images))) == 2


def test_every_class_has_its_own_components():
    images, groups = two_groups()
    found = build(6, num_components=2, num_classes=2).eval()
    found.fit(images, groups)
    torch.testing.assert_close(found.weights.sum(dim=1), torch.tensor([0.25, 0.75]))
    for group in (0, 1):
        drawn = sample(found, 2000, labels=group).flatten(1).numpy()
        own = images[groups == group].reshape(-1, 16)
        np.testing.assert_allclose(drawn.mean(axis=0), own.mean(axis=0), atol=0.03)
        assert (found.assign(torch.tensor(images))[groups == group] // 2 == group).float().mean() > 0.99


@pytest.mark.parametrize("covariance", ["full", "diagonal"])
def test_samples_have_the_mean_and_the_covariance_of_the_data(covariance):
    images, _ = two_groups()
    found = build(16, num_components=1 if covariance == "full" else 2, covariance=covariance).eval()
    found.fit(images)
    drawn, flat = sample(found, 20_000, seed=4).flatten(1).numpy(), images.reshape(-1, 16)
    np.testing.assert_allclose(drawn.mean(axis=0), flat.mean(axis=0), atol=0.02)
    expected = np.cov(flat.T)
    agree = (slice(None), slice(None)) if covariance == "full" else np.diag_indices(16)
    np.testing.assert_allclose(np.cov(drawn.T)[agree], expected[agree], atol=0.02)


@pytest.mark.parametrize("truncate", [None, 0.5])
def test_components_are_drawn_by_their_weights_and_all_are_reached_by_cut_noise(truncate):
    found = build(1, num_components=4).eval()
    found.weights.copy_(torch.tensor([[0.1, 0.2, 0.3, 0.4]]))
    found.means.data = torch.arange(4.0).mul(100)[None, :, None]
    found.basis.data = torch.zeros(1, 16)
    found.basis.data[0, 0] = 1
    drawn = found(draw_noise(3, 8000, seed=0, truncate=truncate))[-1].flatten(1)[:, 0]
    counts = torch.bincount((drawn / 100).round().long(), minlength=4).numpy()
    if truncate is None:
        assert (
            chisquare(counts, 8000 * found.weights[0].double().numpy() / found.weights.double().sum().item()).pvalue
            > 0.01
        )
    else:
        np.testing.assert_allclose(counts / 8000, [0.1, 0.2, 0.3, 0.4], atol=0.06)


@pytest.mark.parametrize("coordinates", [0, 17])
def test_refuses_coordinates_that_images_do_not_have(coordinates):
    with pytest.raises(VidpredError, match=rf"the mixture has {coordinates} coordinates, .* but 1 to 16 fit images"):
        build(coordinates)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda images: images.swapaxes(2, 3), r"\(60, 1, 4, 3\) of float32, but an array \(N, 1, 3, 4\)"),
        (lambda images: images.reshape(60, -1), r"the images are \(60, 12\)"),
        (lambda images: (images * 255).astype(np.uint8), r"of uint8, but an array .* of finite floats"),
        (lambda images: np.where(images > 0.9, np.nan, images), "of finite floats"),
        (torch.tensor, "the images are a Tensor"),
    ],
)
def test_what_are_no_images_is_refused(spoil, told):
    images = np.random.default_rng(0).random((60, 1, 3, 4), dtype=np.float32)
    with pytest.raises(VidpredError, match=told):
        GaussianMixture(6, 3, 4, frame_channels=1, num_components=2).fit(spoil(images))


def test_one_image_is_too_few_for_one_coordinate():
    with pytest.raises(VidpredError, match="there is 1 image, but more than 1 is needed to fit 1 coordinate"):
        GaussianMixture(3, 3, 4, frame_channels=1, num_components=1).fit(np.zeros((1, 1, 3, 4), np.float32))


@pytest.mark.parametrize(
    "labels", [None, np.arange(60) % 3, np.arange(60) % 2 - 1, np.zeros(59, int), np.arange(60) % 2 / 1]
)
def test_a_mixture_with_classes_is_fitted_to_images_of_its_classes_alone(labels):
    images = np.random.default_rng(0).random((60, 1, 3, 4), dtype=np.float32)
    mixture = GaussianMixture(6, 3, 4, frame_channels=1, num_components=2, num_classes=2)
    with pytest.raises(VidpredError, match="the mixture has 2 classes, but the labels are"):
        mixture.fit(images, labels)
    mixture.fit(images, [0, 1] * 30)
    assert mixture.weights.sum() == pytest.approx(1)
