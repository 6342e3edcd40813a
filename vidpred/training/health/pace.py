"""Which measurements of a run a verdict counts: one per so many clips seen, however often the run is measured."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vidpred.training.health.things import things_of

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


def describe_wait(measurements: Sequence[Mapping[str, Any]], found: int, needed: int) -> str:
    """Say that too few measurements count to judge, and about when there will be enough of them.

    Args:
        measurements: as in :func:`counted`; they are taken to go on as often as the last two followed each other.
        found: how many of them count.
        needed: how many must.
    """
    wanted = f"nothing is judged before {needed} measurements that count"
    there = "is 1" if found == 1 else f"are {found}"
    if not measurements or "clips" not in measurements[-1]:
        return f"{wanted}, and there {there}"
    clips, step = measurements[-1]["clips"], measurements[-1]["step"]
    things, length = f"{things_of(measurements).clip}s", length_of_stretch(clips, step)
    between = step - (measurements[-2]["step"] if len(measurements) > 1 else 0)
    first = step_that_suffices(clips, step, between, needed)
    return (
        f"{wanted}, one in {length:,} {things}, and there {there} after {clips:,} {things}; the first verdict comes at "
        f"about step {first:,}"
    )


def step_that_suffices(clips: int, step: int, between: int, needed: int) -> int:
    """Return about after which step so many measurements count, where ``clips`` were seen by ``step``.

    Args:
        clips: seen.
        step: by then.
        between: steps from one measurement to the next.
        needed: how many must count.
    """
    return needed * max(length_of_stretch(clips, step) * step // max(clips, 1), between)


def _stretch(clips: int, step: int) -> int:
    """Return in which stretch a measurement lies; 0 before the first has ended."""
    return clips // length_of_stretch(clips, step)
