"""Hand-made histories, each with one thing wrong with it."""

import math
import re

import numpy as np
import pytest

from vidpred.errors import VidpredError
from vidpred.training.health.diagnosis import SUGGESTIONS, Verdict, check_verdicts
from vidpred.training.health.evidence import PATIENCE
from vidpred.training.health.movement import describe_movement
from vidpred.training.health.verdicts import WINDOW, diagnose


def measurement(number, **figures):
    """Figures of a healthy measurement: a game in balance whose outputs creep towards their place."""
    trace = [0.5 * math.exp(-number / 10), 0.01 * (-1) ** number]
    healthy = {"accuracy_real": 0.7, "accuracy_fake": 0.65, "accuracy_pairs": 0.75, "diversity": 0.9, "trace": trace}
    return {**healthy, **figures}


def history(number=30, **figures):
    """Measurements whose figures are constant, or a function of their number."""
    return [measurement(n, **{name: f(n) if callable(f) else f for name, f in figures.items()}) for n in range(number)]


def circle(period, radius):
    return lambda n: [radius * math.cos(2 * math.pi * n / period), radius * math.sin(2 * math.pi * n / period)]


def leaps(width):
    return lambda n: np.random.default_rng(n).uniform(0, width, 2)


ILL = {
    Verdict.DISCRIMINATOR_DOMINATES: {"accuracy_real": 1.0, "accuracy_fake": 0.995, "accuracy_pairs": 1.0},
    Verdict.GENERATOR_DOMINATES: {"accuracy_real": 0.4, "accuracy_fake": 0.02, "accuracy_pairs": 0.03},
    Verdict.COLLAPSE: {"diversity": 0.05},
    Verdict.OSCILLATING: {"trace": circle(period=8, radius=0.5)},
    Verdict.DISCRIMINATOR_OVERFITS: {"accuracy_seen": 0.9, "accuracy_held_out": 0.5},
    Verdict.DISCRIMINATOR_EXPLODES: {"gradient_adversary": 2e6},
    Verdict.IN_NAME_ONLY: {"gradient_share": 0.009},
    Verdict.DROWNS_DATA: {"gradient_share": 0.96},
}


@pytest.mark.parametrize("verdict", ILL)
def test_every_failure_is_named_with_its_figures_and_one_suggestion(verdict):
    found = diagnose(history(**ILL[verdict]))
    assert found.verdict is verdict
    assert any(character.isdigit() for character in found.because)
    assert str(found) == f"{verdict.words} ({found.because}); try: {SUGGESTIONS[verdict]}"


def test_a_game_in_balance_is_healthy():
    found = diagnose(history(accuracy_seen=0.7, accuracy_held_out=0.66))
    assert found.verdict is Verdict.HEALTHY
    assert str(found) == "healthy (the discriminator is on average right on 70% of real and 65% of fake clips)"


def test_a_healthy_game_says_where_its_fakes_are_nearly_alike_or_where_that_is_not_known():
    assert diagnose(history(diversity=0.26)).because.endswith(
        "fake clips, but fakes differ only 26% as much as real clips do"
    )
    single = [{name: value for name, value in entry.items() if name != "diversity"} for entry in history()]
    found = diagnose(single)
    assert found.verdict is Verdict.HEALTHY
    assert found.because.endswith("whether fakes are alike is not known, which takes batches with two different clips")


@pytest.mark.parametrize("verdict", ILL)
def test_nobody_is_accused_before_there_is_enough_to_go_by(verdict):
    found = diagnose(history(PATIENCE - 1, **ILL[verdict]))
    assert str(found) == "too early to say (nothing is judged before 10 measurements that count, and there are 9)"
    assert diagnose([]).verdict is Verdict.TOO_EARLY


@pytest.mark.parametrize("share", [0.011, 0.3, 0.94])
def test_an_adversary_that_is_heard_beside_the_data_is_healthy(share):
    assert diagnose(history(gradient_share=share)).verdict is Verdict.HEALTHY


def test_an_adversary_that_drowns_the_data_now_and_then_does_not_last():
    assert diagnose(history(gradient_share=lambda n: 0.2 if n % 3 == 0 else 0.99)).verdict is Verdict.HEALTHY


def test_an_adversary_in_name_only_is_the_cause_of_what_its_discriminator_does():
    found = diagnose(history(**ILL[Verdict.DISCRIMINATOR_DOMINATES], gradient_share=3e-7))
    assert str(found) == (
        "adversary in name only (3e-07 of the gradient at the frames is the adversary's, less than 1%); "
        "try: raise objective.adversarial_weight tenfold"
    )


def test_shares_that_are_no_numbers_are_not_judged():
    assert diagnose(history(gradient_share=math.nan)).verdict is Verdict.HEALTHY


@pytest.mark.parametrize("verdict", ILL)
def test_what_is_long_past_is_forgiven(verdict):
    ill = history(**ILL[verdict])
    assert (
        diagnose([*ill, *history(WINDOW, accuracy_seen=0.7, accuracy_held_out=0.7, gradient_share=0.2)]).verdict
        is Verdict.HEALTHY
    )


def test_an_undecided_discriminator_that_calls_everything_real_is_not_dominated():
    assert diagnose(history(accuracy_real=1.0, accuracy_fake=0.0, accuracy_pairs=0.55)).verdict is Verdict.HEALTHY


def test_a_discriminator_that_is_nearly_always_right_still_leaves_something_to_learn():
    assert diagnose(history(accuracy_real=0.95, accuracy_fake=1.0)).verdict is Verdict.HEALTHY


def test_a_discriminator_that_is_right_on_97_and_99_percent_dominates():
    assert diagnose(history(accuracy_real=0.97, accuracy_fake=0.99)).verdict is Verdict.DISCRIMINATOR_DOMINATES


def test_a_generator_that_stands_still_is_to_learn_rather_than_the_discriminator_less():
    ill = ILL[Verdict.DISCRIMINATOR_DOMINATES]
    still = diagnose(history(**ill, trace=lambda n: [1.0 + 0.007 * (-1) ** n, 0.0]))  # 0.014 from one to the next
    assert str(still) == (
        "discriminator dominates (the discriminator is on average right on 100% of real and 100% of fake clips; for "
        "a fixed input, the generator's outputs do not change); try: raise generator.lr"
    )
    slow = diagnose(history(**ill, trace=lambda n: [0.005 * n, 0.0]))  # 0.08 over sixteen
    assert slow.suggestion == SUGGESTIONS[Verdict.DISCRIMINATOR_DOMINATES]


def test_figures_that_are_no_numbers_are_not_judged():
    broken = diagnose(history(diversity=math.nan))
    assert (broken.verdict, "nan" in broken.because) == (Verdict.HEALTHY, False)
    dominated = diagnose(history(**ILL[Verdict.DISCRIMINATOR_DOMINATES], trace=[math.nan, 0.0]))
    assert dominated.suggestion == SUGGESTIONS[Verdict.DISCRIMINATOR_DOMINATES]  # not of one that stands still


def test_one_step_in_which_the_discriminator_errs_often_enough_means_that_it_still_learns():
    mostly = history(accuracy_real=lambda n: 0.8 if n % 4 == 0 else 1.0, accuracy_fake=1.0)
    assert diagnose(mostly).verdict is Verdict.HEALTHY


def test_a_low_diversity_that_still_grows_is_no_collapse():
    assert diagnose(history(diversity=lambda n: 0.01 * n)).verdict is Verdict.HEALTHY
    assert diagnose(history(diversity=lambda n: 0.3 - 0.01 * n)).verdict is Verdict.COLLAPSE


@pytest.mark.parametrize("diversity", [0.16, 0.2, 0.24])
def test_fakes_whose_spread_is_a_quarter_of_that_of_real_clips_are_no_healthy_game(diversity):
    assert diagnose(history(diversity=diversity)).verdict is Verdict.COLLAPSE
    assert diagnose(history(PATIENCE, diversity=diversity)).verdict is Verdict.TOO_EARLY
    growing = diagnose(history(WINDOW, diversity=lambda n: diversity * (0.4 + n / 33)))
    assert growing.verdict is Verdict.TOO_EARLY


def test_what_is_wrong_beside_fakes_that_are_alike_is_said_at_once():
    early = history(PATIENCE, **ILL[Verdict.DISCRIMINATOR_DOMINATES], diversity=0.1)
    assert diagnose(early).verdict is Verdict.DISCRIMINATOR_DOMINATES


def test_three_measurements_above_it_end_a_collapse():
    collapsed = history(diversity=0.05)
    assert diagnose([*collapsed, *history(2, diversity=0.3)]).verdict is Verdict.COLLAPSE
    assert diagnose([*collapsed, *history(3, diversity=0.3)]).verdict is Verdict.HEALTHY


def test_a_slow_beginning_is_no_collapse_until_it_has_lasted_as_long_as_a_verdict_looks_back():
    slow = history(WINDOW, diversity=lambda n: 0.1)
    assert diagnose(slow[:-1]).verdict is Verdict.TOO_EARLY
    assert diagnose(slow).verdict is Verdict.COLLAPSE
    assert diagnose([*history(1), *slow[1:-1]]).verdict is Verdict.COLLAPSE  # it was diverse once
    hardly = diagnose([*history(1, diversity=0.4), *slow[1:-1]])
    assert str(hardly) == "too early to say (fakes differ 10% as much as real clips do, as at the start of many games)"


def test_a_small_circle_is_no_oscillation():
    assert diagnose(history(trace=circle(period=8, radius=0.05))).verdict is Verdict.HEALTHY


def test_outputs_that_never_settle_oscillate_without_a_period():
    found = diagnose(history(trace=leaps(4.0)))
    assert found.verdict is Verdict.OSCILLATING
    assert "further than real clips lie apart" in found.because


def test_outputs_that_change_fast_but_stay_among_real_clips_are_learnt_fast():
    movement = describe_movement([leaps(1.3)(n) for n in range(WINDOW)])
    assert movement.drift > 0.6
    assert diagnose(history(trace=leaps(1.3))).verdict is Verdict.HEALTHY


def test_outputs_that_are_drawn_anew_every_time_never_settle():
    found = diagnose(history(trace=leaps(1.5)))
    assert found.verdict is Verdict.OSCILLATING
    assert 110 <= int(re.search(r"by (\d+)% over more", found.because)[1]) < 150  # real clips lie 100 % apart


def test_a_steady_march_is_no_oscillation():
    assert diagnose(history(trace=lambda n: [0.3 * n, 0.0])).verdict is Verdict.HEALTHY


def test_a_discriminator_that_knows_its_clips_by_heart_overfits_rather_than_dominates():
    found = diagnose(history(**ILL[Verdict.DISCRIMINATOR_DOMINATES], accuracy_seen=1.0, accuracy_held_out=0.3))
    assert found.verdict is Verdict.DISCRIMINATOR_OVERFITS
    assert "100% of the clips it was trained on" in found.because
    assert "30% of held-out ones" in found.because


def test_fakes_that_get_past_are_the_cause_of_their_collapse():
    assert diagnose(history(**ILL[Verdict.GENERATOR_DOMINATES], diversity=0.0)).verdict is Verdict.GENERATOR_DOMINATES


def test_figures_that_were_not_measured_are_not_judged():
    bare = [{"accuracy_real": 0.6, "accuracy_fake": 0.6, "accuracy_pairs": 0.6}] * 30
    assert diagnose(bare).verdict is Verdict.HEALTHY


def test_what_is_no_verdict_is_refused_with_the_one_that_was_meant():
    check_verdicts(["collapse", "oscillating"])
    with pytest.raises(VidpredError, match=r"'colapse', which is no verdict .* \(did you mean 'collapse'\?\)"):
        check_verdicts(["collapse", "colapse"])


def test_a_discriminator_explodes_where_half_of_the_measurements_have_a_gradient_that_no_other_game_has():
    assert diagnose(history(gradient_adversary=18.0)).verdict is Verdict.HEALTHY
    now_and_then = history(gradient_adversary=lambda n: 1e9 if n % 3 == 0 else 2.0)
    assert diagnose(now_and_then).verdict is Verdict.HEALTHY
    found = diagnose(history(gradient_adversary=1.4e5, gradient_share=1.0, accuracy_real=1.0, accuracy_fake=1.0))
    assert found.verdict is Verdict.DISCRIMINATOR_EXPLODES
    assert found.because == "the adversary's gradient at the frames is 1.4e+05, and below 20 in games that go well"


def test_where_a_gradient_is_no_number_any_more_the_rest_is_judged():
    assert diagnose(history(gradient_adversary=math.nan)).verdict is Verdict.HEALTHY
