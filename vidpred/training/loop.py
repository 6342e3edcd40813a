"""From the first step to the last: train, validate, log, save, and stop when asked."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from torch import nn

from vidpred.machine.engine import Engine
from vidpred.training.feed import Feed
from vidpred.training.logbook import Logbook
from vidpred.training.readings import Readings
from vidpred.training.stop import listening
from vidpred.training.trainer import AdversarialTrainer

Scores = Mapping[str, float]
Save = Callable[[int, Scores, bool], None]  # step, best scores so far, whether they are of this step


class Monitor(Protocol):
    """Looks at a run after every step, and may ask for its end."""

    stop: str | None  # why the run is to end, as soon as it is

    def __call__(self, step: int) -> None:
        """Look at the run after ``step`` steps."""
        ...


@dataclass(frozen=True)
class Intervals:
    """Steps between two of each."""

    metrics: int
    validation: int
    samples: int
    checkpoint: int


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    step: int  # steps taken since the run began
    num_steps: int  # of them, those that were taken now
    scores: Scores  # of the last validation
    seconds: float  # in the loop
    share_waited: float  # of those seconds, waiting for data: 0 to 1
    stopped_by: str | None  # name of the signal, or verdict of the health monitor, that ended it early


@dataclass
class Loop:
    """Runs a trainer from one step to another.

    Args:
        trainer: takes a step.
        engine: whose main process writes.
        feed: of clips.
        seed: of the random streams of every step.
        intervals: between validations, checkpoints and so on.
        is_better: whether the first scores beat the second.
        validate: scores a network on held-out clips, by metric.
        save: writes a checkpoint. This and all below is the main process's: none elsewhere.
        illustrate: draws a network's predictions after some step.
        logbook: keeps the numbers.
        health: looks at the game after every step, where there is an adversary; every process has one.
    """

    trainer: AdversarialTrainer
    engine: Engine
    feed: Feed
    seed: int
    intervals: Intervals
    is_better: Callable[[Scores, Scores], bool]
    validate: Callable[[nn.Module], Scores] | None = None
    save: Save | None = None
    illustrate: Callable[[nn.Module, int], None] | None = None
    logbook: Logbook | None = None
    health: Monitor | None = None
    readings: Readings = field(init=False)

    def __post_init__(self) -> None:
        self.readings = Readings(self.engine)

    def run(self, first_step: int, last_step: int, best: Scores) -> Outcome:
        """Train from ``first_step`` (steps already taken) to ``last_step``.

        Raises:
            VidpredError: a loss became infinite or not a number. The last checkpoint stays.
        """
        started, scores = time.perf_counter(), dict[str, float]()
        step, saved_at, stopped_by = first_step, first_step, None
        with listening() as request:
            while step < last_step and stopped_by is None:
                asked = float(request.signal is not None or self._unhealthy is not None)
                terms = self._step(step, asked)
                step += 1
                stopped_by = "a signal" if terms.pop("stop") else None
                self._write(step, terms, step == last_step or stopped_by is not None)
                if self.health is not None:
                    self.health(step)
                if self._due(step, self.intervals.validation, last_step):
                    scores = self._validate(step)
                    if scores and (not best or self.is_better(scores, best)):
                        best = scores
                        self._save(step, best, True)
                if self._due(step, self.intervals.samples, last_step):
                    self._draw(step)
                if stopped_by or self._due(step, self.intervals.checkpoint, last_step):
                    self._save(step, best, False)
                    saved_at = step
            if stopped_by:
                stopped_by = request.signal.name if request.signal else self._unhealthy or stopped_by
        if saved_at != step:
            self._save(step, best, False)
        seconds = time.perf_counter() - started
        return Outcome(
            step,
            step - first_step,
            scores,
            seconds,
            self.feed.seconds_waited / max(seconds, 1e-9),
            stopped_by,
        )

    @property
    def _unhealthy(self) -> str | None:
        """The verdict at which the run was to stop, once it has been reached."""
        return self.health.stop if self.health is not None else None

    def _step(self, step: int, asked_to_stop: float) -> dict[str, float]:
        """Take one step; return the terms that were fetched last, and whether any process was asked to stop."""
        batch = self.feed.batch(step)
        self.engine.seed_step(self.seed, step)
        terms = self.trainer.step(batch.clips, batch.labels)
        self.readings.keep(step + 1, terms, asked_to_stop > 0)
        return {**self.readings.latest, "stop": float(self.readings.must_stop)}

    def _write(self, step: int, terms: dict[str, float], is_last: bool) -> None:
        due = step % self.intervals.metrics == 0 or is_last
        terms = self.readings.fetch() if due else terms
        if self.logbook is None:
            return
        self.logbook.progress(terms)
        if due:
            self.logbook.write(step, "train", terms)

    def _validate(self, step: int) -> dict[str, float]:
        self.readings.fetch()  # so that nothing is judged or saved after a loss that is not a number
        if self.validate is None or self.logbook is None:
            return {}
        scores = dict(self.validate(self.trainer.network))
        self.logbook.write(step, "validation", scores)
        self.logbook.say(f"step {step}: " + ", ".join(f"{name} {value:.4g}" for name, value in scores.items()))
        self.logbook.draw_curves()
        return scores

    def _draw(self, step: int) -> None:
        if self.illustrate is not None and self.logbook is not None:
            self.illustrate(self.trainer.network, step)

    def _save(self, step: int, best: Scores, is_best: bool) -> None:
        self.readings.fetch()
        if self.save is not None:
            self.save(step, best, is_best)

    @staticmethod
    def _due(step: int, interval: int, last_step: int) -> bool:
        return step % interval == 0 or step == last_step
