"""The steps of a preset on drawn clips, as a run takes them: how fast, where the time goes, and what the device does.

It runs in a checkout of any age since d828c0b: names that have moved since are looked for in both places.
"""

import argparse
import json
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import torch

NUM_CLIPS = 256
WARM_UP = 5  # steps, at most as many as count
RARELY = 10**6  # steps between two looks at validation clips, pictures and checkpoints
PHASES = {  # by the methods in which they pass
    "data": ["training.feed.Feed.batch"],
    "generator forward": ["training.trainer.AdversarialTrainer._attempt"],
    "augmentation": ["training.augmenter.Augmenter.__call__", "training.augmentation.Augmenter.__call__"],
    "data terms": ["losses.objective.Objective.__call__"],
    "discriminator forward": [
        "training.adversary.Adversary._judge",
        "training.adversary.Adversary.adversarial_loss",
        "training.adversary.Adversary.feature_matching_loss",
    ],
    "penalties": ["training.penalties.Penalties.weighted_sum"],
    "backward": ["training.player.Player.backward"],
    "updates": ["training.player.Player.update"],
    "average": ["training.average.Average.update"],
}


@dataclass(frozen=True)
class Work:
    """What is trained, and on what."""

    preset: str
    settings: Sequence[str] = ()
    device: str = "auto"
    side: int | None = None  # of the clips; by default that of the preset
    steps: int = 8  # that are looked at, where it is not the speed that is measured
    seconds: float = 3.0  # over which the speed is


class DrawnClips:
    """Random clips in memory, cheap to gather."""

    def __init__(self, length: int, side: int):
        draw = np.random.default_rng(0)
        small = draw.integers(0, 256, (NUM_CLIPS, length, side // 4, side // 4, 3), np.uint8)
        self.clips = small.repeat(4, axis=2).repeat(4, axis=3)
        self.facts = {"frame_channels": 3, "height": side // 4 * 4, "width": side // 4 * 4}

    def __len__(self) -> int:
        return NUM_CLIPS

    def gather(self, indices: Sequence[int], draws: Any = None) -> np.ndarray:
        """Return the clips (B, T, H, W, C)."""
        del draws
        return self.clips[list(indices)]


class Steps:
    """The loop of a run of ``work``, without what it writes."""

    def __init__(self, work: Work):
        config = found("runs.settings.load_config", "config.load_config")(Path(work.preset), list(work.settings))
        self.batch_size: int = config.train.batch_size
        task = found("runs.networks.build_task", "build.build_task")(config)
        engine_of = found("machine.engine.Engine", "training.engine.Engine")
        self.engine = engine_of(work.device, config.train.precision, config.train.channels_last, config.train.compile)
        options = config.data.options
        clips = DrawnClips(task.clip_length, work.side or options.get("crop") or options.get("resolution") or 32)
        facts = {**task.facts, **clips.facts, "num_clips": NUM_CLIPS}
        build = found("runs.build.build_trainer", "build.build_trainer")
        self.trainer = build(config, task, facts, self.engine)
        rounds = getattr(self.trainer, "rounds", self.trainer.discriminator_steps)
        feed = found("training.feed.Feed")(clips, self.batch_size, 0, self.engine.device, rounds)
        loop, intervals = found("training.loop.Loop"), found("training.loop.Intervals")
        every = intervals(config.log.metrics_every, RARELY, RARELY, RARELY)
        self.loop = loop(self.trainer, self.engine, feed, 0, every, lambda *_: True)
        self.taken = 0

    def take(self, number: int) -> float:
        """Take so many steps; return the seconds until the device has done them."""
        started = time.perf_counter()
        self.loop.run(self.taken, self.taken + number, {})
        self.taken += number
        self.wait()
        return time.perf_counter() - started

    def wait(self) -> None:
        """Wait until the device has done what it was given."""
        if self.engine.device.type == "cuda":
            torch.cuda.synchronize()


def found(*places: str) -> Any:
    """Return the first of some names below ``vidpred`` that is there.

    Raises:
        AttributeError: none is.
    """
    for place in places:
        module, _, name = place.rpartition(".")
        try:
            return getattr(import_module(f"vidpred.{module}"), name)
        except (ImportError, AttributeError):
            continue
    raise AttributeError(f"vidpred has none of {', '.join(places)}")


def measure_speed(work: Work) -> dict[str, float]:
    """Return steps and images per second over at least so long as asked, after a few steps that do not count."""
    steps = Steps(work)
    steps.take(min(WARM_UP, work.steps))
    number, taken = 1, steps.take(1)
    while taken < work.seconds:
        number = max(number + 1, min(8 * number, round(1.1 * number * work.seconds / max(taken, 1e-6))))
        taken = steps.take(number)
    rate = number / taken
    return {"steps_per_second": rate, "images_per_second": rate * steps.batch_size, "steps": number}


def measure_phases(work: Work) -> dict[str, float]:
    """Return the milliseconds of a step in each phase, each waited for, and all others together as ``rest``."""
    steps = Steps(work)
    steps.take(min(WARM_UP, work.steps))
    spent: dict[str, float] = defaultdict(float)
    inner = [0.0]  # seconds in phases within the one that runs
    with _timed(spent, inner, steps.wait):
        total = steps.take(work.steps)
    spent["rest"] = total - sum(spent.values())
    return {name: 1e3 * value / work.steps for name, value in spent.items()}


@contextmanager
def _timed(spent: dict[str, float], inner: list[float], wait: Callable[[], None]) -> Iterator[None]:
    """Have the methods of every phase add up the seconds that pass in them, but for those in phases within."""

    def timed(phase: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*arguments: Any, **options: Any) -> Any:
            wait()
            started = time.perf_counter()
            inner.append(0.0)
            result = method(*arguments, **options)
            wait()
            passed = time.perf_counter() - started
            spent[phase] += passed - inner.pop()
            inner[-1] += passed
            return result

        return call

    replaced = []
    for phase, places in PHASES.items():
        for place in places:
            owner_place, _, name = place.rpartition(".")
            try:
                owner = found(owner_place)
                method = getattr(owner, name)
            except AttributeError:  # which an old checkout may lack
                continue
            replaced.append((owner, name, method))
            setattr(owner, name, timed(phase, method))
    try:
        yield
    finally:
        for owner, name, method in replaced:
            setattr(owner, name, method)


def measure_device(work: Work) -> dict[str, float]:
    """Return what the device does in a step: kernels, share of the time that it is busy, arithmetic per second."""
    from torch.profiler import ProfilerActivity, profile
    from torch.utils.flop_counter import FlopCounterMode

    steps = Steps(work)
    steps.take(min(WARM_UP, work.steps))
    seconds = steps.take(work.steps)
    with FlopCounterMode(display=False) as counter:
        steps.take(1)
    flops = counter.get_total_flops()
    on_gpu = steps.engine.device.type == "cuda"
    with profile(activities=[ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if on_gpu else [])]) as seen:
        steps.take(work.steps)
    events = seen.events() or []
    operations = [event for event in events if event.name.startswith("aten::") and not _is_inner(event)]
    ceiling = matmul_ceiling(steps.engine.device, steps.engine.dtype)
    report = {
        "gflop_per_step": flops / 1e9,
        "tflops": flops * work.steps / seconds / 1e12,
        "matmul_tflops": ceiling / 1e12,
        "share_of_matmul": flops * work.steps / seconds / ceiling,
        "operations_per_step": len(operations) / work.steps,
    }
    return report | (_kernels(events, work.steps) if on_gpu else {})


def _is_inner(event: Any) -> bool:
    return event.cpu_parent is not None and event.cpu_parent.name.startswith("aten::")


def _kernels(events: Sequence[Any], steps: int) -> dict[str, float]:
    """Return kernels and copies per step, and the share of the time in which any of them ran."""
    spans, kernels, copies = [], 0, 0
    for event in events:
        if event.device_type.name != "CUDA" or getattr(event, "is_user_annotation", False):
            continue
        is_copy = event.name.startswith(("Memcpy", "Memset"))
        kernels, copies = kernels + (not is_copy), copies + is_copy
        spans.append((event.time_range.start, event.time_range.end))
    busy, until = 0.0, 0.0
    for start, end in sorted(spans):
        busy += max(0.0, end - max(start, until))
        until = max(until, end)
    whole = until - min((start for start, _ in spans), default=0.0)
    counts = {"kernels_per_step": kernels / steps, "copies_per_step": copies / steps}
    return {**counts, "busy_share": busy / whole if whole else 0.0}


def matmul_ceiling(device: torch.device, dtype: torch.dtype) -> float:
    """Return the operations per second of the product of two large matrices: what the device can do at best."""
    size = 8192 if device.type == "cuda" else 1024
    one, other = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    fastest = float("inf")
    for _ in range(6):
        started = time.perf_counter()
        (one @ other)[0, 0].item()
        fastest = min(fastest, time.perf_counter() - started)
    return float(2 * size**3 / fastest)


def measure(work: Work, parts: Sequence[str]) -> Mapping[str, Any]:
    """Return the parts of a report that are asked for: speed, phases, device."""
    report: dict[str, Any] = {"work": asdict(work), **_surroundings(work)}
    if "speed" in parts:
        report["speed"] = measure_speed(work)
    if "phases" in parts:
        report["phases"] = measure_phases(work)
    if "device" in parts:
        report["device"] = measure_device(work)
    return report


def _surroundings(work: Work) -> dict[str, Any]:
    device = found("machine.engine.Engine", "training.engine.Engine")(work.device).device
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or platform.machine()
    return {"torch": torch.__version__, "threads": torch.get_num_threads(), "device_name": name}


def main() -> None:
    """Measure once, in this process, and print a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", help="fields of the work, as JSON")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--parts", nargs="+", default=["speed", "phases", "device"])
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    print(json.dumps(measure(Work(**json.loads(arguments.work)), arguments.parts)))


if __name__ == "__main__":
    main()
