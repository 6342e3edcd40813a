"""A whole training run: started, resumed, or left if it is done; its folder has checkpoints, numbers and pictures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from vidpred.errors import VidpredError, as_word, printable
from vidpred.machine.folders import CHECKPOINTS
from vidpred.machine.memory import memory_explained
from vidpred.plugins import as_options
from vidpred.runs.build import Parts, open_engine
from vidpred.runs.checkpoint import LAST, Checkpoint
from vidpred.runs.conversation import RANDOM, conclude, describe, origin_of
from vidpred.runs.cost import described
from vidpred.runs.course import course_of
from vidpred.runs.few_videos import is_enough
from vidpred.runs.folder import RunFolder
from vidpred.runs.lock import locked
from vidpred.runs.new_folder import require_new
from vidpred.runs.resuming.continuation import ADVICE, Anew, continuation, own_folder
from vidpred.runs.resuming.restoring import restore
from vidpred.runs.settings import Config, parse_config
from vidpred.runs.try_out import try_out
from vidpred.runs.warm_start import WARM_START
from vidpred.runs.writer import Writer
from vidpred.tasks.commands import makes_images
from vidpred.training.health.monitor import HealthMonitor, MonitoredClips
from vidpred.training.health.verdicts import step_of_first_verdict
from vidpred.training.logbook import Logbook
from vidpred.training.loop import Intervals, Loop, Outcome, Scores
from vidpred.training.progress import Progress
from vidpred.training.stop import listening
from vidpred.training.stopwatch import Stopwatch
from vidpred.training.validation import Validation, what_is_scored


@dataclass(frozen=True)
class Run:
    """A run that has ended."""

    folder: Path | None  # none in all processes but the main one
    outcome: Outcome
    usage: str  # the command that puts its network to use
    plugins: str = ""  # options by which any command loads its plug-ins
    measured_every: int | None = None  # steps from one measurement of its game to the next; none without a game
    scored: str = ""  # which frames its scores are of, as "at t+1"
    higher_is_better: Mapping[str, bool] = field(default_factory=dict)  # by the name of a score
    first_verdict: int | None = None  # about the step after which its game is judged; none without a game


@memory_explained(ADVICE)
def start_run(
    config: Config,
    out: Path | None = None,
    device: str = "auto",
    name: str = "run",
    say: Callable[[str], None] = print,
    start_from: Path | None = None,
) -> Run:
    """Train as ``config`` says.

    Args:
        config: of the run.
        out: its folder, which must be new; none takes ``runs/NAME-DATE-TIME``.
        device: auto, cpu, cuda, cuda:1 or mps.
        name: of the run, for its folder.
        say: prints what happens.
        start_from: a checkpoint, or a run's folder (its best checkpoint, else its last), with whose weights the
            network begins instead of random ones; all else is new.

    Raises:
        VidpredError: the data, the settings, the folder or the weights cannot be used.
    """
    require_new(out)
    engine = open_engine(config, device)
    parts = Parts.build(config, engine, start_from)  # before the folder is made: a mistake in the settings leaves none
    try_out(parts)
    with listening():
        folder = RunFolder.create(out, name) if engine.is_main else None
        with folder.kept_if_begun() if folder else nullcontext(), locked(folder.path) if folder else nullcontext():
            return _train(parts, folder, None, Progress(), say)


@memory_explained(ADVICE)
def resume_run(
    path: Path,
    device: str = "auto",
    steps: int | None = None,
    source: Path | None = None,
    say: Callable[[str], None] = print,
    stop_on: Sequence[str] | None = None,
    cache: Path | None = None,
    minutes: float | None = None,
) -> Run:
    """Continue a run from its last checkpoint, as if it had never stopped.

    Args:
        path: the run's folder.
        device: as in :func:`start_run`.
        steps: a new length of the whole run; the learning-rate schedule stretches with it. It takes the place of the
            run's minutes, too, where there are no new ones.
        source: where the data are now, if they have moved.
        say: prints what happens.
        stop_on: verdicts on its health that end it, instead of those of its settings.
        cache: folder for decoded videos; that of the settings is used if it is one already.
        minutes: a new longest time of the whole run, with as many steps as fit, or with at most ``steps``.

    Raises:
        VidpredError: there is no checkpoint, its settings were changed in the run's folder, or the data are gone.
    """
    folder, anew = own_folder(path), Anew(steps, minutes, stop_on, source, cache)
    with locked(path):
        there = continuation(folder, device, anew, say)
        is_main = there.parts.engine.is_main
        if is_main:
            folder.sweep()
        with listening():
            return _train(there.parts, folder if is_main else None, there.checkpoint, there.progress, say)


def train_or_resume(config: Config, folder: Path, device: str = "auto", start_from: Path | None = None) -> Path:
    """Train the run of ``folder``, go on with it, or leave it if it is done: what is given twice is trained once.

    Args:
        config: of the run.
        folder: which need not be there.
        device: auto, cpu, cuda, cuda:1 or mps.
        start_from: whose weights a new run begins with (see :func:`start_run`).

    Returns:
        Its last checkpoint.

    Raises:
        VidpredError: the folder holds a run with other settings; the run cannot be trained; or it was stopped early.
    """
    last = folder / CHECKPOINTS / LAST
    if not last.exists():
        run = start_run(config, folder, device, start_from=start_from)
    else:
        saved = Checkpoint.load(last, only=())
        there, here = (_comparable(tree, config) for tree in (saved.config, config.model_dump()))
        if parse_config(there) != parse_config(here):
            raise VidpredError(
                f"the run in {folder} was trained with other settings than are asked for now; give the same ones, or "
                "name another folder with --out"
            )
        if saved.step >= parse_config(saved.config).train.steps or course_of(saved, folder).ended_by is not None:
            return last
        run = resume_run(folder, device, cache=config.data.options.get("cache"))
    if run.outcome.stopped_by is not None:
        raise VidpredError(f"{folder} was stopped by {run.outcome.stopped_by}; the same command goes on with it")
    return last


def _comparable(tree: Mapping[str, Any], asked: Config) -> Mapping[str, Any]:
    """Return settings without what may differ in the same run: where plug-ins lie, and steps that minutes settled."""
    train = tree["train"] if asked.train.minutes is None else {**tree["train"], "steps": asked.train.steps}
    return {**tree, "plugins": [], "train": train}


def _train(
    parts: Parts,
    folder: RunFolder | None,
    checkpoint: Checkpoint | None,
    progress: Progress,
    say: Callable[[str], None],
) -> Run:
    first_step = checkpoint.step if checkpoint else 0
    if checkpoint is not None:
        restore(parts.trainer, checkpoint, folder.last if folder else Path(LAST))
    warm_start = checkpoint.environment.get(WARM_START) if checkpoint else parts.warm_start
    writer = Writer(parts, folder, first_step, warm_start, progress) if folder else None
    origin = origin_of(parts) if first_step == 0 else ""
    if writer is not None:
        say(f"{parts.data.report}\n{describe(parts, origin)}\nfolder: {printable(str(writer.folder.path))}")
    was_random = warm_start is None
    loop = _build_loop(parts, writer, progress, RANDOM if origin == RANDOM else "", was_random)
    with _finishing(parts, writer):
        outcome = loop.run(first_step, parts.config.train.steps, _best_so_far(parts, checkpoint))
    for sentence in conclude(parts, outcome, was_random) if writer is not None else ():
        say(sentence)
    path, plugins = folder.path if folder else None, as_options(parts.config.plugins)
    usage = parts.task.usage.replace("RUN", as_word(path)) + plugins * parts.task.usage.startswith("vidpred ")
    measured_every = parts.config.log.metrics_every if parts.trainer.adversary else None
    first_verdict = step_of_first_verdict(parts.config.train.batch_size, measured_every) if measured_every else None
    scored, scores = what_is_scored(parts.task), parts.task.scores
    return Run(path, outcome, usage, plugins, measured_every, scored, scores, first_verdict)


def _build_loop(parts: Parts, writer: Writer | None, progress: Progress, origin: str, was_random: bool) -> Loop:
    log, train = parts.config.log, parts.config.train
    intervals = Intervals(log.metrics_every, log.validate_every, log.sample_every, log.checkpoint_every)
    return Loop(
        trainer=parts.trainer,
        engine=parts.engine,
        feed=parts.feed,
        seed=train.seed,
        intervals=intervals,
        validate=_validation(parts),
        is_better=partial(_beats, parts, progress),
        save=writer.save if writer else None,
        illustrate=writer.illustrate if writer else None,
        logbook=writer.logbook if writer else None,
        health=build_health_monitor(parts, writer.logbook if writer else None),
        progress=progress,
        watch=Stopwatch(progress, intervals.aside, train.minutes, settle=parts.engine.settle),
        patience=train.patience,
        set_length=writer.set_length if writer else None,
        origin=origin,
        start_counts=not (was_random and makes_images(parts.config.task.name)),  # noise is no picture
    )


def describe_run(config: Config, device: str = "auto", start_from: Path | None = None) -> Iterator[str]:
    """Say what a run would train, on what and where, then how long it takes, by first steps of which nothing is kept.

    Raises:
        VidpredError: see :func:`start_run`.
    """
    with memory_explained(ADVICE):
        parts = Parts.build(config, open_engine(config, device), start_from)
        yield from described(parts, f"{parts.data.report}\n{describe(parts, origin_of(parts))}")


@contextmanager
def _finishing(parts: Parts, writer: Writer | None) -> Iterator[None]:
    """Finish files and threads when training ends, however it ends.

    Raises:
        VidpredError: the run's folder is gone, or its disk is full.
    """
    try:
        yield
        if writer is not None:
            writer.close()
    except (OSError, VidpredError) as error:
        explained = writer.folder.explained(error) if writer else None
        if explained is None:
            raise
        raise explained from error
    finally:
        parts.feed.close()
        parts.engine.close()
        if writer is not None:
            with suppress(OSError, VidpredError):  # whatever ended the run says more
                writer.close()


def _best_so_far(parts: Parts, checkpoint: Checkpoint | None) -> Scores:
    """Return the scores of the best checkpoint; none where they lack the one that decides."""
    scores = checkpoint.scores if checkpoint else {}
    return scores if parts.config.log.best_by in scores else {}


def _validation(parts: Parts) -> Validation | None:
    if parts.data.validation is None:
        return None
    adversary = parts.trainer.adversary
    discriminator = adversary.player.network if adversary else None
    return Validation(parts.task, parts.data.validation, parts.config.log.validation_clips, parts.engine, discriminator)


def build_health_monitor(parts: Parts, logbook: Logbook | None) -> HealthMonitor | None:
    """Watch over the game, if one is played."""
    if parts.trainer.adversary is None:
        return None
    log, train = parts.config.log, parts.config.train
    clips = MonitoredClips(parts.data, log.validation_clips, train.seed, parts.engine.device)
    return HealthMonitor(
        parts.trainer,
        parts.engine,
        clips,
        train.batch_size,
        log.metrics_every,
        log.validate_every,
        train.stop_on,
        logbook,
    )


def _beats(parts: Parts, progress: Progress, scores: Scores, best: Scores) -> bool:
    return _is_better(parts, scores, best) and (best != progress.start or is_enough(parts, scores, best))


def _is_better(parts: Parts, scores: Scores, best: Scores) -> bool:
    score = parts.config.log.best_by
    return (scores[score] > best[score]) == parts.task.scores[score]
