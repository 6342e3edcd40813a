"""Which measurements of a run a verdict counts: one per so many clips seen, however often the run is measured."""

from collections.abc import Iterable, Mapping
from typing import Any

CLIPS, STEPS = 400, 50  # from one measurement that counts to the next: at least so many of both


def counted(measurements: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the first measurement in every stretch of so many clips and steps, oldest first.

    A stretch is :data:`CLIPS` clips long, and at least :data:`STEPS` steps. Where clips were not counted, as in the
    records of old runs, every measurement is returned.

    Args:
        measurements: with the ``step`` after which they were taken, and the ``clips`` that the generator had seen.
    """
    kept, last = list[Mapping[str, Any]](), 0
    for measured in measurements:
        if "clips" not in measured:
            kept.append(measured)
        elif (stretch := _stretch(measured["clips"], measured["step"])) > last:
            kept.append(measured)
            last = stretch
    return kept


def length_of_stretch(clips: int, step: int) -> int:
    """Return how many clips lie between measurements that count, where ``clips`` were seen by a step."""
    clips_per_step = clips // max(step, 1)
    return max(CLIPS, STEPS * clips_per_step)


def _stretch(clips: int, step: int) -> int:
    """Return in which stretch a measurement lies; 0 before the first has ended."""
    return clips // length_of_stretch(clips, step)
