"""Finds the stretches of a video whose frame rate changes midway, each of which runs at its own."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from vidpred.video.pace import STEADY, Pace, as_rate, exact_rate

FEWEST = 10  # gaps of a stretch
NEAR = 0.08  # a gap further than this share from the usual one of a stretch is another gap
ANOTHER = 0.1  # share by which the rates of neighbouring stretches differ at least
BESIDE = 5  # gaps on each side of a change
BEFORE = 0.25  # of the shorter gap: a stretch begins so much before its first frame, since time stamps are rounded


class _Stretch(NamedTuple):
    """Gaps that are alike: seconds from the first frame of all, mean length and number, and how far it is from true."""

    start: float
    period: float
    number: int
    uncertainty: float


def in_stretches(pace: Pace, parts: Sequence[np.ndarray], tick: float, stated: Sequence[Fraction]) -> Pace:
    """Return the pace of a video with its stretches, if its frame rate changes midway; else ``pace`` as it is.

    Every gap has to belong to a stretch: what comes at a variable rate has none.

    Args:
        pace: of the whole video.
        parts: time stamps in seconds, in ascending order, of each part whose stamps begin anew.
        tick: seconds, the unit of the time stamps.
        stated: frame rates that the file states.
    """
    found: list[_Stretch] = []
    start = 0.0
    for part in map(np.unique, parts):
        of_part = list(_stretches(part, start, tick)) if len(part) > FEWEST else []
        if len(part) > FEWEST and not of_part:
            return pace
        found += of_part
        start += float(np.ptp(part)) + (found[-1].period if found else pace.period)
    if not any(_differ(before.period, after.period) for before, after in pairwise(found)):
        return pace
    rates = [exact_rate(each.period, each.uncertainty, stated) for each in found]
    paces = [replace(pace, frame_rate=rate, regular=True) for rate in rates]
    longest = max(range(len(found)), key=lambda index: found[index].number)
    shorter = [found[0].period, *(min(before.period, after.period) for before, after in pairwise(found))]
    starts = [each.start - BEFORE * period for each, period in zip(found, shorter, strict=True)]
    mean = sum(each.number for each in found) / sum(each.number * each.period for each in found)
    return replace(paces[longest], stretches=tuple(zip(starts, paces, strict=True)), mean_rate=as_rate(mean))


def _differ(before: np.ndarray | float, after: np.ndarray | float) -> bool:
    return bool(abs(np.mean(after) / np.mean(before) - 1) > ANOTHER)


def _stretches(part: np.ndarray, start: float, tick: float) -> Iterator[_Stretch]:
    """Yield the stretches of a part, which begins at ``start`` seconds; none where it is not made of such.

    Neighbours of one rate, give or take, are one; a rate that has not changed at once, wanders.
    """
    found: list[tuple[int, np.ndarray]] = []  # the first gap of each, and its usual gaps
    gaps, at = np.diff(part), 0
    while at < len(gaps):
        usual = float(np.quantile(gaps[at : at + FEWEST], 0.5, method="lower"))
        near = np.abs(gaps[at:] - usual) <= max(NEAR * usual, 1.01 * tick)
        length = _length(near)
        if near[:length].mean() < STEADY:
            return
        alike = gaps[at : at + length][near[:length]]
        if found and not _differ(found[-1][1], alike):
            found[-1] = found[-1][0], np.append(found[-1][1], alike)
        elif found and not _differ(found[-1][1][-BESIDE:], alike[:BESIDE]):
            return
        else:
            found.append((at + int(near.argmax()), alike))  # after a pause
        at += length
    for first, alike in found:
        total = float(alike.sum())
        yield _Stretch(start + float(part[first] - part[0]), float(alike.mean()), len(alike), tick / total)


def _length(near: np.ndarray) -> int:
    """Return how many gaps belong to the stretch that the first one begins, by which of them are near its usual one.

    It ends with a gap that is not, and after which most are not.
    """
    if len(near) < 2 * FEWEST:
        return len(near)
    many = np.convolve(near, np.ones(FEWEST), "valid")  # of the gaps from each on
    ends = np.flatnonzero(~near[: len(many)] & (many < FEWEST / 2))
    return int(ends[0]) if len(ends) and ends[0] >= FEWEST else len(near)
