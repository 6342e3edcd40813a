"""A run ends when its minutes are over or it gets no better, and goes on exactly where anybody stopped it."""

import json
import signal
from functools import partial

import pytest
import torch

from vidpred.cli.train import how_to_continue
from vidpred.errors import VidpredError
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.course import PROGRESS, course_of
from vidpred.runs.settings import load_config
from vidpred.runs.train import describe_run, resume_run, start_run, train_or_resume
from vidpred.training.loop import Loop
from vidpred.training.stopwatch import Stopwatch

OFTEN = (
    "train.steps=9",
    "objective.adversarial_weight=0",
    "log.validate_every=1",
    "log.checkpoint_every=2",
    "log.sample_every=100",
    "log.metrics_every=1",
    "log.validation_clips=2",
    "log.preview_frames=1",
)
RISES_AND_FALLS = [30.0, 20.0, 25.0, 22.0, 24.0, 23.0, 21.0]  # of step 0 and on


@pytest.fixture
def scores(monkeypatch):
    """Let the looks of a run find given scores."""

    def give(values):
        values = iter(values)
        monkeypatch.setattr("vidpred.runs.train.Validation.__call__", lambda *_: {"psnr": next(values)})

    return give


@pytest.fixture
def steps_take(monkeypatch):
    """Let every step take so many seconds, and nothing else any time."""

    def give(seconds_of):
        now, step = [0.0], Loop._step

        def timed(loop, number, *others):
            now[0] += seconds_of(number)
            return step(loop, number, *others)

        monkeypatch.setattr(Loop, "_step", timed)
        monkeypatch.setattr("vidpred.runs.train.Stopwatch", partial(Stopwatch, clock=lambda: now[0]))

    return give


@pytest.fixture
def interrupted(monkeypatch):
    """Let somebody press Ctrl-C while a step is taken, counted from 0."""

    def press(at, call):
        step = Loop._step

        def pressing(loop, number, *others):
            if number == at:
                signal.raise_signal(signal.SIGINT)
            return step(loop, number, *others)

        with monkeypatch.context() as patch:
            patch.setattr(Loop, "_step", pressing)
            return call()

    return press


def last_of(folder):
    return Checkpoint.load(folder / "checkpoints" / "last.safetensors")


def best_of(folder):
    return Checkpoint.load(folder / "checkpoints" / "best.safetensors")


def looks_of(folder):
    lines = map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
    return [line["step"] for line in lines if line["kind"] == "validation"]


def assert_same_weights(one, other):
    one, other = (last_of(folder).state["generator"] for folder in (one, other))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_run_that_gets_no_better_stops_by_itself_and_says_why(small_config, tmp_path, scores):
    scores(RISES_AND_FALLS)
    told = []
    run = start_run(small_config(*OFTEN, "train.patience=2"), tmp_path / "run", "cpu", say=told.append)
    assert (run.outcome.step, run.outcome.stopped_by, run.outcome.progress.ended_by) == (4, None, "patience")
    assert last_of(tmp_path / "run").step == 4
    assert told[1].startswith("stopped at step 4, since psnr got no better than 25.00 dB, of step 2, at the last 2 ")
    assert told[2].startswith(
        "nothing learned here beats the random weights it started from (psnr 30.00 dB at the start"
    )


def test_patience_survives_an_interruption(small_config, tmp_path, scores, interrupted):
    config = small_config(*OFTEN, "train.patience=2")
    scores(RISES_AND_FALLS)
    start_run(config, tmp_path / "whole", "cpu")
    scores(RISES_AND_FALLS)
    stopped = interrupted(2, partial(start_run, config, tmp_path / "parts", "cpu"))
    assert (stopped.outcome.step, stopped.outcome.stopped_by) == (3, "SIGINT")
    assert resume_run(tmp_path / "parts", "cpu").outcome.step == 4
    assert_same_weights(tmp_path / "whole", tmp_path / "parts")
    assert (tmp_path / "parts" / "metrics.jsonl").read_text() == (tmp_path / "whole" / "metrics.jsonl").read_text()


def test_a_run_that_is_interrupted_at_the_step_of_its_end_is_at_its_end(small_config, tmp_path, scores, interrupted):
    config = small_config(*OFTEN, "train.patience=2")
    scores(RISES_AND_FALLS)
    run = interrupted(3, partial(start_run, config, tmp_path / "run", "cpu"))
    assert (run.outcome.step, run.outcome.stopped_by, run.outcome.progress.ended_by) == (4, "SIGINT", "patience")
    assert how_to_continue(run).endswith("--steps N")
    with pytest.raises(VidpredError, match=r"stopped by itself at step 4"):
        resume_run(tmp_path / "run", "cpu")


def test_a_run_that_is_interrupted_at_its_last_step_needs_a_new_length_to_go_on(small_config, tmp_path, interrupted):
    run = interrupted(2, partial(start_run, small_config("train.steps=3"), tmp_path / "run", "cpu"))
    assert how_to_continue(run).endswith("--steps N")
    with pytest.raises(VidpredError, match=r"has taken all of 3 steps"):
        resume_run(tmp_path / "run", "cpu")
    early = interrupted(1, partial(start_run, small_config("train.steps=3"), tmp_path / "early", "cpu"))
    assert how_to_continue(early).endswith(f"vidpred train --resume {tmp_path / 'early'}")


def test_a_run_that_stopped_by_itself_goes_on_when_it_is_given_a_length(small_config, tmp_path, scores):
    scores([*RISES_AND_FALLS, 20.0])
    start_run(small_config(*OFTEN, "train.patience=2"), tmp_path / "run", "cpu")
    with pytest.raises(VidpredError, match=r"stopped by itself at step 4, .* --steps"):
        resume_run(tmp_path / "run", "cpu")
    run = resume_run(tmp_path / "run", "cpu", steps=9)  # 23, 21, 20: patience is counted anew
    assert (run.outcome.step, run.outcome.progress.ended_by) == (7, "patience")


def test_by_default_nothing_ends_a_run_early(small_config, tmp_path, scores):
    scores([30.0, *range(20, 0, -1)])
    assert start_run(small_config(*OFTEN), tmp_path / "run", "cpu").outcome.step == 9


def test_a_run_that_ended_by_itself_is_done_for_who_asks_again(small_config, tmp_path, scores):
    scores(RISES_AND_FALLS)
    asked = small_config(*OFTEN, "train.patience=2")
    last = train_or_resume(asked, tmp_path / "run", "cpu")
    assert train_or_resume(asked, tmp_path / "run", "cpu") == last
    assert last_of(tmp_path / "run").step == 4


def test_starting_weights_that_nothing_beats_are_the_best_and_that_is_said(small_config, tmp_path, scores):
    source = start_run(small_config(*OFTEN, "train.steps=2", "train.ema_decay=0"), tmp_path / "source", "cpu").folder
    given, told = best_of(source).state["generator"], []
    scores([30.0, 20.0, 25.0])
    config = small_config(*OFTEN, "train.steps=2", "train.ema_decay=0")
    start_run(config, tmp_path / "new", "cpu", say=told.append, start_from=source)
    best = best_of(tmp_path / "new")
    assert (best.step, best.scores) == (0, {"psnr": 30.0})
    assert all(torch.equal(best.state["generator"][name], weight) for name, weight in given.items())
    assert told[1:] == [
        "nothing learned here beats the weights it started from (psnr 30.00 dB at the start, 25.00 dB now): they are "
        "kept as best"
    ]


@pytest.mark.parametrize(
    ("looks", "best"),
    [([30.0, 30.5, 30.9], 0), ([30.0, 31.0, 31.2], 2), ([30.0, 29.0, 31.2], 2), ([30.0, 31.0, 30.5], 1)],
)
def test_the_starting_weights_can_be_asked_to_be_beaten_by_some(small_config, tmp_path, scores, looks, best):
    source = start_run(small_config(*OFTEN, "train.steps=2"), tmp_path / "source", "cpu").folder
    scores(looks)
    told, config = [], small_config(*OFTEN, "train.steps=2", "train.least_gain=1")
    start_run(config, tmp_path / "new", "cpu", say=told.append, start_from=source)
    assert best_of(tmp_path / "new").step == best
    said = "nothing learned here beats the weights it started from by 1 dB (psnr 30.00 dB at the start, "
    assert [line.startswith(said) for line in told[1:2]] == [best == 0][: len(told) - 1]


@pytest.mark.parametrize(
    ("few", "settings", "best"), [(True, [], 0), (False, [], 2), (True, ["train.least_gain=0"], 2)]
)
def test_few_videos_have_to_gain_a_tenth_of_a_decibel(small_config, tmp_path, scores, monkeypatch, few, settings, best):
    monkeypatch.setattr("vidpred.runs.few_videos.has_few", lambda parts: few)
    scores([30.0, 30.05, 30.09])
    start_run(small_config(*OFTEN, "train.steps=2", *settings), tmp_path / "run", "cpu")
    assert best_of(tmp_path / "run").step == best


def test_a_run_that_got_better_claims_nothing_of_the_kind(small_config, tmp_path, scores):
    scores([10.0, 20.0, 25.0])
    told = []
    start_run(small_config(*OFTEN, "train.steps=2"), tmp_path / "run", "cpu", say=told.append)
    assert len(told) == 1
    assert best_of(tmp_path / "run").step == 2


def test_which_weights_are_used_is_said_where_they_are_not_the_last(small_config, tmp_path, scores):
    scores([10.0, 20.0, 15.0])
    told = []
    start_run(small_config(*OFTEN, "train.steps=2"), tmp_path / "run", "cpu", say=told.append)
    assert told[1:] == ["the best weights by psnr, which other commands use, are those of step 1"]


def test_where_weights_are_from_is_said_before_the_first_step(small_config, tmp_path):
    said = next(describe_run(small_config(*OFTEN), "cpu"))
    assert "\nweights: random, so that the run starts from nothing\nrun: 9 steps" in said
    timed = small_config(*OFTEN, "train.steps=1000000000", "train.minutes=5")
    assert "\nrun: as many steps as fit in 5 minutes, of 4 clips" in next(describe_run(timed, "cpu"))


def test_the_time_is_said_after_the_first_steps(small_config, tmp_path, steps_take, capsys):
    steps_take(lambda _: 60.0)
    start_run(small_config(*OFTEN), tmp_path / "run", "cpu")
    said = "about 9 minutes, looks included, for 9 steps from random weights (0.017 steps/s on cpu); Ctrl-C saves and"
    assert capsys.readouterr().err.count(said) == 1


def test_minutes_settle_the_number_of_steps_and_the_schedule_ends_with_them(small_config, tmp_path, steps_take):
    steps_take(lambda _: 1.0)
    config = small_config(*OFTEN, "train.steps=1000000000", "train.minutes=0.2")
    run = start_run(config, tmp_path / "run", "cpu")  # known after 4 of 12 seconds: 0.95 x 8 remain
    assert (run.outcome.step, run.outcome.progress.ended_by) == (11, None)
    assert load_config(tmp_path / "run" / "config.yaml").train.steps == 11
    saved = last_of(tmp_path / "run")
    assert saved.config["train"]["steps"] == 11
    rate = saved.state["generator_optimizer"]["optimizer"]["param_groups"][0]["lr"]
    assert rate == pytest.approx(config.generator.lr / 10)


def test_of_steps_and_minutes_what_comes_first_counts(small_config, tmp_path, steps_take):
    steps_take(lambda _: 1.0)
    assert start_run(small_config(*OFTEN, "train.minutes=0.2"), tmp_path / "steps", "cpu").outcome.step == 9
    config = small_config(*OFTEN, "train.steps=12", "train.minutes=0.2")
    assert start_run(config, tmp_path / "minutes", "cpu").outcome.step == 11


def test_a_machine_that_turns_slower_is_stopped_by_the_clock_with_scores_and_a_picture(
    small_config, tmp_path, steps_take
):
    steps_take(lambda number: 1.0 if number < 5 else 4.0)
    config = small_config(*OFTEN, "train.steps=1000000000", "train.minutes=0.2", "log.validate_every=100")
    told = []
    run = start_run(config, tmp_path / "run", "cpu", say=told.append)
    assert (run.outcome.step, run.outcome.stopped_by, run.outcome.progress.ended_by) == (8, None, "minutes")
    assert told[1:] == ["stopped at step 8, since its time (0.2 minutes) is over"]
    assert looks_of(tmp_path / "run") == [0, 8]
    assert (tmp_path / "run" / "samples" / "step_0000008.png").exists()
    with pytest.raises(VidpredError, match=r"has spent its 0\.2 minutes; give it more with --minutes"):
        resume_run(tmp_path / "run", "cpu")
    with pytest.raises(VidpredError, match=r"has spent its 0\.1 minutes"):
        resume_run(tmp_path / "run", "cpu", minutes=0.1)
    assert resume_run(tmp_path / "run", "cpu", minutes=0.5).outcome.step > 8
    assert resume_run(tmp_path / "run", "cpu", steps=20).outcome.step == 20


def test_minutes_that_were_spent_count_and_the_length_is_settled_once(small_config, tmp_path, steps_take, interrupted):
    steps_take(lambda _: 1.0)
    config = small_config(*OFTEN, "train.steps=1000000000", "train.minutes=0.2")
    start_run(config, tmp_path / "whole", "cpu")
    interrupted(5, partial(start_run, config, tmp_path / "parts", "cpu"))
    assert course_of(last_of(tmp_path / "parts"), tmp_path).seconds == 6
    steps_take(lambda _: 0.5)  # a faster machine changes nothing any more
    assert resume_run(tmp_path / "parts", "cpu").outcome.step == 11
    assert_same_weights(tmp_path / "whole", tmp_path / "parts")


def test_ctrl_c_before_the_first_step_leaves_scores_a_picture_and_a_run_that_goes_on(
    small_config, tmp_path, monkeypatch
):
    config = small_config(*OFTEN, "train.steps=3")
    start_run(config, tmp_path / "whole", "cpu")
    begin = Loop._looks

    def pressing(loop, *others):
        signal.raise_signal(signal.SIGINT)
        return begin(loop, *others)

    with monkeypatch.context() as patch:
        patch.setattr(Loop, "_looks", pressing)
        run = start_run(config, tmp_path / "run", "cpu")
    assert (run.outcome.step, run.outcome.stopped_by) == (0, "SIGINT")
    assert {"psnr", "copy_last_psnr"} <= set(run.outcome.scores)
    assert [path.name for path in (tmp_path / "run" / "samples").glob("*.png")] == ["step_0000000.png"]
    assert last_of(tmp_path / "run").step == 0
    resume_run(tmp_path / "run", "cpu")
    assert_same_weights(tmp_path / "whole", tmp_path / "run")
    assert (tmp_path / "run" / "metrics.jsonl").read_text() == (tmp_path / "whole" / "metrics.jsonl").read_text()


def test_ctrl_c_between_looks_leaves_scores_a_picture_and_no_trace_in_the_weights(small_config, tmp_path, interrupted):
    config = small_config(*OFTEN, "train.steps=8", "log.validate_every=4")
    start_run(config, tmp_path / "whole", "cpu")
    stopped = interrupted(5, partial(start_run, config, tmp_path / "parts", "cpu"))
    assert stopped.outcome.step == 6
    assert looks_of(tmp_path / "parts") == [0, 4, 6]
    assert (tmp_path / "parts" / "samples" / "step_0000006.png").exists()
    resume_run(tmp_path / "parts", "cpu")
    assert looks_of(tmp_path / "parts") == [0, 4, 6, 8]
    assert_same_weights(tmp_path / "whole", tmp_path / "parts")


@pytest.mark.parametrize(
    "malformed",
    [
        [],
        "soon",
        {"seconds": -1},
        {"seconds": "x"},
        {"start": {"psnr": []}},
        {"latest_step": 1.5},
        {"ended_by": "fate"},
    ],
)
def test_a_course_that_no_run_writes_is_refused(small_config, tmp_path, malformed):
    start_run(small_config(*OFTEN, "train.steps=1"), tmp_path / "run", "cpu")
    saved = last_of(tmp_path / "run")
    others = (saved.config, saved.facts, saved.step, saved.state, saved.scores)
    Checkpoint(*others, {PROGRESS: malformed}).save(tmp_path / "run" / "checkpoints" / "last.safetensors")
    with pytest.raises(VidpredError, match=r"its progress has a .* that no run writes"):
        resume_run(tmp_path / "run", "cpu", steps=3)


def test_a_checkpoint_of_before_goes_on_without_a_course(small_config, tmp_path):
    start_run(small_config(*OFTEN, "train.steps=1"), tmp_path / "run", "cpu")
    saved = last_of(tmp_path / "run")
    Checkpoint(saved.config, saved.facts, saved.step, saved.state, saved.scores, {}).save(
        tmp_path / "run" / "checkpoints" / "last.safetensors"
    )
    assert resume_run(tmp_path / "run", "cpu", steps=3).outcome.step == 3
