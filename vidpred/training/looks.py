"""The looks at a run while it trains: scores and pictures at intervals, the best weights, and when to give up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import nn

from vidpred.training.logbook import Logbook
from vidpred.training.progress import Progress
from vidpred.training.sentences import say_no_time, say_scores, say_time
from vidpred.training.stopwatch import Stopwatch

Scores = Mapping[str, float]
Save = Callable[[int, Scores, bool], None]  # step, best scores so far, whether they are of this step

EARLY = 30.0  # seconds after which a run is looked at once, if it was not since its start
SOME_SECONDS = 20.0  # that scores may take at looks which nobody set an interval for


@dataclass(frozen=True)
class Intervals:
    """Steps between two of each."""

    metrics: int
    validation: int
    samples: int
    checkpoint: int

    @property
    def aside(self) -> dict[str, int]:
        """Those of what is done between steps."""
        return {"validation": self.validation, "samples": self.samples, "checkpoint": self.checkpoint}


@dataclass
class Looks:
    """Looks at what a run has learned: at its start, after half a minute, at the intervals, and when it stops.

    The best weights depend on steps alone: the look after half a minute is a picture, and scores that are written and
    said, but count for nothing.

    Args:
        network: returns the network that predicts.
        intervals: between looks.
        is_better: whether the first scores beat the second.
        best: scores so far.
        watch: counts what looks take.
        progress: of the run, where scores are kept.
        patience: looks at the intervals without a better one than all before them, after which the run is to end;
            the look at step 0 is no measure here, since a run may have to leave where it started from.
        validate: scores a network on held-out clips. This and all below is the main process's: none elsewhere.
        save: writes the best checkpoint.
        illustrate: draws a network's predictions after some step.
        logbook: keeps the numbers.
        start_counts: whether the weights at step 0 may stay the best; otherwise the next look's take their place.
        scored: which frames the scores are of, as "at t+1"; "" where that goes without saying.
        higher_is_better: what the task says of its scores, by name.
    """

    network: Callable[[], nn.Module]
    intervals: Intervals
    is_better: Callable[[Scores, Scores], bool]
    best: Scores
    watch: Stopwatch
    progress: Progress
    patience: int | None = None
    validate: Callable[[nn.Module], Scores] | None = None
    save: Save | None = None
    illustrate: Callable[[nn.Module, int], None] | None = None
    logbook: Logbook | None = None
    start_counts: bool = True
    scored: str = ""
    higher_is_better: Mapping[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._validated_at = self._drawn_at = 0
        self._was_early = False
        self._measured: tuple[int, Scores] | None = None  # the latest scores, and after which step

    def begin(self, step: int) -> None:
        """Look at the weights that the run starts from, at step 0."""
        self._was_early = step > 0  # who goes on with a run knows it
        if step == 0 and self.progress.latest_step is None:
            self._score(step)
            self._draw(step)
            self._say_where_time_is_short()

    def after(self, step: int, last_step: int) -> None:
        """Look at the run after ``step`` steps, where it is due."""
        at_interval = step % self.intervals.validation == 0
        if at_interval or step == last_step:
            self._score(step, counts=at_interval)
        if step % self.intervals.samples == 0 or step == last_step:
            self._draw(step)
        if not self._was_early and self.watch.elapsed >= EARLY:
            self._look_early(step)

    def leave(self, step: int, whatever_it_takes: bool = False) -> None:
        """Look at the run where it stops, unless scores take long."""
        if self.progress.latest_step != step and (whatever_it_takes or self._is_quick):
            is_known = self._measured is not None and self._measured[0] == step
            seconds = self.progress.costs.get("validation", 0.0)
            if self.logbook is not None and seconds >= 1 and not is_known:
                self.logbook.say(f"scoring step {step} takes about {say_time(seconds)}")
            self._score(step)
        if self._drawn_at != step:
            self._draw(step)

    @property
    def give_up(self) -> bool:
        """Whether the run has not got better for too long."""
        return self.patience is not None and self.progress.looks_since_record >= self.patience

    @property
    def _is_quick(self) -> bool:
        return self.progress.costs.get("validation", 0.0) <= SOME_SECONDS

    def _say_where_time_is_short(self) -> None:
        seconds, minutes = self.watch.seconds_for_looks, self.watch.minutes
        if self.logbook is not None and seconds is not None and minutes is not None:
            self.logbook.say(say_no_time(seconds, minutes))

    def _look_early(self, step: int) -> None:
        self._was_early = True
        if not self._validated_at and self._is_quick:
            self._measure(step)
        if not self._drawn_at:
            self._draw(step)

    def _score(self, step: int, counts: bool = False) -> None:
        """Score the network; what ``counts`` is measured by the run's patience."""
        scores = self._measure(step)
        if scores is None:
            return
        self._validated_at, progress = step, self.progress
        progress.latest, progress.latest_step = scores, step
        if step == 0:
            progress.start = scores
        if counts:
            self._count(scores)
        has_rival = self.best and (progress.best_step != 0 or self.start_counts)
        if scores and (not has_rival or self.is_better(scores, self.best)):
            self._keep(step, scores)

    def _measure(self, step: int) -> dict[str, float] | None:
        """Return the scores after a step, written, said and drawn as curves once; None where there are none to have."""
        if self.validate is None or self.logbook is None:
            return None
        if self._measured is None or self._measured[0] != step:
            with self.watch.aside("validation"):
                self._measured = step, dict(self.validate(self.network()))
            scores = self._measured[1]
            self.logbook.write(step, "validation", scores)
            self._say(step, scores)
            if step > 0:
                self.logbook.draw_curves()
        return dict(self._measured[1])

    def _count(self, scores: dict[str, float]) -> None:
        progress = self.progress
        if not progress.record or self.is_better(scores, progress.record):
            progress.record, progress.looks_since_record = scores, 0
        else:
            progress.looks_since_record += 1

    def _keep(self, step: int, scores: Scores) -> None:
        self.best, self.progress.best_step = scores, step
        if self.save is not None:
            self.watch.record()
            with self.watch.aside("checkpoint"):
                self.save(step, scores, True)

    def _say(self, step: int, scores: Scores) -> None:
        assert self.logbook is not None
        when, start = (f"step {step}", self.progress.start) if step else ("step 0, before training", {})
        self.logbook.say(
            f"{', '.join(filter(None, (when, self.scored)))}: {say_scores(scores, start, self.higher_is_better)}"
        )

    def _draw(self, step: int) -> None:
        if self.illustrate is not None and self.logbook is not None:
            self._drawn_at = step
            with self.watch.aside("samples"):
                self.illustrate(self.network(), step)
