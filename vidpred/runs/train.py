"""A whole training run: from settings to a folder with checkpoints, numbers and pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from torch import nn

from vidpred.errors import VidpredError
from vidpred.frames.pictures import write_png
from vidpred.interfaces import Batch
from vidpred.plugins import as_options
from vidpred.runs.checkpoint import LAST, Checkpoint, find_checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.folder import RunFolder, environment
from vidpred.runs.parts import Parts, open_engine
from vidpred.runs.settings import Config, dump_config, parse_config
from vidpred.runs.warm_start import ORIGIN
from vidpred.training.health.duality_gap import DualityGap, estimate_duality_gap
from vidpred.training.health.monitor import ClipsToWatch, HealthWatch
from vidpred.training.logbook import Logbook
from vidpred.training.loop import Intervals, Loop, Outcome, Scores
from vidpred.training.validation import Validation
from vidpred.video import write_video

PREVIEW_RATE = 10.0  # frames per second of preview films: slow enough to follow


@dataclass(frozen=True)
class Run:
    """A run that has ended."""

    folder: Path | None  # none in all processes but the main one
    outcome: Outcome
    usage: str  # the command that puts its network to use
    plugins: str = ""  # options by which any command loads its plug-ins


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
        say: tells what happens.
        start_from: a checkpoint, or a run's folder (its best checkpoint, else its last), with whose weights the
            network begins instead of random ones; all else is new.

    Raises:
        VidpredError: the data, the settings, the folder or the weights cannot be used.
    """
    engine = open_engine(config, device)
    parts = Parts.build(config, engine, start_from)  # before the folder is made: a mistake in the settings leaves none
    folder = RunFolder.create(out, name) if engine.is_main else None
    return _train(parts, folder, None, say)


def resume_run(
    path: Path,
    device: str = "auto",
    steps: int | None = None,
    source: Path | None = None,
    say: Callable[[str], None] = print,
    stop_on: Sequence[str] | None = None,
) -> Run:
    """Continue a run from its last checkpoint, as if it had never stopped.

    Args:
        path: the run's folder.
        device: as in :func:`start_run`.
        steps: a new length of the whole run; the learning-rate schedule stretches with it.
        source: where the data are now, if they have moved.
        say: tells what happens.
        stop_on: verdicts on its health that end it, instead of those of its settings.

    Raises:
        VidpredError: there is no checkpoint, or the data are gone.
    """
    checkpoint = Checkpoint.load(find_checkpoint(path, prefer=LAST))
    if not (folder := RunFolder(path)).config.is_file():
        raise VidpredError(f"{path} is not the folder of a run, which is needed to resume it; name that, as runs/NAME")
    tree: dict[str, Any] = dict(checkpoint.config)
    changes = {"steps": steps, "stop_on": stop_on}
    tree["train"] = {**tree["train"], **{key: value for key, value in changes.items() if value is not None}}
    config = parse_config(tree)
    if source is not None:
        config = config.on_data(source)
    if checkpoint.step >= config.train.steps:
        raise VidpredError(
            f"the run in {path} has all of its {checkpoint.step} steps; give it more with --steps, or start a new run"
        )
    engine = open_engine(config, device)
    parts = Parts.build(config, engine)
    if parts.facts != checkpoint.facts:
        changed = sorted(key for key in parts.facts if parts.facts[key] != checkpoint.facts.get(key))
        say(f"note: the data have changed since the run began ({', '.join(changed)}), so it goes on differently")
    return _train(parts, folder if engine.is_main else None, checkpoint, say)


def measure_duality_gap(path: Path, steps: int = 200, device: str = "auto") -> DualityGap:
    """Say how far the game of a run, finished or not, is from an equilibrium at its last checkpoint.

    Clips of the training set are played with, and held-out ones judged by, where there are any.

    Args:
        path: the run's folder.
        steps: that each player takes alone; each is about one of training.
        device: as in :func:`start_run`.

    Raises:
        VidpredError: there is no checkpoint, no adversary, or the data are gone.
    """
    checkpoint = Checkpoint.load(find_checkpoint(path, prefer=LAST))
    config = parse_config(dict(checkpoint.config))
    parts = Parts.build(config, open_engine(config, device))
    if parts.trainer.adversary is None:
        raise VidpredError(f"{path} was trained without an adversary, so there is no game; name a run that has one")
    parts.trainer.load_state_dict(checkpoint.state)
    seed = config.train.seed
    clips = ClipsToWatch(parts.data, config.log.validation_clips, seed, parts.engine.device)
    try:
        batches = partial(_first_round, parts, checkpoint.step)
        return estimate_duality_gap(parts.trainer, batches, clips.held_out or clips.seen, steps, seed)
    finally:
        parts.feed.close()


def _first_round(parts: Parts, after: int, step: int) -> Batch:
    """Return the clips of the first discriminator step that would come so many steps later."""
    return parts.feed.batch(after + step).chunk(parts.trainer.discriminator_steps)[0]


def _train(parts: Parts, folder: RunFolder | None, checkpoint: Checkpoint | None, say: Callable[[str], None]) -> Run:
    log, first_step = parts.config.log, checkpoint.step if checkpoint else 0
    if checkpoint is not None:
        parts.trainer.load_state_dict(checkpoint.state)
    origin = checkpoint.environment.get(ORIGIN) if checkpoint else parts.origin
    writer = Writer(parts, folder, first_step, origin) if folder else None
    if writer is not None:
        say(f"{parts.data.report}\n{_describe(parts)}\nfolder: {writer.folder.path}")
    loop = Loop(
        trainer=parts.trainer,
        engine=parts.engine,
        feed=parts.feed,
        seed=parts.config.train.seed,
        intervals=Intervals(log.metrics_every, log.validate_every, log.sample_every, log.checkpoint_every),
        validate=_validation(parts),
        is_better=partial(_is_better, parts),
        save=writer.save if writer else None,
        illustrate=writer.illustrate if writer else None,
        logbook=writer.logbook if writer else None,
        health=watch_over(parts, writer.logbook if writer else None),
    )
    try:
        outcome = loop.run(first_step, parts.config.train.steps, checkpoint.scores if checkpoint else {})
    finally:
        parts.feed.close()
        parts.engine.close()
        if writer is not None:
            writer.close()
    path = folder.path if folder else None
    plugins = as_options(parts.config.plugins)
    return Run(path, outcome, parts.task.usage.replace("RUN", str(path)) + plugins, plugins)


def describe_run(config: Config, device: str = "auto", start_from: Path | None = None) -> str:
    """Say what a run would train, on what and where, without training it.

    Raises:
        VidpredError: see :func:`start_run`.
    """
    parts = Parts.build(config, open_engine(config, device), start_from)
    return f"{parts.data.report}\n{_describe(parts)}"


def _describe(parts: Parts) -> str:
    weights = sum(weight.numel() for weight in parts.trainer.generator.network.parameters())
    engine, train = parts.engine, parts.config.train
    processes = f" by {engine.num_processes} processes" if engine.num_processes > 1 else ""
    origin = f"weights: of {parts.origin['path']}, step {parts.origin['step']}\n" if parts.origin else ""
    return (
        f"network: {parts.config.network.name}, {weights / 1e6:.2f} M parameters, {len(parts.data.train)} clips\n"
        f"{origin}"
        f"run: {train.steps} steps of {train.batch_size} clips on {engine.device} in {engine.precision}{processes}"
    )


def _validation(parts: Parts) -> Validation | None:
    if parts.data.validation is None:
        return None
    adversary = parts.trainer.adversary
    judge = adversary.player.network if adversary else None
    return Validation(parts.task, parts.data.validation, parts.config.log.validation_clips, parts.engine, judge)


def watch_over(parts: Parts, logbook: Logbook | None) -> HealthWatch | None:
    """Watch over the game, if one is played."""
    if parts.trainer.adversary is None:
        return None
    log, train = parts.config.log, parts.config.train
    clips = ClipsToWatch(parts.data, log.validation_clips, train.seed, parts.engine.device)
    return HealthWatch(
        parts.trainer, parts.engine, clips, log.metrics_every, log.validate_every, train.stop_on, logbook
    )


def _is_better(parts: Parts, scores: Scores, best: Scores) -> bool:
    score = parts.config.log.best_by
    return (scores[score] > best[score]) == parts.task.scores[score]


class Writer:
    """Writes what a run leaves behind; only the main process has one.

    Args:
        parts: of the run.
        folder: of the run.
        first_step: steps already taken.
        origin: which checkpoint the first weights were from, if from one.
    """

    def __init__(self, parts: Parts, folder: RunFolder, first_step: int, origin: Mapping[str, Any] | None):
        self.parts = parts
        self.folder = folder
        self.surroundings = environment(parts.config.train.seed, parts.engine)
        if origin is not None:
            self.surroundings[ORIGIN] = origin
        folder.describe(dump_config(parts.config), parts.data.report, self.surroundings, first_step)
        self.logbook = Logbook(folder.path, first_step, parts.config.train.steps)
        self._preview: np.ndarray | None = None

    def save(self, step: int, best: Scores, is_best: bool) -> None:
        """Write the last checkpoint, or the best."""
        checkpoint = Checkpoint(
            config=self.parts.config.model_dump(mode="json"),
            facts=self.parts.facts,
            step=step,
            state=self.parts.trainer.state_dict(),
            scores=best,
            environment=self.surroundings,
        )
        checkpoint.save(self.folder.best if is_best else self.folder.last)

    def illustrate(self, network: nn.Module, step: int) -> None:
        """Draw what the network makes of whole frames of one validation clip."""
        if self._preview is None:
            self._preview = _preview_clip(self.parts)[None]
        with self.parts.engine.autocast():
            drawn = self.parts.task.illustrate(network, self._preview)
        write_png(self.folder.sample(step, ".png"), drawn.picture)
        if drawn.film is not None:
            write_video(self.folder.sample(step, ".mp4"), drawn.film, PREVIEW_RATE, overwrite=True)

    def close(self) -> None:
        """Finish the files."""
        self.logbook.draw_curves()
        self.logbook.close()


def _preview_clip(parts: Parts) -> np.ndarray:
    """Return whole frames (T, H, W, C) of a video that validates, as many as a preview shows if one is so long."""
    short = parts.data.validation or parts.data.train
    known = {short.video(index) for index in range(len(short))}
    try:
        longer = build_data(parts.config, parts.task, extra_frames=parts.config.log.preview_frames - 1)
    except VidpredError:
        return short.full_frames(len(short) // 2)
    for clips in filter(None, (longer.validation, longer.train)):  # fewer videos may be split in another way
        fitting = [index for index in range(len(clips)) if clips.video(index) in known]
        if fitting:
            return clips.full_frames(fitting[len(fitting) // 2])
    return short.full_frames(len(short) // 2)
