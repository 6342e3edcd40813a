"""From the first step to the last: train, validate, log, save, and stop when asked."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from torch import nn

from vidpred.machine.engine import Engine
from vidpred.training.feed import Feed
from vidpred.training.logbook import Logbook
from vidpred.training.looks import Intervals as Intervals
from vidpred.training.looks import Looks, Save
from vidpred.training.looks import Scores as Scores
from vidpred.training.progress import Progress
from vidpred.training.readings import Readings
from vidpred.training.sentences import say_estimate, say_first_step, say_rate
from vidpred.training.stop import StopRequest, listening
from vidpred.training.stopwatch import Stopwatch
from vidpred.training.trainer import AdversarialTrainer
from vidpred.training.validation import what_is_scored

TINY = 1e-9  # seconds
LONG_STEP = 3.0  # seconds of a first step that is told, since the pace takes a few more to know


class Monitor(Protocol):
    """Looks at a run after every step, and may ask for its end."""

    stop: str | None  # why the run is to end, as soon as it is

    def __call__(self, step: int) -> None:
        """Look at the run after ``step`` steps."""
        ...


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    step: int  # steps taken since the run began
    num_steps: int  # of them, those that were taken now
    scores: Scores  # of the last validation
    seconds: float  # in the loop
    share_waited: float  # of those seconds, waiting for data: 0 to 1
    stopped_by: str | None  # name of the signal, or verdict of the health monitor, that ended it early
    progress: Progress  # which says, too, whether one of its own limits ended it
    has_all_steps: bool = False  # those of its settings


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
        progress: of the run so far.
        watch: measures its pace, and ends it after its minutes.
        patience: looks at the validation clips without a better one, after which it ends (see :class:`Looks`).
        set_length: takes the number of steps, where the run's minutes settle it.
        origin: of the weights, in words, where the time that the run takes is said.
        start_counts: whether the weights that it starts from may stay the best.
        saves_when_interrupted: whether it goes on to the end of a step at Ctrl-C, and saves; else that ends it at once.
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
    progress: Progress = field(default_factory=Progress)
    watch: Stopwatch | None = None
    patience: int | None = None
    set_length: Callable[[int], None] | None = None
    origin: str = ""
    start_counts: bool = True
    saves_when_interrupted: bool = True
    readings: Readings = field(init=False)

    def __post_init__(self) -> None:
        self.readings = Readings(self.engine)

    def run(self, first_step: int, last_step: int, best: Scores) -> Outcome:
        """Train from ``first_step`` (steps already taken) to ``last_step``.

        Raises:
            VidpredError: a loss became infinite or not a number. The last checkpoint stays.
        """
        watch = self.watch = self.watch or Stopwatch(self.progress, self.intervals.aside)
        looks, step, saved_at = self._looks(watch, best), first_step, first_step
        watch.start()
        with listening() if self.saves_when_interrupted else nullcontext(StopRequest()) as request:
            looks.begin(step)
            if self.logbook is not None:
                self.logbook.begin()
            stopped = bool(self.engine.from_main(float(request.signal is not None)))
            while step < last_step and not stopped:
                asked = float(request.signal is not None or self._unhealthy is not None or watch.is_over)
                terms = self._step(step, asked)
                step += 1
                stopped = terms.pop("stop") > 0 or (self.engine.num_processes == 1 and request.signal is not None)
                self._write(step, terms, step == last_step or stopped)
                if self.health is not None:
                    self.health(step)
                last_step = self._settle_length(watch, step, last_step)
                if self._due(step, self.intervals.validation, last_step):
                    self.readings.fetch()  # so that nothing is judged after a loss that is not a number
                looks.after(step, last_step)
                stopped = self._gives_up(looks, step, last_step) or stopped
                if not stopped and self._due(step, self.intervals.checkpoint, last_step):
                    self._save(watch, step, looks.best)
                    saved_at = step
            stopped_by = self._stopped_by(request) if stopped else None
            if stopped or saved_at != step:
                self._save(watch, step, looks.best)
            if stopped:
                looks.leave(step, whatever_it_takes=stopped_by is None)
                self._save(watch, step, looks.best)
        seconds = watch.elapsed
        waited = self.feed.seconds_waited / max(seconds, 1e-9)
        return Outcome(
            step, step - first_step, self.progress.latest, seconds, waited, stopped_by, self.progress, step >= last_step
        )

    def _looks(self, watch: Stopwatch, best: Scores) -> Looks:
        return Looks(
            network=lambda: self.trainer.network,
            intervals=self.intervals,
            is_better=self.is_better,
            best=best,
            watch=watch,
            progress=self.progress,
            patience=self.patience,
            validate=self.validate,
            save=self.save,
            illustrate=self.illustrate,
            logbook=self.logbook,
            start_counts=self.start_counts,
            scored=what_is_scored(self.trainer.task),
            higher_is_better=self.trainer.task.scores,
        )

    def _stopped_by(self, request: StopRequest) -> str | None:
        """Return who stopped the run; nobody where one of its own limits did."""
        if self.progress.ended_by is None and request.signal is None and self._unhealthy is None:
            if self.watch is None or not self.watch.is_over:
                return "a signal"  # that another process got
            self.progress.ended_by = "minutes"
        return request.signal.name if request.signal else self._unhealthy

    def _gives_up(self, looks: Looks, step: int, last_step: int) -> bool:
        """Return whether the run is to end because it no longer gets better, which the main process knows."""
        if self.patience is None or step % self.intervals.validation or step == last_step:
            return False
        if not self.engine.from_main(float(looks.give_up)):
            return False
        self.progress.ended_by = "patience"
        return True

    def _settle_length(self, watch: Stopwatch, step: int, last_step: int) -> int:
        """Measure the pace, fit the run into its minutes once, and say how long it takes; return its last step."""
        measured = watch.step_taken()
        if watch.num_steps == 1 and watch.minutes is None and not self.engine.warms_up:
            self._say_first_step(watch.seconds_of_steps, last_step - step)
        minutes = None
        if watch.minutes is not None and not self.progress.length_is_settled:
            fits = int(self.engine.from_main(watch.last_step_that_fits(step) if measured else 0))
            if fits:
                minutes = watch.minutes if fits < last_step else None
                last_step = min(last_step, fits)
                self.progress.length_is_settled = True
                self.trainer.set_length(last_step)
                if self.set_length is not None:
                    self.set_length(last_step)
        if measured and self.logbook is not None:
            rate = f"{say_rate(1 / max(watch.seconds_per_step or 0, TINY))} on {self.engine.device.type}"
            seconds = watch.elapsed + watch.seconds_for(step, last_step)
            begun, looks = step - watch.num_steps, self.validate is not None or self.illustrate is not None
            self.logbook.say(say_estimate(seconds, begun, last_step, rate, self.origin, minutes, looks))
        return last_step

    def _say_first_step(self, seconds: float, left: int) -> None:
        if seconds >= LONG_STEP and left and self.logbook is not None:
            self.logbook.say(say_first_step(seconds, left))

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

    def _save(self, watch: Stopwatch, step: int, best: Scores) -> None:
        watch.record()
        self.readings.fetch()
        if self.save is not None:
            with watch.aside("checkpoint"):
                self.save(step, best, False)

    @staticmethod
    def _due(step: int, interval: int, last_step: int) -> bool:
        return step % interval == 0 or step == last_step
