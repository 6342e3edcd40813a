"""Shows how far something has come that takes long: a bar in a terminal, elsewhere a line now and then."""

import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from tqdm import tqdm

from vidpred.errors import printable
from vidpred.wording import counted, say_time

LONG_WAIT = 1.0  # seconds, after which it is shown
APART = 30.0  # seconds between two lines where no terminal shows a bar
LEAST_SAID = 1.0  # seconds that are left
AT_ONCE = 1e-9  # seconds, but not before anything is done
REDRAWN = 0.2  # seconds after which a bar is drawn anew in a terminal

Thing = TypeVar("Thing")
if TYPE_CHECKING:
    Bar = tqdm[Any]
else:
    Bar = tqdm  # which takes no type while it runs


class Journal:
    """Lines on the standard error that say how far all that is going on has come, at most one in half a minute.

    They say how long the rest of the outermost takes, and nothing of one thing alone within another.
    What begins within a second after something else belongs to the same wait: many short things are told as well. Of
    what has itself gone on for half a minute, its own time is told, not that of what came before.

    Args:
        clock: seconds, from any beginning.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self.clock = clock
        self.going: list[Lines[Any]] = []  # the outermost first
        self._began = self._last = self._ended = clock() - 2 * LONG_WAIT

    def begin(self, step: "Lines[Any]") -> None:
        """Take in what begins now, within what is going on already."""
        if not self.going and (now := self.clock()) - self._ended > LONG_WAIT:
            self._began = self._last = now
        self.going.append(step)

    def end(self, step: "Lines[Any]") -> None:
        """Forget what is over."""
        if step in self.going:
            self.going.remove(step)
            self._ended = self.clock()

    def tell(self) -> None:
        """Print a line, if the last one is long ago."""
        now = self.clock()
        if now - self._last < APART or sys.stderr is None:
            return
        self._last = now
        told = printable(", ".join(str(step) for step in self.going if step is self.going[0] or step.total != 1))
        outermost = self.going[0] if self.going else None
        left = outermost.seconds_left() if outermost else None
        began = outermost.began if outermost and now - outermost.began >= APART else self._began
        rest = "" if left is None or left < LEAST_SAID else f", about {say_time(left)} left"
        line = f"{told}; {counted(round((now - began) / 60, 1), 'minute')} so far{rest}\n"
        with suppress(OSError, ValueError, AttributeError):  # nobody reads it, its disk is full, or it is closed
            sys.stderr.write(line)
            sys.stderr.flush()  # which what a program puts in its place may lack


class Lines(Generic[Thing]):
    """Yields ``things`` as tqdm does, and has a journal told how many have been.

    Args:
        things: one by one.
        doing: see :func:`progress`.
        unit: see :func:`progress`.
        total: see :func:`progress`.
        journal: that prints.
    """

    def __init__(self, things: Iterable[Thing], doing: str, unit: str, total: int | None, journal: Journal):
        self.things, self.doing, self.unit, self.journal = things, doing, unit, journal
        self.total = len(things) if total is None and isinstance(things, Sized) else total
        self.number = 0
        self.began = self._latest = journal.clock()

    def __iter__(self) -> Iterator[Thing]:
        with self:
            for thing in self.things:
                yield thing
                self.update()

    def __enter__(self) -> "Lines[Thing]":
        self.began = self._latest = self.journal.clock()
        self.journal.begin(self)
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.end(self)

    def __str__(self) -> str:
        if self.total is None:
            return f"{self.doing}: {counted(self.number, self.unit)}"
        return f"{self.doing}: {self.number:,} of {counted(self.total, self.unit)}"

    def seconds_left(self) -> float | None:
        """Return about how long the rest takes, if that takes as long as what has been; None where it is not known."""
        if self.total is None or not 0 < self.number < self.total:
            return None
        each = (self._latest - self.began) / self.number
        return max(0.0, each * (self.total - self.number) - (self.journal.clock() - self._latest))

    def update(self, number: int = 1) -> None:
        """Count so many more."""
        self.number += number
        self._latest = self.journal.clock()
        self.journal.tell()


_JOURNAL = Journal()


def progress(things: Iterable[Thing], doing: str, unit: str, total: int | None = None) -> "tqdm[Thing] | Lines[Thing]":
    """Yield ``things``, and show how many have been: by a bar, or in lines where the standard error is no terminal.

    Args:
        things: one by one.
        doing: what is done with them, in a word or two.
        unit: one of them, in the singular.
        total: how many there are, if they do not say.
    """
    if is_terminal():
        return tqdm(things, doing, total, unit=unit, delay=LONG_WAIT, leave=False)
    return Lines(things, doing, unit, total, _JOURNAL)


def counting(total: int, doing: str, unit: str) -> "tqdm[Any] | Lines[Any]":
    """Return what shows how many of ``total`` have been, where they do not come one by one: ``with`` it, ``update``."""
    nothing: tuple[Any, ...] = ()
    return progress(nothing, doing, unit, total)


class Rows(Bar):
    """A bar that is written anew in a line of its own, at most twice in a minute: a log file keeps what it was."""

    def __init__(self, **options: Any):
        # tqdm's own thread shows a bar anew after ``maxinterval``, ten seconds unless it is told otherwise
        super().__init__(**options, mininterval=APART, maxinterval=APART, delay=AT_ONCE)

    @staticmethod
    def status_printer(file: Any) -> Callable[[str], None]:
        """Return what writes the bar to a file."""
        return lambda bar: print(bar, file=file, flush=True) if bar else None

    def close(self) -> None:
        """Print how far it has come at the end, if it has come any way."""
        if not self.disable and self.n > self.initial:
            with suppress(OSError, ValueError):  # nobody reads it, or it is closed
                self.display()
        self.delay = math.inf  # of what was never shown, nothing is left to clear away
        super().close()

    @classmethod
    def write(cls, s: str, file: Any = None, end: str = "\n", nolock: bool = False) -> None:  # noqa: ARG003
        """Print a line; there is no bar to clear away and to show again below it."""
        print(s, file=file or sys.stdout, end=end, flush=True)


def bar(total: int | None, initial: int, unit: str) -> Bar:
    """Return a bar on the standard error that stays: redrawn in a terminal, written line by line elsewhere.

    Args:
        total: how many there will be; none where that is not known yet.
        initial: how many there have been.
        unit: one of them, in the singular.
    """
    options: dict[str, Any] = {"total": total, "initial": initial, "unit": unit, "dynamic_ncols": True}
    return tqdm(**options, file=sys.stderr, mininterval=REDRAWN) if is_terminal() else Rows(**options, file=sys.stderr)


def is_terminal() -> bool:
    """Return whether the standard error is one, on which lines can be written over."""
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):  # there is none, a program put something simpler in its place; it is closed
        return False


def say(text: str) -> None:
    """Print a line above what is shown of the progress."""
    tqdm.write(text)
