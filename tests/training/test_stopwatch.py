"""The pace is measured once, on steps alone; what it says of the rest is arithmetic."""

import pytest
from material import Clock

from vidpred.training.progress import Progress
from vidpred.training.stopwatch import MARGIN, Stopwatch

INTERVALS = {"validation": 10, "samples": 20}


@pytest.fixture
def clock():
    return Clock()


def measured(clock, progress=None, minutes=None, seconds_per_step=2.0):
    """Return a stopwatch that knows the pace, after four steps."""
    watch = Stopwatch(progress or Progress(), INTERVALS, minutes, clock)
    watch.start()
    known = []
    for seconds in (50.0, 9.0, seconds_per_step, seconds_per_step):  # the first two are no measure
        clock.now += seconds
        known.append(watch.step_taken())
    assert known == [False, False, False, True]
    return watch


def test_the_pace_is_that_of_the_steps_after_the_first_two_over_at_least_three_seconds(clock):
    watch = measured(clock)
    assert watch.seconds_per_step == 2.0
    clock.now += 99
    assert not watch.step_taken()
    assert watch.seconds_per_step == 2.0


def test_what_is_done_aside_is_no_step_and_its_cost_is_remembered(clock):
    progress = Progress()
    watch = Stopwatch(progress, INTERVALS, clock=clock)
    watch.start()
    for _ in range(4):
        clock.now += 2
        watch.step_taken()
        with watch.aside("validation"):
            clock.now += 7
    assert watch.seconds_per_step == 2.0
    assert progress.costs == {"validation": 7.0}


def test_steps_that_a_device_takes_by_itself_are_waited_for_where_the_pace_is_measured(clock):
    waited = []

    def settle():
        waited.append(clock.now)
        clock.now += 10

    watch = Stopwatch(Progress(), INTERVALS, clock=clock, settle=settle)
    watch.start()
    for _ in range(4):
        clock.now += 2
        watch.step_taken()
    assert len(waited) == 2  # after the second step and after the fourth
    assert watch.seconds_per_step == (2 + 2 + 10) / 2


def test_the_rest_of_a_run_is_its_steps_and_the_looks_that_are_due_in_it(clock):
    progress = Progress(costs={"validation": 3.0, "samples": 5.0, "unknown": 1e6})
    watch = measured(clock, progress)
    assert watch.seconds_for(4, 40) == 36 * 2 + 4 * 3 + 2 * 5  # validated at 10, 20, 30, 40; drawn at 20, 40
    assert watch.seconds_for(4, 41) == 37 * 2 + 5 * 3 + 3 * 5  # and at the last step, whatever it is


def test_as_many_steps_fit_as_the_minutes_leave_beside_the_looks(clock):
    progress = Progress(costs={"validation": 10.0, "samples": 20.0})
    watch = measured(clock, progress, minutes=10)  # of which 63 seconds are spent
    left = MARGIN * (600 - 63) - 2 * 30  # for an early look and the last
    assert watch.last_step_that_fits(4) == 4 + int(left / (2 + 1 + 1))


def test_earlier_parts_of_a_run_count_and_one_step_always_fits(clock):
    watch = measured(clock, Progress(seconds=590), minutes=10)
    assert watch.last_step_that_fits(4) == 5
    watch.record()
    assert watch.progress.seconds == 590 + 63
    watch.record()
    assert watch.progress.seconds == 590 + 63


def test_the_minutes_are_over_when_a_last_look_just_fits_and_stay_so(clock):
    progress = Progress(seconds=30, costs={"validation": 6.0})
    watch = Stopwatch(progress, INTERVALS, 1, clock)
    watch.start()
    clock.now += 23
    assert not watch.is_over
    clock.now += 1
    assert watch.is_over
    progress.costs["validation"] = 0.0
    assert watch.is_over


def test_without_minutes_they_are_never_over(clock):
    watch = Stopwatch(Progress(), INTERVALS, clock=clock)
    clock.now += 1e9
    assert not watch.is_over


def test_of_a_few_minutes_a_tenth_is_enough_to_measure(clock):
    watch = Stopwatch(Progress(), INTERVALS, 0.05, clock)  # three seconds
    watch.start()
    for seconds, known in ((1.0, False), (0.1, False), (0.2, False), (0.2, True)):
        clock.now += seconds
        assert watch.step_taken() is known
