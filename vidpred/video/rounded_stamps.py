"""Tells a constant frame rate through the rounding of time stamps whose unit is hardly finer than the frames."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np

from vidpred.video.pace import EXACT, LOST

ROUNDED = 1.05  # units, by which rounded time stamps lie apart from even ones at most
FEWEST_ODD = 4  # gaps of another length, below which they may as well be lost frames
TRIED_PERIODS = 33
FEWEST_OF_ROUNDED = 24  # gaps, from which rounding is told from frames that come unevenly
FEWEST_ODD_AMID_LOST = 8  # gaps that rounding lengthens or shortens, where some may be those of lost frames
MOSTLY = 0.9  # share of gaps that are of one frame, below which lost ones may look like rounding
TRIED_STARTS = 40
LOOKED_AT_FIRST = 256  # stamps, by which most rates are ruled out


def period_of_rounded(parts: Sequence[np.ndarray], usual: float, tick: float) -> tuple[float, float] | None:
    """Return the period of frames that come evenly but for the rounding of their stamps, and its uncertainty.

    None where they do not, or where so few follow each other that it cannot be told.

    Args:
        parts: time stamps in seconds.
        usual: seconds, a gap that there is.
        tick: seconds, the unit of the time stamps.
    """
    longest = max(_runs(parts, LOST * usual + tick), key=len)
    odd = np.abs(np.diff(longest) - usual) > tick / 2
    if len(longest) <= FEWEST_OF_ROUNDED or odd.sum() < FEWEST_ODD:
        return None
    number, uncertainty = np.arange(len(longest)), tick / float(np.ptp(longest))
    fitted = float(np.polyfit(number, longest, 1)[0])
    periods = fitted * (1 + uncertainty * np.linspace(-1, 1, TRIED_PERIODS))
    apart = [float(np.ptp(longest - period * number)) for period in periods]
    return (float(periods[np.argmin(apart)]), uncertainty) if min(apart) <= ROUNDED * tick else None


def rate_amid_lost(
    parts: Sequence[np.ndarray], usual: float, tick: float, pause: float, rates: Iterable[Fraction]
) -> Fraction | None:
    """Return which of some rates frames come at, but for the rounding of their stamps and a tenth that may be lost.

    None where they come at none of them, or where it cannot be told from that of the usual gap. Frames of a rate that
    is faster than its time stamps count would share some of them.

    Args:
        parts: time stamps in seconds.
        usual: seconds, a gap that there is.
        tick: seconds, the unit of the time stamps.
        pause: seconds, from which a gap need be no whole number of frames.
        rates: frames per second.
    """
    runs = [run for run in _runs(parts, pause) if len(run) > 1]
    seconds = sum(float(np.ptp(run)) for run in runs)
    apart: dict[Fraction, float] = {}
    for rate in rates:
        period = float(1 / rate)
        odd = seconds * float(rate) * abs(period - usual) / tick
        if odd >= FEWEST_ODD_AMID_LOST and abs(period - usual) < tick <= period * (1 + EXACT):
            found = [_apart(run, period, tick) for run in runs]
            told = [each for each in found if each is not None]
            if len(told) == len(found):
                apart[rate] = max(told)
    return min(apart, key=lambda rate: apart[rate]) if apart else None


def _runs(parts: Sequence[np.ndarray], pause: float) -> list[np.ndarray]:
    """Return the different time stamps in order, apart where a gap is longer than ``pause`` seconds."""
    unique = [np.unique(part) for part in parts]
    return [run for part in unique for run in np.split(part, np.flatnonzero(np.diff(part) > pause) + 1)]


def _apart(stamps: np.ndarray, period: float, tick: float) -> float | None:
    """Return how far stamps lie apart from multiples of a period; None if by more than rounding, or several on one."""
    apart = [
        each
        for start in stamps[0] + period * np.linspace(-0.5, 0.5, TRIED_STARTS, endpoint=False)
        if _apart_from(start, stamps[:LOOKED_AT_FIRST], period, tick) is not None
        and (each := _apart_from(start, stamps, period, tick)) is not None
    ]
    return min(apart, default=None)


def _apart_from(start: float, stamps: np.ndarray, period: float, tick: float) -> float | None:
    """Return what :func:`_apart` does for multiples that are counted from ``start`` on, in seconds."""
    number = np.round((stamps - start) / period)
    steps = np.diff(number)
    apart = float(np.ptp(stamps - start - period * number))
    fits = apart <= ROUNDED * tick and steps.min() >= 1 and np.mean(steps == 1) >= MOSTLY
    return apart if fits else None
