"""Shows the present of a live video, predicted from a picture that is late."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from statistics import median
from threading import Thread
from time import perf_counter, sleep

import numpy as np

from vidpred.applications.live.looking_ahead import SLOWEST_SIZE, LookAhead
from vidpred.applications.live.newest_frames import Arrival, NewestFrames, feed
from vidpred.machine.memory import resident_bytes
from vidpred.machine.signals import finishing
from vidpred.video.live_source import LiveSource

RECENT = 32  # frames, of which the delay is measured
BUSY = 0.6  # of the time between two frames may be spent on predicting one
IDLE = 0.3  # of that, from which there is time for more
SMALLER = 0.75  # times the sides, where it is more
BIN, LONGEST = 1e-4, 10.0  # seconds: latencies are counted in such steps, up to the longest
EVERY = 2  # of rows and columns are compared with the true present
SETTLED = 10.0  # seconds, in which it shows whether memory grows

Show = Callable[[np.ndarray, int], bool]  # a frame and its number in the source; False ends it all


@dataclass
class LiveReport:
    """How it went; of constant size, however long it lasts.

    Args:
        period: seconds between two frames of the source.
        num_shown: frames.
        num_dropped: frames that came too fast to be predicted from.
        lead: how many frames after the late picture the last frame shown was.
        scale: share of the sides at which the predictor worked at the end.
        num_known: frames shown whose true present arrived later.
        error_shown: mean distance of these from their true present, in grey levels.
        error_late: likewise of the late pictures.
        started: seconds by the clock.
        ended: seconds by the clock.
    """

    period: float
    num_shown: int = 0
    num_dropped: int = 0
    lead: int = 0
    scale: float = 1.0
    num_known: int = 0
    error_shown: float = 0.0
    error_late: float = 0.0
    started: float = 0.0
    ended: float = 0.0
    latencies: np.ndarray = field(default_factory=lambda: np.zeros(round(LONGEST / BIN) + 1, np.int64))
    memory: list[tuple[float, int]] = field(default_factory=list)

    def latency(self, share: float) -> float:
        """Return the seconds within which such a share of the frames was shown, from 0 to 1."""
        counts = np.cumsum(self.latencies)
        return float((np.searchsorted(counts, share * counts[-1]) + 1) * BIN) if self.num_shown else 0.0

    @property
    def most_memory(self) -> int:
        """Bytes that the process took at most, as far as it was looked at."""
        return max((size for _, size in self.memory), default=0)

    @property
    def memory_growth(self) -> float | None:
        """Bytes per minute by which the process grew in the latter half of the time; None if that was too short."""
        latter = self.memory[len(self.memory) // 2 :]
        if not latter or latter[-1][0] - latter[0][0] < SETTLED:
            return None
        return (latter[-1][1] - latter[0][1]) / (latter[-1][0] - latter[0][0]) * 60


class Present:
    """Predicts the present from each picture that arrives.

    The present lies as many frames after the picture as the delay lasts: the one given, or the one that is measured,
    from the arrival of a picture to the showing of what was predicted from it.

    Args:
        ahead: predicts.
        period: seconds between two frames of the source.
        delay: seconds; None measures it.
        clock: returns seconds.
    """

    def __init__(self, ahead: LookAhead, period: float, delay: float | None, clock: Callable[[], float]):
        self.ahead, self.period, self.delay, self.clock = ahead, period, delay, clock
        self.known: deque[Arrival] = deque(maxlen=ahead.num_frames)
        self.recent: deque[float] = deque(maxlen=RECENT)
        self.spent: deque[float] = deque(maxlen=RECENT)
        self.report = LiveReport(period, started=clock(), scale=ahead.scale)
        self._awaited: dict[int, tuple[np.ndarray, np.ndarray]] = {}
        self._apart = 1.0  # seconds between two looks at the memory

    @property
    def lead(self) -> int:
        """How many frames ahead the present is."""
        if self.delay is not None:
            return round(self.delay / self.period)
        return max(1, round(median(self.recent) / self.period)) if self.recent else 1

    def predict(self, arrival: Arrival) -> np.ndarray:
        """Return the present (H, W, 3); where too little is known, the picture itself."""
        began, lead = self.clock(), self.lead
        self._judge(arrival)
        if self.known and self.known[-1].pixels.shape != arrival.pixels.shape:
            self.known.clear()
        self.known.append(arrival)
        if len(self.known) < self.ahead.fewest or lead == 0:
            return arrival.pixels
        step = arrival.index - self.known[-2].index  # more than 1 where frames were dropped
        shown = self.ahead([one.pixels for one in self.known], lead / step)
        self._awaited[arrival.index + lead] = shown[::EVERY, ::EVERY], arrival.pixels[::EVERY, ::EVERY]
        self.report.lead = lead
        self.spent.append(self.clock() - began)
        self._keep_pace()
        return shown

    def has_shown(self, arrival: Arrival) -> None:
        """Count a picture whose present has just been shown."""
        now, report = self.clock(), self.report
        latency = now - arrival.time
        self.recent.append(latency)
        report.latencies[min(int(latency / BIN), len(report.latencies) - 1)] += 1
        report.num_shown += 1
        report.ended = now
        self._look_at_memory(now)

    def _judge(self, arrival: Arrival) -> None:
        """Compare what was predicted for this very frame, and the late picture of that time, with it."""
        expected = self._awaited.pop(arrival.index, None)
        for index in [index for index in self._awaited if index < arrival.index]:
            del self._awaited[index]  # of frames that were dropped
        if expected is None or expected[0].shape != arrival.pixels[::EVERY, ::EVERY].shape:
            return
        report, truth = self.report, arrival.pixels[::EVERY, ::EVERY].astype(np.int16)
        report.num_known += 1
        shown, late = (float(np.abs(one - truth).mean()) for one in expected)
        report.error_shown += (shown - report.error_shown) / report.num_known
        report.error_late += (late - report.error_late) / report.num_known

    def _keep_pace(self) -> None:
        """Work at a smaller size where predicting takes too much of the time between two frames, then larger again."""
        scale, most = self.ahead.scale, BUSY * self.period
        if len(self.spent) < RECENT and sum(self.spent) < RECENT * most:
            return
        if median(self.spent) > most:
            scale = max(SLOWEST_SIZE, scale * SMALLER)
        elif median(self.spent) < most * IDLE:
            scale = min(1.0, scale / SMALLER)
        self.ahead.scale = self.report.scale = scale
        self.spent.clear()

    def _look_at_memory(self, now: float) -> None:
        """Note the memory that is taken, once a second; of a long time, every second note is let go again and again."""
        memory = self.report.memory
        if memory and now - memory[-1][0] < self._apart:
            return
        memory.append((now, resident_bytes()))
        if len(memory) == 2 * RECENT:
            del memory[::2]
            self._apart *= 2


def show_present(arrivals: Iterable[Arrival], present: Present, show: Show) -> LiveReport:
    """Show the present of every picture that arrives, until they end or the looker goes away.

    Args:
        arrivals: pictures.
        present: predicts.
        show: is given each present and the number of the picture that it was predicted from.
    """
    for arrival in arrivals:
        goes_on = show(present.predict(arrival), arrival.index)
        present.has_shown(arrival)
        if not goes_on:
            break
    return present.report


def run_live(
    source: LiveSource,
    ahead: LookAhead,
    shows: Sequence[Show],
    delay: float | None = None,
    seconds: float | None = None,
    clock: Callable[[], float] = perf_counter,
    wait: Callable[[float], None] = sleep,
) -> LiveReport:
    """Show the present of a source until it ends, the time is over, the looker goes away or Ctrl-C is pressed.

    A second thread reads the source, so that the newest frames are at hand; those that come too fast are dropped.

    Args:
        source: what is looked at.
        ahead: predicts.
        shows: are all given what is shown.
        delay: seconds by which pictures are late; None measures it.
        seconds: after which it ends; None goes on.
        clock: returns seconds.
        wait: waits for so many seconds.

    Raises:
        VidpredError: the source cannot be read.
    """
    period = float(1 / source.frame_rate)
    queue, present = NewestFrames(), Present(ahead, period, delay, clock)
    given = (source.frames, queue, period if source.is_paced else None, clock, wait)
    reader = Thread(target=feed, args=given, daemon=True)
    with closing(source):
        reader.start()
        try:
            show_present(_until(queue, present, seconds), present, lambda shown, index: _all(shows, shown, index))
        except KeyboardInterrupt:
            pass
        finally:
            with finishing():
                queue.close()
                reader.join(timeout=2 * period + 1)
    present.report.num_dropped = queue.num_dropped
    return present.report


def _until(arrivals: Iterable[Arrival], present: Present, seconds: float | None) -> Iterator[Arrival]:
    for arrival in arrivals:
        if seconds is not None and arrival.time - present.report.started > seconds:
            return
        yield arrival


def _all(shows: Sequence[Show], shown: np.ndarray, index: int) -> bool:
    """Show a frame everywhere; return whether everybody wants more."""
    wants_more = [show(shown, index) for show in shows]
    return all(wants_more)
