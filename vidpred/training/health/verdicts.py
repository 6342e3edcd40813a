"""A verdict in words on an adversarial game, from the figures that its run has recorded so far."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from vidpred.training.health.diagnosis import Diagnosis, Verdict
from vidpred.training.health.evidence import PATIENCE, Evidence, Halves, History, mean
from vidpred.training.health.movement import describe_movement
from vidpred.training.health.pace import counted, describe_wait, step_that_suffices
from vidpred.training.health.things import things_of
from vidpred.training.health.threshold import TOLD, describe_threshold

WINDOW = 20  # measurements that a verdict rests on, of those that count: 8,000 clips, and at least 1,000 steps
HELD_OUT_MEASUREMENTS = 3

EXPLODED = 1_000  # norm of the adversary's gradient at the frames; games that go well, and others, have up to 20
IN_NAME_ONLY = 0.01  # share of the gradient below which an adversary teaches nothing
DROWNING = 0.95  # share above which the data terms do not
DOMINATING = 0.96  # accuracy on real and on fake above which little is left to decide
FOOLED = 0.2  # share of pairs in the right order below which fakes pass for more real than real clips
COLLAPSED = 0.25  # diversity, relative to that of real clips; good games are above 0.4 once a verdict is due
DIVERSE = 2 * COLLAPSED  # above which there is something that can collapse
RECOVERED = 3  # measurements in a row above it that end a collapse
OFTEN = 0.1  # share of measurements with a misplaced threshold from which a healthy game says so
STILL_GROWING = 1.3  # factor from one half of the window to the next above which a low diversity is only early
LITTLE = 0.4  # diversity below which a discriminator that orders all pairs has taught little
GAINING = 1.5  # factor from one half of the window to the next above which it still teaches
OVERFITTED = 0.2  # accuracy on clips of the training set minus that on held-out ones
PERIODIC, SWINGING = 0.6, 0.35  # share of a movement that is undone; how large it is, as a share of data's spread
STILL = 0.02  # reach below which a generator does not learn
RESTLESS, ASTRAY = 0.6, 1.1  # drift per measurement, and how far it leads; pictures drawn anew each time have 1 of both


MEASURED = {"accuracy_real", "accuracy_fake", "accuracy_pairs"}  # figures of a measurement
COMPARED = {"accuracy_seen", "accuracy_held_out"}  # and of one that compares with held-out clips


def diagnose(history: History) -> Diagnosis:
    """Diagnose the last measurements of a run that count: see :func:`~vidpred.training.health.pace.counted`.

    The first of these that holds over the last measurements is the verdict, causes before their effects: a
    discriminator that explodes, an adversary that the generator does not hear, or hears alone, a discriminator that has
    memorised its clips, one that is fooled by fakes, fakes that are all alike, outputs for a fixed input that swing or
    never settle, a discriminator whose threshold swings, one that is always right, or that tells fakes from real clips
    while they become no more different. Where fakes are alike and may yet become different, it is too early to say.

    Args:
        history: see :data:`History`; ``accuracy_real``, ``accuracy_fake``, ``accuracy_pairs``, ``diversity`` and
            ``trace`` of training steps, ``gradient_adversary``, ``gradient_share`` where there are data terms,
            ``accuracy_seen`` and ``accuracy_held_out`` of some. What is not there is not judged.
    """
    measured, things = counted(entry for entry in history if entry.keys() >= MEASURED), things_of(history)
    if len(measured) < PATIENCE:
        return Diagnosis(Verdict.TOO_EARLY, describe_wait(history, len(measured), PATIENCE), things)
    evidence = Evidence(
        recent=measured[-WINDOW:],
        measured=measured,
        compared=counted(entry for entry in history if entry.keys() >= COMPARED)[-HELD_OUT_MEASUREMENTS:],
        things=things,
    )
    for finding in FINDINGS:
        found = finding(evidence)
        if found is not None:
            return replace(found, things=things)
    return Diagnosis(Verdict.HEALTHY, _accuracies(evidence) + _how_placed(evidence) + _how_alike(evidence), things)


def step_of_first_verdict(clips_per_step: int, measured_every: int) -> int:
    """Return about after which step of a run its game is judged, where it is measured every so many steps."""
    return step_that_suffices(clips_per_step, 1, measured_every, PATIENCE)


def _explodes(evidence: Evidence) -> Diagnosis | None:
    norms = evidence.figures("gradient_adversary")
    if len(norms) < PATIENCE or np.median(norms) < EXPLODED:
        return None
    because = f"the adversary's gradient {evidence.at} is {np.median(norms):.2g}, and below 20 in games that go well"
    return Diagnosis(Verdict.DISCRIMINATOR_EXPLODES, because)


def _in_name_only(evidence: Evidence) -> Diagnosis | None:
    shares = evidence.shares
    if len(shares) < PATIENCE or np.median(shares) >= IN_NAME_ONLY:
        return None
    because = f"{np.median(shares):.2g} of the gradient {evidence.at} is the adversary's, less than {IN_NAME_ONLY:.0%}"
    return Diagnosis(Verdict.IN_NAME_ONLY, because)


def _drowns_data(evidence: Evidence) -> Diagnosis | None:
    shares = evidence.shares
    if len(shares) < PATIENCE or np.quantile(shares, 1 / 4) <= DROWNING:
        return None
    because = f"{np.median(shares):.1%} of the gradient {evidence.at} is the adversary's, more than {DROWNING:.0%}"
    return Diagnosis(Verdict.DROWNS_DATA, because)


def _overfits(evidence: Evidence) -> Diagnosis | None:
    measured = evidence.compared
    if len(measured) < HELD_OUT_MEASUREMENTS:
        return None
    trained_on, held_out = mean(measured, "accuracy_seen"), mean(measured, "accuracy_held_out")
    if trained_on - held_out < OVERFITTED:
        return None
    clips = f"{evidence.things.clip}s"
    because = (
        f"it takes {trained_on:.0%} of the {clips} it was trained on for real, but {held_out:.0%} of held-out ones"
    )
    return Diagnosis(Verdict.DISCRIMINATOR_OVERFITS, because)


def _generator_dominates(evidence: Evidence) -> Diagnosis | None:
    pairs = evidence.mean("accuracy_pairs")
    if pairs > FOOLED:
        return None
    because = f"of a real and a fake {evidence.things.clip}, it takes the real one for real in {pairs:.0%} of all pairs"
    return Diagnosis(Verdict.GENERATOR_DOMINATES, because)


def _collapses(evidence: Evidence) -> Diagnosis | None:
    alike = _alike(evidence)
    return None if alike is None or alike.may_change else Diagnosis(Verdict.COLLAPSE, alike.because)


def _may_collapse(evidence: Evidence) -> Diagnosis | None:
    alike = _alike(evidence)
    return None if alike is None else Diagnosis(Verdict.TOO_EARLY, f"{alike.because}, as at the start of many games")


class _Alike(NamedTuple):
    """Fakes that hardly differ."""

    because: str
    may_change: bool  # whether they have not been so for long, or become more different


def _alike(evidence: Evidence) -> _Alike | None:
    values = evidence.diversities
    halves = Halves.of(values)
    if halves is None or min(values[-RECOVERED:]) > COLLAPSED or halves.later > COLLAPSED:
        return None
    has_been_diverse = any(entry.get("diversity", 0) > DIVERSE for entry in evidence.measured)
    soon = len(values) < WINDOW and not has_been_diverse
    because = f"fakes differ {halves.later:.0%} as much as real {evidence.things.clip}s do"
    return _Alike(because, soon or halves.later > STILL_GROWING * halves.earlier > 0)


def _oscillates(evidence: Evidence) -> Diagnosis | None:
    traces = evidence.traces
    if len(traces) < PATIENCE:
        return None
    movement, clips = describe_movement(traces), f"{evidence.things.clip}s"
    if movement.periodicity >= PERIODIC and movement.reach >= SWINGING:
        because = (
            f"for a fixed input, outputs come back after {movement.period} measurements, undoing "
            f"{movement.periodicity:.0%} of a change of {movement.reach:.0%} of the distance between real {clips}"
        )
        return Diagnosis(Verdict.OSCILLATING, because)
    if movement.drift >= RESTLESS and movement.reach >= ASTRAY:
        because = (
            f"for a fixed input, outputs change by {movement.drift:.0%} of the distance between real {clips} per "
            f"measurement, and by {movement.reach:.0%} over more: further than real {clips} lie apart"
        )
        return Diagnosis(Verdict.OSCILLATING, because)
    return None


def _discriminator_dominates(evidence: Evidence) -> Diagnosis | None:
    if min(evidence.mean("accuracy_real"), evidence.mean("accuracy_fake")) < DOMINATING:
        return None
    return _dominated(evidence, _accuracies(evidence))


def _threshold_wanders(evidence: Evidence) -> Diagnosis | None:
    threshold, clip = describe_threshold(evidence.recent), evidence.things.clip
    if not threshold.wanders:
        return None
    because = (
        f"the discriminator's threshold wanders: in {threshold.too_low:.0%} of measurements fakes pass for real, in "
        f"{threshold.too_high:.0%} real {clip}s for fake, though {threshold.pairs:.0%} of pairs are in the right order"
    )
    return Diagnosis(Verdict.OSCILLATING, because)


def _tells_all(evidence: Evidence) -> Diagnosis | None:
    """Find a discriminator that dominates wherever its threshold lies: it orders all, and fakes stay little varied."""
    pairs, halves = evidence.mean("accuracy_pairs"), Halves.of(evidence.diversities)
    if pairs < TOLD or halves is None or halves.later >= min(LITTLE, GAINING * halves.earlier):
        return None
    clip = evidence.things.clip
    because = (
        f"of a real and a fake {clip}, it takes the real one for real in {pairs:.0%} of all pairs, and fakes differ "
        f"{halves.later:.0%} as much as real {clip}s do, which hardly grows"
    )
    return _dominated(evidence, because)


def _dominated(evidence: Evidence, because: str) -> Diagnosis:
    """Say whose fault it is that a discriminator dominates: a generator that stands still loses to any."""
    traces = evidence.traces
    if len(traces) < PATIENCE or describe_movement(traces).reach >= STILL:
        return Diagnosis(Verdict.DISCRIMINATOR_DOMINATES, because)
    because += "; for a fixed input, the generator's outputs do not change"
    return Diagnosis(Verdict.DISCRIMINATOR_DOMINATES, because, instead="raise generator.lr")


FINDINGS: Sequence[Callable[[Evidence], Diagnosis | None]] = (
    _explodes,
    _in_name_only,
    _drowns_data,
    _overfits,
    _generator_dominates,
    _collapses,
    _oscillates,
    _threshold_wanders,
    _discriminator_dominates,
    _tells_all,
    _may_collapse,
)


def _accuracies(evidence: Evidence) -> str:
    recent, things = evidence.recent, evidence.things
    real, fake = evidence.mean("accuracy_real"), evidence.mean("accuracy_fake")
    told = [entry for entry in recent if "accuracy_own_pairs" in entry] if things.has_pairs else []
    pairs = (
        f", and tells {mean(told, 'accuracy_own_pairs'):.0%} of {things.clip}s from the fake made for each"
        if told
        else ""
    )
    return f"the discriminator is on average right on {real:.0%} of real and {fake:.0%} of fake {things.clip}s{pairs}"


def _how_alike(evidence: Evidence) -> str:
    """Say what a healthy game's diversity leaves open: it is low, or was not measured."""
    values, clips = evidence.diversities, f"{evidence.things.clip}s"
    if len(values) < PATIENCE:
        return f"; whether fakes are alike is not known, which takes batches with two different {clips}"
    if np.median(values) >= DIVERSE:
        return ""
    return f", but fakes differ only {np.median(values):.0%} as much as real {clips} do"


def _how_placed(evidence: Evidence) -> str:
    """Say where a healthy game's accuracies are low for the place of its threshold alone."""
    threshold = describe_threshold(evidence.recent)
    if threshold.misplaced < OFTEN:
        return ""
    return (
        f"; its threshold was misplaced in {threshold.misplaced:.0%} of measurements, though {threshold.pairs:.0%} of "
        "pairs were in the right order"
    )
