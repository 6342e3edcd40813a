"""Why a run has no figures of health, and when it will have some."""

from pathlib import Path

from vidpred.errors import VidpredError, as_word
from vidpred.machine.folders import CONFIG
from vidpred.runs.checkpoint import LAST, Checkpoint, find_checkpoint
from vidpred.runs.neighbouring_runs import runs_to_name
from vidpred.runs.new_folder import can_go_on
from vidpred.runs.settings import parse_config
from vidpred.training.health.verdicts import step_of_first_verdict
from vidpred.wording import counted


def say_how_to_see(run: Path, step: int, measured_every: int, first_verdict: int | None = None) -> str:
    """Return which command says how the game of a run went, or that it has not been judged or measured yet.

    Args:
        run: its folder.
        step: that it has reached.
        measured_every: so many steps.
        first_verdict: about the step after which its game is judged, where that is known.
    """
    if step >= measured_every and first_verdict is not None and step < first_verdict:
        return (
            f"how the game went is not known: the first verdict comes at about step {first_verdict:,}; what was "
            f"measured: vidpred health {as_word(run)}"
        )
    if step >= measured_every:
        return f"how the game went: vidpred health {as_word(run)}"
    return f"how the game went is not known: {_when(step, measured_every, first_verdict)}"


def why_unmeasured(run: Path) -> str:
    """Return why there are no figures of health in the folder of a run, and what to do, by its last checkpoint."""
    try:
        checkpoint = Checkpoint.load(find_checkpoint(run, prefer=LAST), only=())
        config = parse_config(dict(checkpoint.config))
    except VidpredError:  # none yet, or one that says more where it is used
        return (
            f"{run} has no figures of health{runs_to_name(run)}; name the folder of a run with an adversary "
            "(objective.adversarial_weight above 0) that has taken log.metrics_every steps"
        )
    if not config.objective.has_adversary:
        return (
            f"{run} has no figures of health, since it was trained without an adversary "
            "(objective.adversarial_weight=0); name the folder of a run that has one"
        )
    every = config.log.metrics_every
    if checkpoint.step < every:
        first_verdict = step_of_first_verdict(config.train.batch_size, every)
        return (
            f"{run} has no figures of health yet: {_when(checkpoint.step, every, first_verdict)}; look again "
            f"later, or {_how_to_go_on(run)}"
        )
    return (
        f"{run} has no figures of health, though it has taken {counted(checkpoint.step, 'step')}: its metrics.jsonl is "
        "gone or was cut; name the folder as `vidpred train` left it"
    )


def _how_to_go_on(run: Path) -> str:
    if can_go_on(run):
        return f"go on with a run that has ended: vidpred train --resume {as_word(run)} --steps N"
    return f"begin a new run with these weights, since no {CONFIG} is there to go on with: --from {as_word(run)}"


def _when(step: int, measured_every: int, first_verdict: int | None) -> str:
    every = f"every {counted(measured_every, 'step')} (log.metrics_every)"
    judged = f"; the first verdict comes at about step {first_verdict:,}" if first_verdict else ""
    return f"a game is measured {every}, and this run has taken {counted(step, 'step')}{judged}"
