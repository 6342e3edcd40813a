"""Intervals are those of a bootstrap over videos, written down independently."""

import itertools

import numpy as np
import pytest

from vidpred.errors import VidpredError
from vidpred.evaluation.intervals import bootstrap, widening


def without_widening(found, number):
    """Return both ends as they are before they are moved away from the mean of ``number`` videos."""
    factor = widening(np.array(number))
    return tuple(float((found.value + (end - found.value) / factor)[0]) for end in (found.low, found.high))


def test_ends_are_percentiles_of_the_means_of_all_draws_of_three_videos():
    """With three videos all 27 equally likely draws can be written down."""
    values = np.array([1.0, 2.0, 6.0])
    means = [np.mean(draw) for draw in itertools.product(values, repeat=3)]
    found = bootstrap(values[:, None], resamples=200_000)
    assert found.value[0] == pytest.approx(3)
    expected = np.quantile(np.repeat(means, 1000), (0.025, 0.975))
    assert without_widening(found, 3) == pytest.approx(tuple(expected))


def test_ends_agree_with_drawing_videos_one_by_one():
    values = np.random.default_rng(1).normal(20, 5, size=40)
    draws = np.random.default_rng(2).integers(40, size=(20_000, 40))
    low, high = np.quantile(values[draws].mean(axis=1), (0.025, 0.975))
    found = bootstrap(values[:, None], seed=3, resamples=20_000)
    assert found.value[0] == pytest.approx(values.mean())
    assert without_widening(found, 40) == pytest.approx((low, high), abs=0.05)


@pytest.mark.parametrize("number", [2, 3, 4, 5, 8, 15, 50])
def test_interval_holds_the_true_mean_as_often_as_it_says_however_few_videos_there_are(number):
    draws = np.random.default_rng(number).normal(size=(number, 2000))  # 2000 experiments
    found = bootstrap(draws, resamples=1000)
    covered = ((found.low <= 0) & (found.high >= 0)).mean()
    assert 0.92 <= covered <= 0.97  # two standard errors of 2000 experiments are 0.01


def test_widening_is_that_of_tables_of_students_t():
    """The quantile 0.975 of t with 1, 4 and 9 degrees of freedom is 12.706, 2.776 and 2.262, of the normal 1.960."""
    by_hand = [12.706 * 2**0.5, 2.776 * (5 / 4) ** 0.5, 2.262 * (10 / 9) ** 0.5]
    assert widening(np.array([2, 5, 10])) * 1.960 == pytest.approx(by_hand, rel=1e-3)
    assert np.isnan(widening(np.array([0, 1]))).all()


def test_a_difference_that_may_be_chance_is_rarely_called_one():
    """Two equal predictors on three videos each: with plain percentiles 29 of 100 differences excluded 0."""
    differences = np.random.default_rng(3).normal(size=(3, 2000))
    found = bootstrap(differences, resamples=1000)
    assert ((found.low > 0) | (found.high < 0)).mean() < 0.07


def test_every_column_has_its_own_interval_whatever_the_shape():
    values = np.random.default_rng(0).normal(size=(12, 2, 3))
    found = bootstrap(values)
    assert found.low.shape == found.high.shape == found.value.shape == (2, 3)
    for place in np.ndindex(2, 3):
        alone = bootstrap(values[(slice(None), *place)][:, None])
        assert [part[place] for part in found] == pytest.approx([part[0] for part in alone])


def test_seed_settles_the_interval():
    values = np.random.default_rng(0).normal(size=(12, 1))
    assert bootstrap(values, seed=1).low == bootstrap(values, seed=1).low
    assert bootstrap(values, seed=1).low != bootstrap(values, seed=2).low


def test_videos_without_a_value_are_left_out():
    values = np.array([1.0, np.nan, 3.0, np.nan, 8.0])
    found = bootstrap(values[:, None], resamples=100_000)
    assert found.value[0] == pytest.approx(4)
    draws = np.random.default_rng(5).integers(5, size=(100_000, 5))
    drawn = values[draws]
    means = np.nanmean(drawn[~np.isnan(drawn).all(axis=1)], axis=1)
    assert without_widening(found, 3) == pytest.approx(tuple(np.quantile(means, (0.025, 0.975))), abs=0.15)


@pytest.mark.parametrize("values", [[5.0], [5.0, np.nan]])
def test_one_video_has_a_mean_but_no_interval(values):
    found = bootstrap(np.array(values)[:, None])
    assert found.value[0] == 5
    assert np.isnan([found.low[0], found.high[0]]).all()


def test_no_value_at_all_is_no_mean():
    assert np.isnan(bootstrap(np.full((3, 1), np.nan))).all()


@pytest.mark.filterwarnings("error")
def test_where_a_score_is_infinite_so_is_the_mean_and_there_is_no_interval():
    found = bootstrap(np.array([[np.inf, 1.0, -np.inf], [30.0, 2.0, np.inf], [31.0, 3.0, 0.0]]))
    np.testing.assert_array_equal(found.value, [np.inf, 2, np.nan])
    np.testing.assert_array_equal(np.isnan(found.low), [True, False, True])
    np.testing.assert_array_equal(np.isnan(found.high), [True, False, True])
    assert found.at(1) == bootstrap(np.array([1.0, 2.0, 3.0]))


def test_a_list_will_do():
    assert bootstrap([[1.0], [3.0]]).value == bootstrap(np.array([[1.0], [3.0]])).value == 2


@pytest.mark.parametrize("values", [[], np.empty((0, 3)), 5.0])
def test_there_is_no_mean_over_no_video(values):
    with pytest.raises(VidpredError, match="are of no video, but a mean is over one or more"):
        bootstrap(values)


def test_an_interval_ends_where_no_score_can_be():
    of_two = bootstrap(np.array([[0.9, 30.0], [0.99, 31.0]]))
    assert of_two.high[0] > 1 > of_two.value[0]
    cut = of_two.within([-1, -np.inf], [1, np.inf])
    assert (cut.low[0], cut.high[0]) == (of_two.low[0], 1)
    assert cut.at(1) == of_two.at(1)
    beyond = of_two.within(0, 0.5)
    assert beyond.high.tolist() == of_two.high.tolist()  # bounds that the mean itself exceeds are not its own
