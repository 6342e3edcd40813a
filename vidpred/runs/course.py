"""The course of a run as its checkpoints keep it, which anybody may have written, and whether there is more to do."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from vidpred.errors import VidpredError
from vidpred.machine.ranges import MOST
from vidpred.runs.checkpoint import Checkpoint
from vidpred.runs.settings import Config, TrainSection, parse_config
from vidpred.training.progress import Progress
from vidpred.wording import counted

PROGRESS = "progress"  # its key in what a checkpoint says of a run's circumstances


def course_of(checkpoint: Checkpoint, path: Path, anew: bool = False) -> Progress:
    """Return the progress of a run; that of an old checkpoint, which has none, is empty.

    Args:
        checkpoint: of the run.
        path: of the run, for messages.
        anew: whether the run has been given a new length, so that its patience and its pace count from here.

    Raises:
        VidpredError: the checkpoint holds something else than a run writes.
    """
    try:
        progress = Progress.model_validate(checkpoint.environment.get(PROGRESS, {}))
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or PROGRESS
        raise VidpredError(
            f"the checkpoint of {path} cannot be used: its {PROGRESS} has a {place} that no run writes; start a new "
            "run from its weights with --from"
        ) from None
    if anew:
        progress.record, progress.looks_since_record = {}, 0
        progress.length_is_settled, progress.ended_by = False, None
    return progress


def as_resumed(
    checkpoint: Checkpoint, steps: int | None, minutes: float | None, stop_on: Sequence[str] | None
) -> Config:
    """Return the settings of a run that goes on, with a new length and new verdicts to stop on where they are given.

    Args:
        checkpoint: of the run.
        steps: of the whole run; where only minutes are given, as many as fit.
        minutes: that the whole run may take; where only steps are given, there is no such limit any more.
        stop_on: verdicts on its health.

    Raises:
        VidpredError: the checkpoint's settings, or one of these, cannot be used.
    """
    tree = parse_config(checkpoint.config).model_dump(mode="json")
    if steps is not None or minutes is not None:
        tree["train"] |= {"steps": MOST if steps is None else steps, "minutes": minutes}
    if stop_on is not None:
        tree["train"] |= {"stop_on": list(stop_on)}
    return parse_config(tree)


def require_more_to_do(path: Path, step: int, train: TrainSection, progress: Progress) -> None:
    """Refuse to go on with a run that is at its end.

    Args:
        path: of the run, for messages.
        step: that it has reached.
        train: its settings, as it goes on.
        progress: of the run.

    Raises:
        VidpredError: it has all of its steps, has spent its minutes, or stopped by itself.
    """
    longer = "give it more with --steps, or start a new run"
    if step >= train.steps:
        raise VidpredError(f"the run in {path} has taken all of {counted(step, 'step')}; {longer}")
    if progress.ended_by == "patience":
        raise VidpredError(
            f"the run in {path} stopped by itself at step {step}, since it no longer got better; to go on all the "
            f"same, {longer}"
        )
    if train.minutes is not None and (progress.ended_by == "minutes" or progress.seconds >= 60 * train.minutes):
        raise VidpredError(
            f"the run in {path} has spent its {counted(train.minutes, 'minute')}; give it more with --minutes or "
            "--steps, or start a new run"
        )
