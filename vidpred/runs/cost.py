"""What a run costs on this machine: time per step and memory, measured over its first steps."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch

from vidpred.machine.memory import memory_explained, peak_bytes
from vidpred.runs.build import Parts, open_engine
from vidpred.runs.conversation import say_expected
from vidpred.runs.resuming.continuation import ADVICE
from vidpred.runs.settings import Config
from vidpred.training.loop import Intervals, Loop

RARELY = 10**9  # steps between two looks, pictures and checkpoints
WARM_UP = 2  # steps that do not count: they allocate, and compile
SECONDS = 3.0  # over which steps are timed
LONG_STEP = 1.0  # seconds of a step that tells by itself how long others take


@dataclass(frozen=True)
class Cost:
    """Measured of a run.

    Args:
        seconds_per_step: after the first steps.
        steps: of the whole run, by its settings.
        batch_size: clips of a step.
        memory: bytes that the whole process took at most, on a GPU those of the GPU; None where no system says.
        parameters: of the network.
        device: where it was computed.
    """

    seconds_per_step: float
    steps: int
    batch_size: int
    memory: int | None
    parameters: int
    device: str


@memory_explained(ADVICE)
def measure_cost(
    config: Config, device: str = "auto", start_from: Path | None = None, seconds: float | None = None
) -> Cost:
    """Take the first steps of a run, write nothing, and say what they cost.

    Args:
        config: of the run.
        device: auto, cpu, cuda, cuda:1 or mps.
        start_from: a checkpoint whose weights it would begin with.
        seconds: over which steps are timed, at least; None for :data:`SECONDS`.

    Raises:
        VidpredError: the data, the settings or the weights cannot be used, or memory runs out.
    """
    parts = Parts.build(config, open_engine(config, device), start_from)
    loop = _loop(parts, config.log.metrics_every)
    try:
        taken, spent, number = _take(loop, 0, WARM_UP), 0.0, 0
        while spent < (SECONDS if seconds is None else seconds) or not number:
            started = time.perf_counter()
            taken = _take(loop, taken, max(1, number))
            spent, number = spent + time.perf_counter() - started, taken - WARM_UP
    finally:
        parts.feed.close()
        parts.engine.close()
    weights = sum(weight.numel() for weight in parts.trainer.generator.network.parameters())
    return Cost(
        seconds_per_step=spent / number,
        steps=config.train.steps,
        batch_size=config.train.batch_size,
        memory=peak_memory(parts.engine.device),
        parameters=weights,
        device=str(parts.engine.device),
    )


def time_first_steps(parts: Parts) -> float:
    """Return the seconds of a step by the first ones of a run, of which nothing is kept.

    Where the first takes :data:`LONG_STEP` seconds or more it tells enough, but for an engine that warms up; else it
    does not count, and those of about as many seconds after it do. Of several processes, the main one's clock counts.
    """
    engine, loop = parts.engine, _loop(parts, RARELY)
    started = time.perf_counter()
    taken, spent = _take(loop, 0, 1), 0.0
    first = engine.from_main(time.perf_counter() - started)
    if first >= LONG_STEP and not engine.warms_up:
        return first
    started = time.perf_counter()
    while spent < LONG_STEP:
        taken = _take(loop, taken, taken)
        spent = engine.from_main(time.perf_counter() - started)
    return spent / (taken - 1)


def described(parts: Parts, text: str, step: int = 0, spent: float = 0.0) -> Iterator[str]:
    """Yield what is said of a run that is not to begin, then how long it would take; close its parts.

    Args:
        parts: of the run.
        text: what is said of it.
        step: see :func:`~vidpred.runs.conversation.say_expected`.
        spent: see there.
    """
    try:
        yield text
        yield say_expected(parts, time_first_steps(parts), step, spent)
    finally:
        parts.feed.close()
        parts.engine.close()


def peak_memory(device: torch.device) -> int | None:
    """Return the most bytes that this process has taken so far, of the machine or of the GPU that ``device`` is."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    return peak_bytes()


def _loop(parts: Parts, metrics_every: int) -> Loop:
    """Return what takes steps of which nothing is kept, and breaks off at Ctrl-C."""
    every = Intervals(metrics_every, RARELY, RARELY, RARELY)
    return Loop(
        trainer=parts.trainer,
        engine=parts.engine,
        feed=parts.feed,
        seed=parts.config.train.seed,
        intervals=every,
        is_better=lambda *_: True,
        saves_when_interrupted=False,
    )


def _take(loop: Loop, first: int, number: int) -> int:
    """Take so many steps and wait until the device has done them; return how many have been taken since the start."""
    loop.run(first, first + number, {})
    loop.engine.settle()
    return first + number
