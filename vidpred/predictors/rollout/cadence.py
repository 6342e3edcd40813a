"""Films that show every picture more than once, in a steady rhythm: drawn on twos, or captured at twice their rate."""

from collections.abc import Callable, Iterator
from itertools import chain, cycle
from math import gcd
from statistics import mean
from typing import NamedTuple

import torch
from torch import Tensor

LONGEST = 6  # steps after which a rhythm begins anew, at most: 24 pictures in 30 frames repeat one step in five
NUM_FRAMES = 2 * LONGEST + 1  # that show two rounds of it
SOME = 20_000  # pixels of a frame that are compared, about, where it has more
LEAST_MOTION = 1 / 127.5  # mean change of one grey level, in levels of -1 to 1: less might be noise
STILL = 0.1  # of the least change of a step that moves: what changes less than that, on average, repeats its frame
UNSURE = 0.25  # of the same, for a single step: compression changes some of the frames that repeat a little more
EVEN = 0.4  # of the greatest change of a step that moves: those of a steady film all change by more


class Cadence(NamedTuple):
    """Which of the steps from frame to frame repeat a frame.

    Args:
        kept: numbers of the known frames that do not.
        repeats: whether each step of a round does, beginning with the one after the last known frame.
    """

    kept: list[int]
    repeats: list[bool]

    @classmethod
    def of(cls, clip: Tensor, fewest: int = 1) -> "Cadence | None":
        """Recognise the rhythm of known frames (T, C, H, W) in [-1, 1]; None where there is none, as in most films.

        Steps that repeat must come back in every round, two rounds at least, and all others must move, about evenly:
        what comes to rest now and then is no rhythm. Nor is what would leave fewer than ``fewest`` frames. Of large
        frames some pixels are compared, as :func:`spacing` says.
        """
        some = clip.flatten(2)[..., :: spacing(*clip.shape[-2:])].float()  # (T, C, N)
        changes = (some[1:] - some[:-1]).abs().mean(dim=(1, 2)).tolist()  # T - 1
        repeats = [change <= UNSURE * max(changes) for change in changes]
        for length in range(2, min(LONGEST, len(changes) // 2) + 1):
            if len(set(repeats)) > 1 and repeats[length:] == repeats[:-length] and _steady(changes, repeats, length):
                kept = [0, *(step for step, repeat in enumerate(repeats, start=1) if not repeat)]
                return cls(kept, repeats[-length:]) if len(kept) >= fewest else None
        return None

    def __str__(self) -> str:
        number, length = sum(self.repeats), len(self.repeats)
        return f"{number} of {length} frames {'repeats' if number == 1 else 'repeat'} the one before"


def spacing(height: int, width: int) -> int:
    """Return how far apart pixels may lie, line by line, that show how much a frame changes.

    It has no factor in common with the width, so that they lie in all rows and all columns alike: in some rows and
    columns alone, a flat shape that moves steadily is seen to move in some steps, and not in others.
    """
    every = max(height * width // SOME, 1)
    while gcd(every, width) > 1:
        every += 1
    return every


def _steady(changes: list[float], repeats: list[bool], length: int) -> bool:
    """Return whether steps that do not repeat a frame change it evenly, and far more than those that do.

    Of the latter, each step of a round of ``length`` hardly changes its frame on average over the rounds.
    """
    moving = [change for change, repeat in zip(changes, repeats, strict=True) if not repeat]
    still = [changes[step::length] for step, repeat in enumerate(repeats[:length]) if repeat]
    least = max(LEAST_MOTION, EVEN * max(moving), max(map(max, still)) / UNSURE, max(map(mean, still)) / STILL)
    return min(moving) >= least


def in_cadence(known: Tensor, wanted: range, futures: Callable[[Tensor], Iterator[Tensor]]) -> Iterator[Tensor]:
    """Return the frames that follow, where films that repeat frames in a steady rhythm go on in it.

    Their motion is seen, and continued, from picture to picture: a frame that repeats the one before shows none.

    Args:
        known: frames (B, T, C, H, W) in [-1, 1], oldest first; the last ``NUM_FRAMES`` show a rhythm.
        wanted: how many of them ``futures`` is to see: the fewest that it can do with, to the most that are of use.
        futures: returns frame after frame, each (B, ..., 1, C, H, W), that follow known ones.
    """
    cadences = [Cadence.of(clip[-NUM_FRAMES:], wanted.start) for clip in known]
    most = wanted.stop - 1
    if not any(cadences):
        return futures(known[:, -most:].clone())  # a view would keep all of them
    clips = [
        _repeating(futures(clip[:, -NUM_FRAMES:][:, one.kept[-most:]]), clip[:, -1:].clone(), one.repeats)
        if one
        else futures(clip[:, -most:])
        for clip, one in zip(known.split(1), cadences, strict=True)
    ]
    return (torch.cat(frames) for frames in zip(*clips, strict=True))


def _repeating(pictures: Iterator[Tensor], last: Tensor, repeats: list[bool]) -> Iterator[Tensor]:
    """Yield ``pictures`` (1, ..., 1, C, H, W), or where a step repeats, the one before again, at first ``last``."""
    picture = last  # (1, 1, C, H, W)
    if repeats[0]:
        first = next(pictures)
        picture, pictures = last.expand_as(first), chain([first], pictures)
    for repeat in cycle(repeats):
        if not repeat:
            picture = next(pictures)
        yield picture
