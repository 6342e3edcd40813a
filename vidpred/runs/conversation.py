"""What a run says of itself before its first step and after its last: what it trains, and what came of it."""

from collections.abc import Iterator

from vidpred.errors import printable
from vidpred.machine.ranges import MOST
from vidpred.runs.build import Parts
from vidpred.runs.few_videos import least_gain, say_few
from vidpred.runs.settings import LogSection, TrainSection
from vidpred.training.loop import Outcome
from vidpred.training.sentences import say_nothing_learned, say_rate, say_stale, say_time
from vidpred.wording import clip_or_image, counted, folded, without_effect

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
    noun = clip_or_image(parts.task.clip_length)
    clips, batch = counted(len(parts.data.train), noun), counted(train.batch_size, noun)
    return (
        f"network: {parts.config.network.name}, {weights / 1e6:.2f} M parameters, {clips}\n"
        f"{f'weights: {printable(weights_from)}' + chr(10) if origin else ''}"
        f"run: {_length(train)} of {batch} on {engine.device} in {engine.precision}{processes}"
        f"{say_few(parts) if origin else ''}{_say_unwatched(parts)}"
    )


def origin_of(parts: Parts) -> str:
    """Say where the weights of a new run are from."""
    return "these weights" if parts.warm_start else RANDOM


def say_expected(parts: Parts, seconds_per_step: float, step: int = 0, spent: float = 0.0) -> str:
    """Say how long a run would take, or how many steps would fit in its minutes.

    Args:
        parts: of the run.
        seconds_per_step: as measured.
        step: after which it goes on; 0 where it begins.
        spent: seconds that it has taken until there.
    """
    train = parts.config.train
    pace = f"({say_rate(1 / seconds_per_step)} on {parts.engine.device.type} by the first ones)"
    left, more = train.steps - step, "more step" if step else "step"
    seconds_left = None if train.minutes is None else max(0.0, 60 * train.minutes - spent)
    fits = left if seconds_left is None else int(seconds_left / seconds_per_step)
    if seconds_left is not None and fits < left:
        time = say_time(seconds_left) if step else counted(train.minutes or 0, "minute")
        return f"time: {time}, for about {counted(max(1, fits), more)} {pace}"
    return f"time: about {say_time(left * seconds_per_step)} for {counted(left, more)} {pace}, and the looks in between"


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
    if progress.ended_by == "minutes" and train.minutes is not None:
        yield f"stopped at step {outcome.step}, since its time ({counted(train.minutes, 'minute')}) is over"
    if progress.best_step == 0 and outcome.step and progress.latest_step and score in progress.latest:
        origin = RANDOM if was_random else "weights"
        yield say_nothing_learned(score, progress.start[score], progress.latest[score], origin, least_gain(parts))
    elif progress.best_step not in (None, 0, outcome.step):
        yield f"the best weights by {score}, which other commands use, are those of step {progress.best_step}"


def _say_unwatched(parts: Parts) -> str:
    """Say which settings do nothing without validation data, where there are none; "" elsewhere."""
    train, log, usual = parts.config.train, parts.config.log, LogSection()
    idle = [f"train.patience={train.patience}"] if train.patience is not None else []
    idle += [
        f"log.{name}={getattr(log, name)}"
        for name in ("validate_every", "validation_clips")
        if getattr(log, name) != getattr(usual, name)
    ]
    if not idle or parts.data.validation is not None:
        return ""
    return folded(f"\nnote: {without_effect(idle, 'there are no validation data')}")


def _length(train: TrainSection) -> str:
    """Say how long a run is: in steps, in minutes, or both."""
    if train.minutes is None:
        return counted(train.steps, "step")
    fitting = f"as many steps as fit in {counted(train.minutes, 'minute')},"
    return fitting if train.steps == MOST else f"{counted(train.steps, 'step')}, or {fitting}"
