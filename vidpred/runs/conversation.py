"""What a run says of itself before its first step and after its last: what it trains, and what came of it."""

from collections.abc import Iterator

from vidpred.machine.ranges import MOST
from vidpred.runs.build import Parts
from vidpred.runs.settings import TrainSection
from vidpred.training.loop import Outcome
from vidpred.training.sentences import say_nothing_learned, say_stale

RANDOM, FROM_NOTHING = "random weights", "random, so that the run starts from nothing"


def describe(parts: Parts, origin: str) -> str:
    """Say what is trained, from which weights, for how long and where.

    Args:
        parts: of the run.
        origin: of its weights, as :func:`origin_of` says it; "" where the run goes on.
    """
    weights = sum(weight.numel() for weight in parts.trainer.generator.network.parameters())
    engine, train = parts.engine, parts.config.train
    processes = f" by {engine.num_processes} processes" if engine.num_processes > 1 else ""
    start = parts.warm_start
    weights_from = f"of {start['path']}, step {start['step']}" if start else FROM_NOTHING
    return (
        f"network: {parts.config.network.name}, {weights / 1e6:.2f} M parameters, {len(parts.data.train)} clips\n"
        f"{f'weights: {weights_from}' + chr(10) if origin else ''}"
        f"run: {_length(train)} of {train.batch_size} clips on {engine.device} in {engine.precision}{processes}"
    )


def origin_of(parts: Parts) -> str:
    """Say where the weights of a new run are from."""
    return "these weights" if parts.warm_start else RANDOM


def conclude(parts: Parts, outcome: Outcome, was_random: bool) -> Iterator[str]:
    """Say why a run ended by itself, and whether what it learned is of use.

    Args:
        parts: of the run.
        outcome: of the run.
        was_random: whether its first weights were.
    """
    progress, score, train = outcome.progress, parts.config.log.best_by, parts.config.train
    if progress.ended_by == "patience":
        looks, every = progress.looks_since_record, parts.config.log.validate_every
        yield say_stale(outcome.step, score, looks, progress.record[score], outcome.step - looks * every)
    if progress.ended_by == "minutes":
        yield f"stopped at step {outcome.step}, since its {train.minutes:g} minutes are over"
    if progress.best_step == 0 and outcome.step and progress.latest_step and score in progress.latest:
        origin = RANDOM if was_random else "weights"
        yield say_nothing_learned(score, progress.start[score], progress.latest[score], origin)
    elif progress.best_step not in (None, 0, outcome.step):
        yield f"the best weights by {score}, which will predict, are those of step {progress.best_step}"


def _length(train: TrainSection) -> str:
    """Say how long a run is: in steps, in minutes, or both."""
    if train.minutes is None:
        return f"{train.steps} steps"
    fitting = f"as many steps as fit in {train.minutes:g} minutes,"
    return fitting if train.steps == MOST else f"{train.steps} steps, or {fitting}"
