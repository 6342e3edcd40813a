import pytest

from vidpred.training.sentences import (
    how_to_read,
    say_behind,
    say_estimate,
    say_first_step,
    say_nothing_learned,
    say_rate,
    say_scores,
    say_stale,
    say_time,
    scores_said,
)


def test_the_start_and_the_baseline_stand_beside_every_score():
    scores = {"psnr": 27.311, "ssim": 0.8, "copy_last_psnr": 26.02, "copy_last_ssim": 0.7912}
    assert say_scores(scores, {"psnr": 27.1, "ssim": 0.75}) == (
        "psnr 27.31 dB (start 27.10, copy_last 26.02), ssim 0.8000 (start 0.7500, copy_last 0.7912)"
    )


def test_without_them_a_score_stands_alone():
    assert say_scores({"psnr": 27.311, "ssim": 0.8, "a_score_of_others": 3.0}, {}) == (
        "psnr 27.31 dB, ssim 0.8000, a_score_of_others 3.000"
    )


def test_distances_and_errors_say_that_lower_is_better():
    scores = {"kernel_distance": 0.5, "patch_frechet_distance": 3.0, "test_error": 0.25}
    assert say_scores(scores, {"kernel_distance": 0.75}) == (
        "kernel_distance 0.5000 (start 0.7500), patch_frechet_distance 3.000, test_error 0.2500; lower is better"
    )
    assert say_scores({"psnr": 20.0, "test_error": 0.25}, {}) == "psnr 20.00 dB, test_error 0.2500 (lower is better)"
    assert scores_said(scores, {"kernel_distance": 0.75})["kernel_distance"] == "0.5000 (start 0.7500; lower is better)"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.3, "1 second"),
        (1.2, "1 second"),
        (42, "42 seconds"),
        (89, "89 seconds"),
        (91, "2 minutes"),
        (60 * 89, "89 minutes"),
        (9000, "2.5 hours"),
        (5399, "90 minutes"),
        (3600 * 2, "2 hours"),
        (86400 * 2 - 1, "48 hours"),
        (86400 * 3, "3 days"),
    ],
)
def test_times_are_said_in_the_unit_that_suits_them(seconds, said):
    assert say_time(seconds) == said


def test_slow_rates_keep_their_digits():
    assert [say_rate(rate) for rate in (12.34, 1.0, 0.0421)] == ["12.3 steps/s", "1.0 steps/s", "0.042 steps/s"]


def test_the_time_is_said_for_all_steps_or_for_the_rest_of_a_run_that_went_on():
    rate = "3.0 steps/s on cpu"
    assert say_estimate(600, 0, 1800, rate, "random weights") == (
        "about 10 minutes for 1,800 steps from random weights (3.0 steps/s on cpu); Ctrl-C saves and stops at any time"
    )
    assert say_estimate(300, 900, 1800, rate, minutes=5) == (
        "about 5 minutes for the other 900 of 1,800 steps, as many as fit in 5 minutes (3.0 steps/s on cpu); "
        "Ctrl-C saves and stops at any time"
    )


def test_a_time_that_holds_looks_says_so_since_the_rate_holds_none():
    assert say_estimate(31, 0, 20, "4.3 steps/s on cpu", with_looks=True) == (
        "about 31 seconds, looks included, for 20 steps (4.3 steps/s on cpu); Ctrl-C saves and stops at any time"
    )


def test_why_a_run_ended_by_itself_is_one_sentence():
    assert say_stale(600, "psnr", 5, 27.3, 100) == (
        "stopped at step 600, since psnr got no better than 27.30 dB, of step 100, at the last 5 looks at the "
        "validation data"
    )
    assert say_nothing_learned("psnr", 27.1, 26.934, "weights") == (
        "nothing learned here beats the weights it started from (psnr 27.10 dB at the start, 26.93 dB now): they are "
        "kept as best"
    )
    assert "(psnr 27.10 dB at the start and now)" in say_nothing_learned("psnr", 27.104, 27.101, "weights")
    assert say_nothing_learned("psnr", 27.1, 27.134, "weights", 0.1) == (
        "nothing learned here beats the weights it started from by 0.1 dB (psnr 27.10 dB at the start, 27.13 dB "
        "now; a smaller gain may be chance): they are kept as best; train.least_gain=0 would take the better ones"
    )


def test_a_run_that_is_worse_than_repeating_says_so():
    told = say_behind({"psnr": 22.71, "ssim": 0.6, "copy_last_psnr": 28.19})
    assert told is not None
    assert "worse than to repeat the last frame (22.71 against 28.19 dB)" in told


@pytest.mark.parametrize(
    "scores",
    [
        {"psnr": 28.19, "copy_last_psnr": 28.19},
        {"psnr": 28.191, "copy_last_psnr": 28.193},
        {"psnr": 1.0},
        {"ssim": 0.1},
        {},
    ],
    ids=str,
)
def test_a_run_that_is_as_good_or_unmeasured_says_nothing_of_it(scores):
    assert say_behind(scores) is None


def test_a_slow_first_step_tells_how_long_a_run_takes():
    assert say_first_step(12.2, 67_999) == "the first step took 12 seconds; 67,999 more like it take about 9.6 days"
    assert say_first_step(12.2, 1) == "the first step took 12 seconds; 1 more like it takes about 12 seconds"


def test_a_task_says_which_way_its_scores_are_better_whatever_their_names():
    scores, higher_is_better = (
        {"travel_distance": 3.0, "loss_of_mine": 2.0},
        {"travel_distance": True, "loss_of_mine": False},
    )
    assert say_scores(scores, {}, higher_is_better) == "travel_distance 3.000, loss_of_mine 2.000 (lower is better)"
    assert scores_said(scores, {}, higher_is_better)["loss_of_mine"] == "2.000 (lower is better)"
    assert [how_to_read(name, higher_is_better) for name in scores] == ["", "lower is better"]
    assert how_to_read("mae") == "lower is better"  # as the metric says
