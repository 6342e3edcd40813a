"""Monte Carlo estimates against numpy, against samples taken otherwise, and in how often they hold."""

import numpy as np
import pytest
import torch
from torch import nn

import vidpred
from vidpred.errors import VidpredError
from vidpred.exploration import complete, interpolate, project, walk
from vidpred.exploration.monte_carlo import estimate, estimate_future, estimate_images
from vidpred.generators.sampling import sample
from vidpred.predictors import CopyLast
from vidpred.predictors.rollout.rollout import rollout


class Drifts(nn.Module):
    """Repeats the last frame, brighter or darker by the mean of its noise."""

    num_context_frames, lead, latent_channels = 1, 1, 3

    def forward(self, context, latent=None):
        return [context[:, -1:] + (0 if latent is None else latent.mean(dim=1).view(-1, 1, 1, 1, 1))]


def brightness(frames):
    return frames.mean(dim=tuple(range(1, frames.ndim)))


def test_batches_make_the_mean_and_the_standard_error_of_numpy():
    values = torch.randn(17, 3, dtype=torch.float64) * 1e-3 + 1000
    found = estimate(lambda batch: batch, values.split(5))
    np.testing.assert_allclose(found.mean, values.numpy().mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(found.standard_error, values.numpy().std(axis=0, ddof=1) / 17**0.5, rtol=1e-9)
    assert found.num_samples == 17


def test_the_mean_of_a_condition_is_its_probability():
    found = estimate(lambda batch: batch > 0, [torch.tensor([1.0, -1.0, 2.0]), torch.tensor([3.0])])
    assert found.mean == 0.75
    assert found.standard_error == pytest.approx((0.25 * 0.75 * 4 / 3 / 4) ** 0.5)


def test_twice_the_standard_error_holds_the_truth_in_nineteen_of_twenty():
    draws = torch.Generator().manual_seed(0)
    found = estimate(lambda batch: batch, [torch.empty(400, 500).exponential_(generator=draws)])  # of mean 1
    assert ((found.mean - 1).abs() < 2 * found.standard_error).double().mean() == pytest.approx(0.954, abs=0.03)


def test_futures_are_those_of_a_rollout_with_the_same_seed():
    context = torch.rand(2, 1, 3, 4, 4)
    futures = rollout(Drifts(), context, horizon=3, num_samples=6, seed=4)  # (B, N, T, C, H, W)
    found = estimate_future(brightness, Drifts(), context, horizon=3, num_samples=6, seed=4)
    by_sample = futures.double().mean(dim=(2, 3, 4, 5))
    np.testing.assert_allclose(found.mean, by_sample.mean(dim=1), atol=1e-6)
    np.testing.assert_allclose(found.standard_error, by_sample.std(dim=1) / 6**0.5, atol=1e-6)


def test_images_are_those_of_sample_with_the_same_seed(linear):
    generator = linear(num_classes=3)
    images = sample(generator, 70, seed=2).double()
    found = estimate_images(lambda batch: batch, generator, 70, seed=2)
    np.testing.assert_allclose(found.mean, images.mean(dim=0), atol=1e-6)
    np.testing.assert_allclose(found.standard_error, images.std(dim=0) / 70**0.5, atol=1e-6)


def test_what_cannot_be_estimated_is_refused():
    context = torch.rand(2, 1, 3, 4, 4)
    with pytest.raises(VidpredError, match="there is 1 sample,"):
        estimate(lambda batch: batch, [torch.zeros(1)])
    with pytest.raises(VidpredError, match="one row for each of 3 is needed"):
        estimate(lambda batch: batch.mean(), [torch.zeros(3)])
    with pytest.raises(VidpredError, match="the function returned float"):
        estimate_future(lambda futures: 1.0, Drifts(), context, 1, 2)
    with pytest.raises(VidpredError, match="deterministic"):
        estimate_future(brightness, CopyLast(1), context, 1, 2)
    with pytest.raises(VidpredError, match="horizon is 0"):
        estimate_future(brightness, Drifts(), context, 0, 2)


def test_it_is_a_public_name():
    assert vidpred.monte_carlo.estimate is estimate
    assert "monte_carlo" in vidpred.__all__


def test_the_old_place_has_it_too():
    with pytest.warns(DeprecationWarning, match="monte_carlo"):
        import vidpred.monte_carlo as old
    assert old.estimate is estimate
    assert old.spread is not None


@pytest.mark.parametrize("generator", [None, "run", nn.Linear(2, 2)], ids=["none", "a name", "a layer"])
@pytest.mark.parametrize(
    "sampling",
    [
        lambda generator: estimate_images(lambda images: images.mean((1, 2, 3)), generator, 4),
        lambda generator: interpolate(generator, 1, 2),
        lambda generator: walk(generator, 3, 2),
        lambda generator: project(generator, torch.zeros(3, 8, 8), 1, 1),
        lambda generator: complete(generator, torch.zeros(3, 8, 8), torch.ones(8, 8) > 0, 1, 1),
    ],
    ids=["estimate_images", "interpolate", "walk", "project", "complete"],
)
def test_what_is_no_generator_is_refused_in_one_sentence(sampling, generator):
    with pytest.raises(VidpredError, match=r"is no generator of images, .*; vidpred.load_generator returns one"):
        sampling(generator)


def test_values_of_different_shapes_and_complex_ones_are_refused():
    with pytest.raises(VidpredError, match=r"values \(2,\) of samples, but \(\) of those before"):
        estimate(lambda samples: samples, [torch.ones(4), torch.ones(4, 2)])
    with pytest.raises(VidpredError, match="complex values, but real ones are averaged"):
        estimate(lambda samples: samples * 1j, [torch.ones(4)])


def test_batches_without_samples_count_for_nothing():
    samples = torch.tensor([1.0, 2.0, 4.0])
    batches = [torch.ones(0), samples[:1], torch.ones(0), samples[1:]]
    assert estimate(lambda batch: batch, batches).mean == pytest.approx(7 / 3)
