"""Who trains sees scores and pictures from the start; the best weights depend on steps alone."""

import pytest
from torch import nn

from vidpred.training.looks import EARLY, SOME_SECONDS, Intervals, Looks
from vidpred.training.progress import Progress
from vidpred.training.stopwatch import Stopwatch


class Record:
    """A logbook that keeps what it is told."""

    def __init__(self):
        self.said, self.written = [], []

    def say(self, text):
        self.said.append(text)

    def write(self, step, kind, values):
        self.written.append((step, kind, dict(values)))

    def draw_curves(self):
        pass


class Scene:
    """Looks at a run whose scores are given, with a clock that stands still."""

    def __init__(
        self, scores=(), patience=None, every=10, progress=None, look_seconds=0.0, start_counts=True, minutes=None
    ):
        self.now, self.saved, self.drawn, self.record = 0.0, [], [], Record()
        self.scores, self.look_seconds = iter(scores), look_seconds
        self.progress = progress or Progress()
        watch = Stopwatch(self.progress, {"validation": every}, minutes, clock=lambda: self.now)
        self.looks = Looks(
            network=nn.Identity,
            intervals=Intervals(metrics=1, validation=every, samples=2 * every, checkpoint=every),
            is_better=lambda new, old: new["psnr"] > old["psnr"],
            best={},
            watch=watch,
            progress=self.progress,
            start_counts=start_counts,
            patience=patience,
            validate=self.validate,
            save=lambda step, best, is_best: self.saved.append((step, best["psnr"], is_best)),
            illustrate=lambda _, step: self.drawn.append(step),
            logbook=self.record,
        )

    def validate(self, _):
        self.now += self.look_seconds
        return {"psnr": next(self.scores)}

    def until(self, last_step, end=1000):
        self.looks.begin(0)
        for step in range(1, last_step + 1):
            self.looks.after(step, end)
        return self


def test_the_weights_at_step_0_are_scored_drawn_and_the_first_best():
    scene = Scene([27.1]).until(0)
    assert scene.record.written == [(0, "validation", {"psnr": 27.1})]
    assert scene.record.said == ["step 0, before training: psnr 27.10 dB"]
    assert (scene.drawn, scene.saved) == ([0], [(0, 27.1, True)])
    assert (scene.progress.start, scene.progress.best_step) == ({"psnr": 27.1}, 0)


@pytest.mark.parametrize(("look_seconds", "is_said"), [(31, True), (29, False)])
def test_looks_that_leave_no_time_for_steps_are_told_before_these(look_seconds, is_said):
    said = Scene([27.1], look_seconds=look_seconds, minutes=1).until(0).record.said[1:]
    assert bool(said) is is_said
    assert not is_said or "about 62 seconds, longer than 1 minute" in said[0]


def test_which_frames_the_scores_are_of_is_said_before_them():
    scene = Scene([27.1, 27.31])
    scene.looks.scored = "at t+2"
    assert scene.until(10).record.said == [
        "step 0, before training, at t+2: psnr 27.10 dB",
        "step 10, at t+2: psnr 27.31 dB (start 27.10)",
    ]


def test_later_scores_stand_beside_that_of_the_start():
    assert Scene([27.1, 27.31]).until(10).record.said[-1] == "step 10: psnr 27.31 dB (start 27.10)"


def test_weights_that_are_never_beaten_stay_the_best():
    scene = Scene([27.0, 25.0, 26.0]).until(20)
    assert scene.saved == [(0, 27.0, True)]
    assert scene.progress.best_step == 0


def test_where_a_start_counts_for_nothing_the_next_weights_are_the_best_however_they_score():
    scene = Scene([27.0, 25.0, 24.0, 26.0], start_counts=False).until(30)
    assert scene.saved == [(0, 27.0, True), (10, 25.0, True), (30, 26.0, True)]
    assert scene.progress.best_step == 30


def test_a_run_that_goes_on_looks_at_its_start_no_second_time():
    scene = Scene([], progress=Progress(start={"psnr": 20.0}, latest={"psnr": 20.0}, latest_step=0)).until(0)
    assert (scene.record.written, scene.drawn) == ([], [])


def test_pictures_come_at_their_interval_and_at_the_end():
    scene = Scene([1.0] * 9).until(25, end=25)
    assert scene.drawn == [0, 20, 25]
    assert [step for step, *_ in scene.record.written] == [0, 10, 20, 25]


def test_after_half_a_minute_there_is_one_picture_and_a_score_that_is_written_but_counts_for_nothing():
    scene = Scene([20.0, 21.0, 22.0])
    scene.looks.begin(0)
    scene.now = EARLY
    for step in (1, 2, 3):
        scene.looks.after(step, 1000)
    assert scene.drawn == [0, 1]
    assert scene.record.said[1:] == ["step 1: psnr 21.00 dB (start 20.00)"]
    assert scene.record.written[1:] == [(1, "validation", {"psnr": 21.0})]
    assert (scene.progress.latest_step, scene.progress.best_step) == (0, 0)


def test_who_leaves_right_after_the_early_look_is_told_its_scores_once_and_they_may_be_the_best():
    scene = Scene([20.0, 21.0])
    scene.looks.begin(0)
    scene.now = EARLY
    scene.looks.after(1, 1000)
    scene.looks.leave(1)
    assert [step for step, *_ in scene.record.written] == [0, 1]
    assert len(scene.record.said) == 2
    assert (scene.progress.latest_step, scene.progress.best_step) == (1, 1)


def test_who_was_shown_scores_and_a_picture_by_then_needs_no_early_look():
    scene = Scene([20.0, 21.0, 22.0]).until(20)
    scene.now = EARLY
    scene.looks.after(21, 1000)
    assert scene.drawn == [0, 20]
    assert [step for step, *_ in scene.record.written] == [0, 10, 20]


def test_patience_ends_where_nothing_gets_better_the_start_aside():
    scene = Scene([30.0, 20.0, 25.0, 24.0, 25.0], patience=2).until(30)
    assert (scene.progress.looks_since_record, scene.looks.give_up) == (1, False)
    scene.looks.after(40, 1000)
    assert (scene.progress.looks_since_record, scene.looks.give_up) == (2, True)


def test_without_patience_set_nothing_ends():
    assert not Scene([30.0] * 9).until(80).looks.give_up


def test_a_look_beside_the_interval_does_not_count_for_patience_but_may_be_the_best():
    scene = Scene([20.0, 21.0, 22.0], patience=1).until(10)
    scene.looks.leave(13)
    assert scene.progress.record == {"psnr": 21.0}
    assert scene.progress.best_step == 13
    assert scene.saved[-1] == (13, 22.0, True)
    assert scene.drawn[-1] == 13
    assert not scene.looks.give_up


def test_who_leaves_right_after_a_look_is_shown_nothing_twice():
    scene = Scene([20.0, 21.0, 22.0]).until(20)
    scene.looks.leave(20)
    assert [step for step, *_ in scene.record.written] == [0, 10, 20]
    assert scene.drawn == [0, 20]


@pytest.mark.parametrize(("whatever", "steps"), [(False, [0]), (True, [0, 3])])
def test_who_leaves_waits_for_a_picture_and_for_no_long_look_but_at_the_planned_end(whatever, steps):
    scene = Scene([20.0, 21.0], look_seconds=SOME_SECONDS + 1)
    scene.looks.begin(0)
    scene.looks.leave(3, whatever_it_takes=whatever)
    assert [step for step, *_ in scene.record.written] == steps
    assert scene.drawn == [0, 3]
