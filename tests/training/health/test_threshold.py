"""Hand-made accuracies that swing because the threshold of a discriminator wanders, and others that do not."""

import itertools

import numpy as np
import pytest

from vidpred.training.health.diagnosis import SUGGESTIONS, Verdict
from vidpred.training.health.threshold import MISPLACED, describe_threshold
from vidpred.training.health.verdicts import diagnose


def measured(real, fake, pairs, **others):
    return {"accuracy_real": real, "accuracy_fake": fake, "accuracy_pairs": pairs, **others}


def one_after_another(*kinds, number=20):
    return list(itertools.islice(itertools.cycle(kinds), number))


TOO_LOW, TOO_HIGH, RIGHT = measured(1.0, 0.0, 0.98), measured(0.0, 1.0, 0.98), measured(0.9, 0.95, 0.98)


def test_what_a_threshold_loses_to_its_place_is_reckoned_from_the_order_of_pairs():
    # 98 % of pairs in order: some threshold has 1 - sqrt(0.02 / 2) = 0.9 at least; these have 0.69 and 0.71 of it
    lost, kept = measured(1.0, 0.38, 0.98), measured(1.0, 0.42, 0.98)
    assert describe_threshold([lost, kept, kept, kept]) == (pytest.approx(0.98), 0.25, 0.0)
    assert describe_threshold([measured(0.38, 1.0, 0.98), kept]) == (pytest.approx(0.98), 0.0, 0.5)


@pytest.mark.parametrize("seed", range(20))
def test_some_threshold_is_never_worse_than_the_order_of_pairs_says(seed):
    random = np.random.default_rng(seed)
    real, fake = random.normal(random.uniform(0, 3), 1, 12), random.normal(0, random.uniform(0.2, 3), 12)
    pairs = np.mean(real[:, None] > fake[None])
    places = [-np.inf, *np.sort(np.concatenate([real, fake]))]
    accuracies = [(np.mean(real > place), np.mean(fake <= place)) for place in places]
    best = max(accuracies, key=sum)
    assert sum(best) / 2 >= 1 - np.sqrt((1 - pairs) / 2) - 1e-9
    assert describe_threshold([measured(*best, pairs)]).misplaced == 0
    for right_on_real, right_on_fake in accuracies:  # a threshold elsewhere is only misplaced where it loses enough
        place = describe_threshold([measured(right_on_real, right_on_fake, pairs)])
        if place.misplaced:
            assert sum(best) / 2 - (right_on_real + right_on_fake) / 2 >= MISPLACED - 1e-9


@pytest.mark.parametrize("pairs", [0.5, 0.75, 0.88])
def test_a_discriminator_that_hardly_tells_loses_nothing_to_its_threshold(pairs):
    assert not describe_threshold([measured(1.0, 0.0, 0.5)]).misplaced
    assert not describe_threshold([measured(pairs, pairs, pairs)]).misplaced


def test_errors_on_both_sides_are_not_the_thresholds():
    # as of maps of logits with a level of its own at each place, where pairs are compared at one place
    assert not describe_threshold([measured(0.55, 0.5, 1.0), measured(0.5, 0.55, 1.0)]).misplaced


def test_accuracies_that_swing_against_each_other_while_pairs_stay_in_order_oscillate():
    found = diagnose(one_after_another(TOO_LOW, TOO_HIGH))
    assert str(found) == (
        "oscillating (the discriminator's threshold wanders: in 50% of measurements fakes pass for real, in 50% "
        "real clips for fake, though 98% of pairs are in the right order); try: lower generator.lr and adversary.lr, "
        "both to a third"
    )


def test_a_threshold_that_is_right_in_three_measurements_of_five_wanders():
    assert diagnose(one_after_another(TOO_LOW, RIGHT, TOO_HIGH, RIGHT, RIGHT)).verdict is Verdict.OSCILLATING


def test_an_undecided_discriminator_whose_logits_drift_is_healthy():
    undecided = one_after_another(measured(1.0, 0.0, 0.55), measured(0.0, 1.0, 0.55))
    assert diagnose(undecided).verdict is Verdict.HEALTHY


def test_a_threshold_that_is_misplaced_now_and_then_is_told_and_not_accused():
    found = diagnose(one_after_another(TOO_LOW, TOO_HIGH, *[RIGHT] * 8))
    assert str(found) == (
        "healthy (the discriminator is on average right on 82% of real and 86% of fake clips; its threshold was "
        "misplaced in 20% of measurements, though 98% of pairs were in the right order; whether fakes are alike is not "
        "known, which takes batches with two different clips)"
    )
    seldom = one_after_another(TOO_LOW, *[RIGHT] * 19)
    assert "threshold" not in str(diagnose(seldom))


def growing(first, last):
    return [measured(0.86, 0.82, 0.97, diversity=float(d)) for d in np.linspace(first, last, 20)]


def test_a_discriminator_that_orders_all_pairs_dominates_fakes_that_stay_alike():
    found = diagnose(growing(0.3, 0.3))
    assert str(found) == (
        "discriminator dominates (of a real and a fake clip, it takes the real one for real in 97% of all pairs, and "
        "fakes differ 30% as much as real clips do, which hardly grows); try: "
        f"{SUGGESTIONS[Verdict.DISCRIMINATOR_DOMINATES]}"
    )


@pytest.mark.parametrize(
    "history",
    [
        growing(0.15, 0.45),  # the median of the later half is 1.7 times that of the earlier one
        growing(0.5, 0.41),
        [{**entry, "accuracy_pairs": 0.89} for entry in growing(0.3, 0.3)],
    ],
)
def test_a_discriminator_that_still_teaches_does_not_dominate(history):
    assert diagnose(history).verdict is Verdict.HEALTHY
