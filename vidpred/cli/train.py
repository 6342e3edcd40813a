"""``vidpred train``: learn to predict from your own videos."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vidpred.cli.options import DeviceOption, ThreadsOption
from vidpred.machine.regular_files import read_small

if TYPE_CHECKING:
    from vidpred.runs.train import Run

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
            help="A run's folder or a checkpoint, whose weights, network and task to start from; `default` is shipped.",
        ),
    ] = None,
    resume: Annotated[Path | None, typer.Option(help="Folder of a run to continue where it stopped.")] = None,
    device: DeviceOption = "auto",
    steps: Annotated[
        int | None, typer.Option(help="Length of the run in optimiser steps; short for train.steps.", min=1)
    ] = None,
    stop_on: Annotated[
        list[str] | None,
        typer.Option(help="Verdict on the game's health at which to save and stop, such as collapse; may be repeated."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print settings, data and network; train nothing.")
    ] = False,
    threads: ThreadsOption = None,
) -> None:
    """Train a predictor on videos.

    Without options it takes the defaults, which suit a first look. The run's folder holds checkpoints,
    curves, samples and everything needed to resume: vidpred train --resume runs/NAME. With --from, a new run
    starts from the weights of another instead of random ones.
    """
    from vidpred.errors import VidpredError
    from vidpred.machine.threads import use_threads
    from vidpred.runs.build import with_plugins
    from vidpred.runs.settings import dump_config, load_config
    from vidpred.runs.train import describe_run, resume_run, start_run
    from vidpred.runs.warm_start import inherited_settings

    settings = list(settings or [])
    if videos is not None and "=" in videos and not Path(videos).exists():
        settings, videos = [videos, *settings], None
    if resume is not None:
        if settings or config or out or start_from:
            raise VidpredError(
                "--resume continues a run with its own settings, folder and weights; leave out --config, --out, "
                f"--from and {settings[0] if settings else 'section.key=value'}, or start a new run without --resume"
            )
        use_threads(threads, before=_threads_of(resume))
        _report(resume_run(resume, device, steps, Path(videos) if videos else None, stop_on=stop_on))
        return
    if steps is not None:
        settings.append(f"train.steps={steps}")
    if stop_on:
        settings.append(f"train.stop_on=[{', '.join(stop_on)}]")
    resolved = load_config(config, settings, inherited_settings(start_from) if start_from else None)
    if videos is not None:
        resolved = resolved.on_data(Path(videos))
    if dry_run:
        described = describe_run(resolved, device, start_from)
        print(f"{dump_config(with_plugins(resolved))}\n{described}\ndry run: nothing was trained or written")
        return
    use_threads(threads)
    name = config.stem if config else Path(videos).stem if videos else resolved.data.name
    _report(start_run(resolved, out, device, name, start_from=start_from))


def _threads_of(run: Path) -> int | None:
    """Return with how many threads a run began, as its folder says; none where it does not say."""
    path = run / "environment.json"
    if not path.is_file():
        return None
    try:
        told = json.loads(read_small(path, LARGEST))["threads"]
    except (OSError, OverflowError, ValueError, LookupError, TypeError, RecursionError):  # somebody else wrote it
        return None
    return told if type(told) is int else None


def _report(run: "Run") -> None:
    """Say how the run ended, and what to do next; one process of several is enough for that."""
    if run.folder is None:
        return
    outcome = run.outcome
    steps_per_second = outcome.num_steps / max(outcome.seconds, 1e-9)
    print(
        f"{outcome.step} steps; {steps_per_second:.1f} steps/s, of which {outcome.share_waited:.1%} of the time was "
        "spent waiting for data"
    )
    for name, value in outcome.scores.items():
        print(f"  validation {name.replace('_', ' ')}: {value:.4g}")
    if outcome.stopped_by:
        print(how_to_continue(run))
    else:
        print(f"try it: {run.usage}")


def how_to_continue(run: "Run") -> str:
    """Say what ended a run early, and the command that goes on with it."""
    return f"stopped by {run.outcome.stopped_by}; continue with: vidpred train --resume {run.folder}{run.plugins}"
