"""Tells how fast a video runs, and where it breaks off, from the times of its frames."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from typing import Generic, NamedTuple, TypeVar

import numpy as np

ODD_GAP = 0.25  # a gap further than this share from the usual one is another gap
MOST = 0.6  # a gap is the usual one if more than this share of all are like it
STEADY = 0.8  # at a constant rate, at least this share of the gaps are the usual one ...
ODD_GAPS_ALLOWED = 0.01  # ... and hardly any of the others are shorter than a lost frame leaves
FEW = 2  # gaps, which are always allowed to be odd
LOST = 1.5  # usual gaps, from which a frame is missing
COARSE_TICKS = 2.01  # a gap of no more units of the time stamps, if they are whole ones, is not one that was rounded
COARSEST = 5.01  # units of the time stamps in a gap, up to which their rounding may hide a constant rate
WHOLE_UNITS = 0.01  # units, by which a gap differs from a whole number of them at most to be one
PULLDOWN, NEAR_IT = 1.5, 0.1  # frames of 24 a second shown for 3 and 2 fields of 60 in turn; a ratio as near as this
CHANGED, FEWEST_CHANGED = 0.05, 5  # share by which gaps are others, and number of those, from which the rate may change
UNEVEN = 0.1  # share of the gaps by which short and long ones differ in number that do not just take turns
FEWEST_IN_TURN = 8  # gaps, before which two lengths in turn may be an accident
PAUSE = 1.0  # seconds, from which a gap is a pause, if ...
PAUSED_GAPS = 5  # ... it is also so many times the usual one
EXACT = 1e-9  # share by which numbers in floating point differ from what they mean
SAME_RATE = 0.0005  # a stated rate as near as this to the measured one is exact
ROUNDED_RATE = 0.00005  # share by which a rate differs at most that was rounded to a fraction of small numbers
COMMON_RATES = [
    *(Fraction(1000 * whole, 1001) for whole in (15, 24, 30, 48, 60, 120)),
    *(Fraction(15, 2), Fraction(25, 2)),
    *map(Fraction, (5, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)),
]
FAST_RATES = [Fraction(rate) for rate in (300, 400, 450, 480, 500, 600, 720, 800, 960)]  # of cameras
FINEST = 1001  # largest denominator of a rate, or of its inverse
SLACK = 0.1  # of the time between two frames: containers round their time stamps

Item = TypeVar("Item")


class Break(IntEnum):
    """What stands between a frame and the one before it."""

    NONE = 0
    LOST = 1  # frames are missing
    PAUSE = 2  # the recording paused, or its time stamps began anew


class Timed(NamedTuple, Generic[Item]):
    """Something that is shown at a time, in seconds since the first frame."""

    time: float
    item: Item
    before: Break = Break.NONE


@dataclass(frozen=True)
class Pace:
    """How the frames of a video follow each other.

    Args:
        frame_rate: frames per second: of most gaps between two frames, where most are alike, else on average
            between pauses.
        regular: whether the frames come at that rate, but for lost ones and pauses.
        tick: seconds, the unit of the time stamps.
        per_stamp: frames that share a time stamp, on average; only the first of them is shown at that time.
        stretches: where the rate changes midway, the seconds at which each begins that has a rate of its own, and its
            pace; ``frame_rate`` is that of the one with most frames then.
        mean_rate: frames per second on average, but for pauses, where there are stretches.
    """

    frame_rate: Fraction
    regular: bool = True
    tick: float = 0.0
    per_stamp: Fraction = Fraction(1)
    stretches: "tuple[tuple[float, Pace], ...]" = ()
    mean_rate: Fraction | None = None

    @property
    def period(self) -> float:
        """Seconds from one frame to the next."""
        return float(1 / self.frame_rate)

    def at(self, time: float) -> "Pace":
        """Return the pace after so many seconds."""
        if not self.stretches:
            return self
        return self.stretches[max(0, bisect_right(self.stretches, time, key=lambda stretch: stretch[0]) - 1)][1]

    @property
    def last(self) -> "Pace":
        """The pace at the end."""
        return self.at(math.inf)

    @property
    def _has_whole_gaps(self) -> bool:
        units = self.period / self.tick if self.tick else 0.0
        return units <= COARSE_TICKS and abs(units - round(units)) <= WHOLE_UNITS

    def shared(self, per_stamp: Fraction, stated: Sequence[Fraction] = ()) -> "Pace":
        """Return the pace of frames of which so many share each of the time stamps that this one was measured from.

        Args:
            per_stamp: frames, on average.
            stated: frame rates that the file states, of which one that is near is exact.
        """
        measured = self.frame_rate * per_stamp
        near = (rate for rate in stated if abs(rate / measured - 1) <= SAME_RATE)
        return replace(self, frame_rate=next(near, as_rate(measured)), per_stamp=per_stamp)

    def between(self, gap: float, period: float) -> Break:
        """Say what a gap of so many seconds between two frames is, if ``period`` seconds are usual."""
        if gap > max(PAUSE, PAUSED_GAPS * self.period):
            return Break.PAUSE
        rounding = 0.0 if self._has_whole_gaps else self.tick
        return Break.LOST if self.regular and gap > LOST * period + rounding else Break.NONE


def measure_pace(parts: Sequence[np.ndarray], tick: float, stated: Sequence[Fraction]) -> Pace:
    """Measure the pace of a video.

    Args:
        parts: time stamps in seconds, in ascending order, of each part whose stamps begin anew.
        tick: seconds, the unit of the time stamps.
        stated: frame rates that the file states, best first, at least one.
    """
    gaps = np.concatenate([np.diff(part) for part in parts])
    gaps = gaps[gaps > 0]  # two fields of one picture may share a stamp
    if len(gaps) == 0:
        return Pace(stated[0], tick=tick)
    if in_turn := _in_turn(gaps, tick):
        return Pace(exact_rate(*in_turn, stated), True, tick)
    usual = float(np.quantile(gaps, 0.5, method="lower"))  # one that there is, not the mean of two
    pause = max(PAUSE, PAUSED_GAPS * usual)
    if usual <= COARSEST * tick:
        from vidpred.video.rounded_stamps import period_of_rounded, rate_amid_lost  # here, because few videos need it

        if rounded := period_of_rounded(parts, usual, tick):
            return Pace(exact_rate(*rounded, stated), True, tick)
        if rate := rate_amid_lost(parts, usual, tick, pause, (*stated, *COMMON_RATES, *FAST_RATES)):
            return Pace(rate, True, tick)
    near = np.abs(gaps - usual) <= max(ODD_GAP * usual, 1.01 * tick if usual > COARSE_TICKS * tick else 0.0)
    lost = gaps > LOST * usual
    odd = int((~near & ~lost).sum())
    regular = bool(near.mean() >= STEADY and odd <= max(FEW, ODD_GAPS_ALLOWED * len(gaps)))
    counted = gaps[near] if near.mean() > MOST else gaps[gaps <= pause]
    period, uncertainty = float(counted.mean()), tick / float(counted.sum())
    return Pace(exact_rate(period, uncertainty, stated), regular, tick)


def with_changes(pace: Pace, parts: Sequence[np.ndarray], tick: float, stated: Sequence[Fraction]) -> Pace:
    """Return the pace of a video, measured from the same, with its stretches where the rate changes midway."""
    gaps = np.concatenate([np.diff(part) for part in parts]) if parts else np.zeros(0)
    if (np.abs(gaps / pace.period - 1) > CHANGED).sum() < FEWEST_CHANGED:
        return pace
    from vidpred.video.stretches import in_stretches  # here, because few videos need it

    return in_stretches(pace, parts, tick, stated)


def _in_turn(gaps: np.ndarray, tick: float) -> tuple[float, float] | None:
    """Return the period and its uncertainty where short and long gaps take turns, as in fields of television.

    Args:
        gaps: in seconds, in the order of time.
        tick: seconds, the unit of the time stamps.
    """
    short, long = np.percentile(gaps, (25, 75))
    if len(gaps) < FEWEST_IN_TURN or abs(long / short / PULLDOWN - 1) > NEAR_IT:
        return None
    is_short, is_long = (np.abs(gaps / length - 1) < NEAR_IT for length in (short, long))
    changes = (is_short[1:] & is_long[:-1]) | (is_long[1:] & is_short[:-1])
    if changes.mean() < STEADY:
        return None
    either = gaps[is_short | is_long]
    if abs(int(is_short.sum()) - int(is_long.sum())) > max(FEW, UNEVEN * len(either)):  # films of 25, by 2:3:2:3:2
        return float(either.mean()), (long - short) / float(either.sum())
    both = float(gaps[is_short].mean() + gaps[is_long].mean())
    return both / 2, tick / len(gaps) / both


def exact_rate(period: float, uncertainty: float, stated: Sequence[Fraction]) -> Fraction:
    """Return the rate that a measured period means: one that is stated or common, else the measured rate itself.

    A stated rate that is near, but not as near as rounding explains, may be an average in which an odd last frame
    counts; a common rate that is as near goes before it.
    """

    def error(rate: Fraction) -> float:
        return abs(float(rate) * period - 1)

    common = min(COMMON_RATES, key=error)
    for most in (max(uncertainty, EXACT), max(uncertainty, SAME_RATE)):
        for rate in (*(common if _is_rounded(rate, common) else rate for rate in stated), common):
            if error(rate) <= most:
                return rate
    return as_rate(1 / period)


def _is_rounded(stated: Fraction, common: Fraction) -> bool:
    """Return whether a stated rate, no decimal number, is how FFmpeg rounds a common one, as 19001/317 for 59.94."""
    return bool(1000 % stated.denominator) and abs(stated / common - 1) <= ROUNDED_RATE


def as_rate(rate: float | Fraction) -> Fraction:
    """Return frames per second as a fraction that containers can write, be it frames an hour."""
    exact = Fraction(rate)
    return exact.limit_denominator(FINEST) if exact >= 1 else 1 / (1 / exact).limit_denominator(FINEST)


class Clock:
    """Gives frames their times, in the order of showing, and says where some are missing.

    Time stamps that fall back by more than a frame begin anew there, and those that go ahead by too much: their frames
    follow those before.

    Args:
        pace: of the video.
        period: seconds between two frames that are wanted, if those of the video are not, from which more gaps are
            lost frames; where they are, nothing goes on from before a change of the rate.
        longest: seconds by which time stamps may go ahead.
    """

    def __init__(self, pace: Pace, period: float, longest: float = math.inf):
        self.pace, self.longest = pace, longest
        self.wanted = period
        self.shift = 0.0
        self.time: float | None = None
        self.is_counting = False  # whether no frame had a stamp so far
        self.skipped = 0  # frames since the last

    def skip(self) -> None:
        """Count a frame that is left out, so that the next is as much later, and does not go on from the last."""
        self.skipped += 1

    def tell(self, stamp: float | None) -> tuple[float, Break]:
        """Return the time of the next frame, and what stands between it and the last.

        Args:
            stamp: seconds; None where the frame has none, so that it follows the last.
        """
        if self.time is None:
            self.time, self.is_counting, self.skipped = stamp or 0.0, stamp is None, 0
            return self.time, Break.NONE
        pace, lost = self.pace.at(self.time), Break.LOST if self.skipped else Break.NONE
        expected = self.time + (1 + self.skipped) * pace.period
        self.skipped = 0
        if self.is_counting and stamp is not None:
            self.shift, self.is_counting = expected - stamp, False
        time = expected if stamp is None or self._is_shared(stamp + self.shift, expected) else stamp + self.shift
        broken = max(lost, pace.between(time - self.time, max(self.wanted, pace.period)))
        if not self.wanted and self.pace.at(time) is not pace:
            broken = max(broken, Break.LOST)
        if time < self.time - LOST * pace.period or time > self.time + self.longest:
            self.shift += expected - time
            time, broken = expected, Break.PAUSE
        self.time = max(time, self.time)
        return time, broken

    def _is_shared(self, time: float, expected: float) -> bool:
        """Return whether a frame has the time of one before it because its time stamps are too coarse for both."""
        per_stamp = float(self.pace.per_stamp)
        return per_stamp > 1 and abs(time - expected) < (per_stamp - 0.5) * self.pace.period


def at_constant_rate(timed: Iterator[Timed[Item]], rate: float) -> Iterator[Timed[Item]]:
    """Yield for every k / ``rate`` seconds, from the first item on, that time and the item nearest to it.

    Nothing is yielded for the time within a break.
    """
    earlier: Timed[Item] | None = None
    tick, broken = 0, Break.NONE
    for now in timed:
        whole_gap = earlier is not None and now.before is Break.NONE
        end = (earlier.time + now.time) / 2 if whole_gap and earlier else math.inf
        while earlier and (tick / rate < end if whole_gap else tick / rate <= earlier.time + SLACK / rate):
            yield Timed(tick / rate, earlier.item, broken)
            tick, broken = tick + 1, Break.NONE
        if not whole_gap:
            tick, broken = max(tick, math.ceil(now.time * rate - SLACK)), max(broken, now.before)
        earlier = now
    while earlier and tick / rate <= earlier.time + SLACK / rate:
        yield Timed(tick / rate, earlier.item, broken)
        tick, broken = tick + 1, Break.NONE
