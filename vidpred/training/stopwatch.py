"""How fast a run is on this machine, how long the rest of it will take, and whether its minutes are over."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from vidpred.training.progress import Progress

WARM_UP = 2  # steps before the pace is measured: the first ones allocate, and compile
MEASURED = 3.0  # seconds of steps that it is measured over, at least
SHARE_MEASURED = 0.1  # of the run's minutes, that these seconds are at most
MARGIN = 0.95  # of the minutes are planned for: a machine is rarely as fast all the time


class Stopwatch:
    """Measures the pace of the first steps, beside what looks and checkpoints take, and counts a run's minutes.

    The number of steps that fit in the minutes is derived once, when the pace is known: of the time that is left,
    :data:`MARGIN` is planned for; what an early and the last look take is set aside, and the rest divided by what a
    step takes together with its share of the looks and checkpoints at their intervals. The schedules of the run then
    end with its last step. Where the machine turns out to be slower, the minutes end the run first.

    Args:
        progress: of the run, whose earlier parts count.
        intervals: steps between two of whatever is done :meth:`aside`, by name.
        minutes: the longest that the run may take, over all of its parts.
        clock: tells seconds.
        settle: waits until the device has taken the steps that it was given, where it does so by itself.
    """

    def __init__(
        self,
        progress: Progress,
        intervals: Mapping[str, int],
        minutes: float | None = None,
        clock: Callable[[], float] = time.perf_counter,
        settle: Callable[[], None] = lambda: None,
    ):
        self.progress, self.intervals, self.minutes = progress, intervals, minutes
        self.clock, self.settle = clock, settle
        self.seconds_per_step: float | None = None  # once it is known
        self._before = progress.seconds
        self._started = clock()
        self._aside = 0.0  # seconds since then that no step took
        self.num_steps = 0  # taken since the start
        self._measured_from = 0.0
        self._was_over = False

    def start(self) -> None:
        """Begin to count."""
        self._started = self.clock()

    @property
    def elapsed(self) -> float:
        """Seconds since the start of this part of the run."""
        return self.clock() - self._started

    @property
    def is_over(self) -> bool:
        """Whether the minutes are over, but for what a last look takes."""
        if self.minutes is not None and self.elapsed + self._before + self._last_look >= 60 * self.minutes:
            self._was_over = True  # and stays so, whatever the next look takes
        return self._was_over

    @property
    def seconds_for_looks(self) -> float | None:
        """Seconds until a last look now would be over, where they are more than the minutes; else None."""
        needed = self.elapsed + self._before + self._last_look
        return needed if self.minutes is not None and needed > 60 * self.minutes else None

    def record(self) -> None:
        """Write the seconds spent so far into the progress."""
        self.progress.seconds = self._before + self.elapsed

    @contextmanager
    def aside(self, name: str) -> Iterator[None]:
        """Count what is done as no part of a step, and remember how long it took."""
        self.settle()
        started = self.clock()
        yield
        self.progress.costs[name] = self.clock() - started
        self._aside += self.progress.costs[name]

    def step_taken(self) -> bool:
        """Count a step; return whether the pace is known now, and was not before."""
        self.num_steps += 1
        if self.seconds_per_step is not None:
            return False
        if self.num_steps == WARM_UP:
            self._measured_from = self.seconds_of_steps
        if self.num_steps <= WARM_UP or self.elapsed - self._aside - self._measured_from < self._needed:
            return False
        self.seconds_per_step = (self.seconds_of_steps - self._measured_from) / (self.num_steps - WARM_UP)
        return True

    @property
    def seconds_of_steps(self) -> float:
        """Seconds that the steps so far took, once the device has done them."""
        self.settle()
        return self.elapsed - self._aside

    def seconds_for(self, step: int, last_step: int) -> float:
        """Return how long it takes from ``step`` to ``last_step``, once the pace is known."""
        assert self.seconds_per_step is not None
        total = (last_step - step) * self.seconds_per_step
        for name, cost in self._costs.items():
            every = self.intervals[name]
            total += cost * (last_step // every - step // every + (last_step % every > 0))
        return total

    def last_step_that_fits(self, step: int) -> int:
        """Return how many steps the run has if it ends with its minutes, once the pace is known; more than ``step``."""
        assert self.seconds_per_step is not None
        assert self.minutes is not None
        left = MARGIN * (60 * self.minutes - self._before - self.elapsed) - 2 * self._last_look
        per_step = self.seconds_per_step + sum(cost / self.intervals[name] for name, cost in self._costs.items())
        return step + max(1, int(left / per_step))

    @property
    def _needed(self) -> float:
        """Seconds of steps over which the pace is measured."""
        return MEASURED if self.minutes is None else min(MEASURED, SHARE_MEASURED * 60 * self.minutes)

    @property
    def _costs(self) -> dict[str, float]:
        return {name: cost for name, cost in self.progress.costs.items() if name in self.intervals}

    @property
    def _last_look(self) -> float:
        return sum(self._costs.values())
