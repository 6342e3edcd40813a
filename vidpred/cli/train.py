"""``vidpred train``: learn to predict from your own videos."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli import INTERRUPTED
from vidpred.cli.options import DeviceOption, ThreadsOption
from vidpred.cli.outputs import say
from vidpred.errors import VidpredError, as_word
from vidpred.machine.folders import ENVIRONMENT
from vidpred.machine.memory import keep_freed_memory
from vidpred.machine.processes import own_place
from vidpred.machine.ranges import MOST
from vidpred.machine.regular_files import read_small
from vidpred.runs.new_folder import require_new
from vidpred.wording import counted, folded

if TYPE_CHECKING:
    from vidpred.runs.resuming.continuation import Anew
    from vidpred.runs.settings import Config
    from vidpred.runs.train import Run

PATIENCE = 5  # looks at the validation data without a better one
LARGEST = 1 << 20  # bytes of a description of what a run ran on


def train(
    videos: Annotated[
        str | None, typer.Argument(help="A folder of videos or images (searched recursively), or one video file.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Argument(help="Any setting as section.key=value; `vidpred config` lists them all."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="YAML file of settings, such as configs/mathieu_gdl.yaml.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="New folder for the run; runs/NAME-DATE-TIME by default.")] = None,
    start_from: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="A run's folder or a checkpoint whose weights to start from, and whose recipe to keep unless --config "
            "gives another; `default`, the shipped one, is what is taken without --config.",
        ),
    ] = None,
    resume: Annotated[Path | None, typer.Option(help="Folder of a run to continue where it stopped.")] = None,
    device: DeviceOption = "auto",
    steps: Annotated[
        int | None, typer.Option(help="Length of the run in optimiser steps; short for train.steps.", min=1)
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            help="Length of the run in minutes, looks at the validation data included, reading the data before it not; "
            "with --steps, whichever comes first; short for train.minutes."
        ),
    ] = None,
    stop_on: Annotated[
        list[str] | None,
        typer.Option(help="Verdict on the game's health at which to save and stop, such as collapse; may be repeated."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print settings, data, network and how long it takes; keep no step.")
    ] = False,
    threads: ThreadsOption = None,
) -> None:
    """Train a predictor on videos, or a generator on images.

    Without options it goes on from the shipped weights, with their recipe, and ends with weights that suit your videos
    better. With --config, such as dcgan for images, it starts from nothing, unless --from names weights. The run's
    folder holds checkpoints, curves, samples and everything needed to resume: vidpred train --resume runs/NAME. It says
    how long it will take; Ctrl-C saves and stops, and without --config it stops by itself when it gets no better.
    """
    if resume is None:
        require_new(out)  # before anything heavy is imported
    from vidpred.machine.threads import use_threads
    from vidpred.runs.build import with_plugins
    from vidpred.runs.idle_settings import say_idle
    from vidpred.runs.recipe import settle
    from vidpred.runs.resuming.continuation import Anew
    from vidpred.runs.train import describe_run, start_run

    keep_freed_memory()
    settings = list(settings or [])
    if videos is not None and "=" in videos and not os.path.exists(videos):  # noqa: PTH110 - of any length
        settings, videos = [videos, *settings], None
    if resume is not None:
        if settings or config or out or start_from:
            raise VidpredError(
                "--resume continues a run with its own settings, folder and weights; leave out --config, --out, "
                f"--from and {settings[0] if settings else 'section.key=value'}, or start a new run without --resume"
            )
        anew = Anew(steps, minutes, stop_on, Path(videos) if videos else None)
        _resume(resume, device, anew, threads, dry_run)
        return
    given = [*settings, *_as_settings(steps, minutes, stop_on)]
    usual = _unless_told_otherwise(config is not None, minutes is not None)
    resolved, start_from, note = settle(config, [*usual, *given], start_from)
    idle = say_idle(resolved, config, given, start_from is None)
    note = folded(note + "".join(f"note: {sentence}\n" for sentence in idle))
    if videos is not None:
        resolved = resolved.on_data(Path(videos))
    use_threads(threads)
    if dry_run:
        _say_dry(with_plugins(resolved), describe_run(resolved, device, start_from), note)
        return
    if own_place()[0] == 0:  # one process of several is enough
        typer.echo(note, nl=False)
    name = config.stem if config else Path(videos).stem if videos else resolved.data.name
    with _interruptible():
        _report(start_run(resolved, out, device, name, say, start_from=start_from))


def _resume(run: Path, device: str, anew: "Anew", threads: int | None, dry_run: bool) -> None:
    from vidpred.machine.threads import use_threads
    from vidpred.runs.resuming.dry_run import describe_resumed
    from vidpred.runs.train import resume_run

    use_threads(threads, before=_threads_of(run))
    if dry_run:
        _say_dry(*describe_resumed(run, device, anew, say))
        return
    with _interruptible():
        _report(resume_run(run, device, anew.steps, anew.source, say, stop_on=anew.stop_on, minutes=anew.minutes))


def _say_dry(config: "Config", described: Iterable[str], note: str = "") -> None:
    from vidpred.runs.settings import dump_config

    before = f"{dump_config(config)}\n{note}"
    for text in described:
        say(f"{before}{text}")
        before = ""
    say("dry run: nothing was trained or written")


def _unless_told_otherwise(has_config: bool, has_minutes: bool) -> list[str]:
    """Return settings that others of the same command replace.

    Who names no config wants no more training than helps; who says how many minutes wants all the steps that fit.
    """
    patience = [] if has_config else [f"train.patience={PATIENCE}"]
    return [*patience, f"train.steps={MOST}"] if has_minutes else patience


def _as_settings(steps: int | None, minutes: float | None, stop_on: list[str] | None) -> list[str]:
    """Return the settings that options are short for."""
    verdicts = f"[{', '.join(stop_on)}]" if stop_on else None
    said = {"steps": steps, "minutes": minutes, "stop_on": verdicts}
    return [f"train.{name}={value}" for name, value in said.items() if value is not None]


@contextmanager
def _interruptible() -> Iterator[None]:
    """Say what is left by Ctrl-C before a run listens to it, while data are read."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("\nstopped before training began: no step was taken, and the same command starts again", err=True)
        raise typer.Exit(INTERRUPTED) from None


def _threads_of(run: Path) -> int | None:
    """Return with how many threads a run began, as its folder says; none where it does not say."""
    path = run / ENVIRONMENT
    if not path.is_file():
        return None
    try:
        told = json.loads(read_small(path, LARGEST))["threads"]
    except (OSError, OverflowError, ValueError, LookupError, TypeError, RecursionError):  # somebody else wrote it
        return None
    return told if type(told) is int else None


def _report(run: "Run") -> None:
    """Say how the run ended, and what to do next; one process of several is enough for that."""
    from vidpred.runs.unmeasured import say_how_to_see
    from vidpred.training.sentences import say_behind, say_rate, scores_said

    if run.folder is None:
        return
    outcome = run.outcome
    steps_per_second = outcome.num_steps / max(outcome.seconds, 1e-9)
    print(
        f"{counted(outcome.step, 'step')}; {say_rate(steps_per_second)}; {outcome.share_waited:.1%} of the time was "
        "spent waiting for data"
    )
    progress = outcome.progress
    of_step = "" if progress.latest_step == outcome.step else f" of step {progress.latest_step}"
    start = progress.start if progress.latest_step else {}
    for name, said in scores_said(outcome.scores, start, run.higher_is_better).items():
        measured = " ".join(filter(None, (name.replace("_", " "), run.scored)))
        say(f"  validation {measured}{of_step}: {said}")
    if behind := say_behind(outcome.scores):
        say(behind)
    if run.measured_every is not None:
        say(say_how_to_see(run.folder, outcome.step, run.measured_every, run.first_verdict))
    learned_nothing = progress.best_step == 0 and outcome.step > 0
    if learned_nothing:
        say("next: more data or more steps, since the best weights of this run are those it started from")
    else:
        say(f"try it: {run.usage}")
    if outcome.stopped_by:
        say(how_to_continue(run))
    elif progress.ended_by == "minutes":
        say(f"go on: vidpred train --resume {as_word(run.folder)} --minutes N{run.plugins}")
    elif progress.ended_by == "patience":
        say(f"go on all the same: vidpred train --resume {as_word(run.folder)} --steps N{run.plugins}")
    elif learned_nothing:
        say(f"go on: vidpred train --resume {as_word(run.folder)} --steps N{run.plugins}")


def how_to_continue(run: "Run") -> str:
    """Say what stopped a run, and the command that goes on with it; one that was at its end needs more steps."""
    command = f"vidpred train --resume {as_word(run.folder)}"
    if run.outcome.has_all_steps or run.outcome.progress.ended_by is not None:
        return f"stopped by {run.outcome.stopped_by} at its end; go on all the same: {command} --steps N{run.plugins}"
    return f"stopped by {run.outcome.stopped_by}; continue with: {command}{run.plugins}"
