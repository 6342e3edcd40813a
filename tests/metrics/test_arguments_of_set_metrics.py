"""Metrics of sets, samples and modes refuse what is no tensor in one sentence."""

import numpy as np
import pytest
import torch

from vidpred.errors import VidpredError
from vidpred.metrics import motion_mask
from vidpred.metrics.frechet import frechet_distance
from vidpred.metrics.inception_score import inception_score
from vidpred.metrics.kid import kernel_distance
from vidpred.metrics.known_futures import match_futures
from vidpred.metrics.mode_count import mode_count
from vidpred.metrics.nearest_neighbour import nearest_neighbour_accuracy
from vidpred.metrics.prdc import prdc
from vidpred.metrics.samples import crps, diversity, energy_score, rank_histogram, spread_skill_ratio
from vidpred.predictors.rollout.samples import mean_future, quantiles, spread


def calls(value):
    """Return every function, called with ``value`` where tensors belong."""
    sets = {each.__name__: each for each in (frechet_distance, kernel_distance, prdc, nearest_neighbour_accuracy)}
    samples = {each.__name__: each for each in (crps, energy_score, rank_histogram, spread_skill_ratio, match_futures)}
    alone = {each.__name__: each for each in (inception_score, diversity, mean_future, spread)}
    return {
        **{name: lambda each=each: each(value, value) for name, each in {**sets, **samples}.items()},
        **{name: lambda each=each: each(value) for name, each in alone.items()},
        "motion_mask": lambda: motion_mask(value, value),
        "mode_count": lambda: mode_count(value, 10),
        "quantiles": lambda: quantiles(value, [0.5]),
    }


@pytest.mark.parametrize("name", calls(None))
@pytest.mark.parametrize("value", [None, [1.0, 2.0], np.zeros((4, 2, 1, 3, 8, 8))], ids=["none", "list", "array"])
def test_what_is_no_tensor_is_named(name, value):
    with pytest.raises(VidpredError, match=rf"the class {type(value).__name__}, but a tensor .* is needed"):
        calls(value)[name]()


@pytest.mark.parametrize(
    "score", [energy_score, lambda samples, target: diversity(samples)], ids=["energy", "diversity"]
)
def test_scores_of_samples_that_are_all_the_same_have_finite_gradients(score):
    target = torch.zeros(1, 1, 1, 2, 2)
    samples = torch.zeros(3, 1, 1, 1, 2, 2, requires_grad=True)
    score(samples, target).sum().backward()
    assert samples.grad.tolist() == torch.zeros(3, 1, 1, 1, 2, 2).tolist()


@pytest.mark.parametrize("distance", [frechet_distance, kernel_distance, prdc, nearest_neighbour_accuracy])
def test_sets_are_of_real_numbers(distance):
    for features in (torch.randn(20, 2, dtype=torch.complex64), torch.randn(20, 0)):
        with pytest.raises(VidpredError, match="but real numbers, one or more for each sample, are compared"):
            distance(features, features)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("distance", [frechet_distance, kernel_distance, prdc, nearest_neighbour_accuracy])
def test_features_may_require_a_gradient(distance):
    real, fake = torch.rand(2, 20, 2)
    assert distance(real.requires_grad_(), fake) == distance(real.detach(), fake)


def test_a_ball_reaches_to_a_whole_number_of_neighbours():
    with pytest.raises(VidpredError, match=r"neighbours of prdc is 2\.5"):
        prdc(torch.rand(9, 2), torch.rand(9, 2), 2.5)


def test_possible_futures_that_are_the_same_are_refused():
    futures = torch.rand(2, 3, 2, 1, 4, 4)
    futures[1, 2] = futures[1, 0]
    with pytest.raises(VidpredError, match="two of the futures of a context are the same"):
        match_futures(futures, futures)


def test_what_is_no_number_has_no_rank():
    samples, target = torch.rand(3, 2, 2, 1, 4, 4), torch.rand(2, 2, 1, 4, 4)
    samples[0, 0, 1, 0, 0, 0] = torch.nan
    found = rank_histogram(samples, target)
    assert found[0].sum() == pytest.approx(1)
    assert found[1].isnan().all()
