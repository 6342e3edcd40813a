"""What ``vidpred train`` advises at its end fits what came of the run."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from vidpred.cli.inspect import _needs
from vidpred.cli.train import _report
from vidpred.runs.cost import Cost
from vidpred.runs.train import Run
from vidpred.training.loop import Outcome
from vidpred.training.progress import Progress

USAGE = "vidpred predict CLIP.mp4 --checkpoint runs/a"


def advice(capsys, best_step, ended_by=None, measured_every=None, first_verdict=None):
    progress = Progress(best_step=best_step, ended_by=ended_by, latest_step=9, latest={"psnr": 20.0})
    outcome = Outcome(step=9, num_steps=9, seconds=3.0, share_waited=0.0, scores={}, stopped_by=None, progress=progress)
    _report(Run(Path("runs/a"), outcome, USAGE, measured_every=measured_every, first_verdict=first_verdict))
    return capsys.readouterr().out.splitlines()[1:]


@pytest.mark.parametrize(("seconds", "rate"), [(3.0, "3.0"), (120.0, "0.075")])
def test_the_rate_of_slow_steps_keeps_its_digits(capsys, seconds, rate):
    progress = Progress(best_step=9, latest_step=9)
    _report(Run(Path("runs/a"), Outcome(9, 9, {}, seconds, 0.0, None, progress), USAGE))
    assert capsys.readouterr().out.startswith(f"9 steps; {rate} steps/s; ")


def test_a_run_that_learned_is_to_be_tried(capsys):
    assert advice(capsys, best_step=9) == [f"try it: {USAGE}"]


@pytest.mark.parametrize(("ended_by", "more"), [(None, "--steps N"), ("minutes", "--minutes N")])
def test_a_run_that_learned_nothing_is_to_go_on_instead_of_being_tried(capsys, ended_by, more):
    first, then = advice(capsys, 0, ended_by)
    assert first == "next: more data or more steps, since the best weights of this run are those it started from"
    assert then == f"go on: vidpred train --resume runs/a {more}"


def test_after_a_game_its_health_is_what_to_look_at(capsys):
    assert advice(capsys, best_step=9, measured_every=9)[0] == "how the game went: vidpred health runs/a"


@pytest.mark.parametrize(("first_verdict", "is_judged"), [(9, True), (10, False), (5000, False)])
def test_a_game_that_was_measured_but_not_judged_has_no_way_that_it_went(capsys, first_verdict, is_judged):
    said = advice(capsys, best_step=9, measured_every=3, first_verdict=first_verdict)[0]
    assert said == (
        "how the game went: vidpred health runs/a"
        if is_judged
        else f"how the game went is not known: the first verdict comes at about step {first_verdict:,}; "
        "what was measured: vidpred health runs/a"
    )


def test_a_game_that_was_never_measured_is_not_sent_to_look_at(capsys):
    assert advice(capsys, best_step=9, measured_every=50, first_verdict=500)[0] == (
        "how the game went is not known: a game is measured every 50 steps (log.metrics_every), and this run has taken "
        "9 steps; the first verdict comes at about step 500"
    )


@pytest.mark.parametrize(("seconds_per_step", "said"), [(0.4, "60 seconds"), (0.8, "2 minutes"), (60.0, "2.5 hours")])
def test_how_long_training_will_take_is_said_in_fitting_units(seconds_per_step, said):
    found = SimpleNamespace(usable=[SimpleNamespace(stored=0)])
    cost = Cost(seconds_per_step, steps=150, batch_size=4, memory=None, parameters=220000, device="cpu")
    assert f"150 steps take about {said}, and the looks in between" in _needs(found, cost)
