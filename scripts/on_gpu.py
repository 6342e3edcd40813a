"""A round on a GPU within a budget of minutes: tests, benchmarks, then training that the next round goes on with.

    python scripts/on_gpu.py --minutes 15 --out round --videos videos/ --images images/

Every part is a process with a limit of its own: its share of the time that is left for it and those after it. A part
that reaches it is asked to end, which a run does by saving; with the same --out, the next round skips what is done and
goes on with what is not. Trained are the default predictor (flow_pyramid), learned_motion from its shipped weights on,
the paper's widths (mathieu_adv_gdl) and r3_gpu, on what is drawn where no videos or images are named. Beside the runs,
the folder holds small files: round.json, a log of every part, benchmarks.json, and below results/, of every run, the
settings, numbers, curves, the latest picture, and the weights in files of at most 16 MB, which --join results/RUN puts
together. On a CPU everything is tiny: that shows only that the script works. Nothing is fetched from a network, and
vidpred need not be installed.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

import numpy as np
import torch
from round_weights import join_weights, split_weights

from vidpred.errors import VidpredError
from vidpred.frames.pictures import write_png

ROOT = Path(__file__).resolve().parents[1]
GRACE = 15.0  # seconds of its limit that a part has to end after it was asked to; of a short limit, a quarter
SHORTEST = 2.0  # seconds that a part needs to be worth starting
LAST = Path("checkpoints", "last.safetensors")
KEPT = ("config.yaml", "environment.json", "metrics.jsonl", "curves.png")  # of a run
TRAINING = 0.45  # share of the budget that trainings have together
LINES = 200  # that are kept of a log, from its end
TINY = ["data=moving_shapes", "data.resolution=32", "data.num_clips=8", "train.steps=2", "train.batch_size=2"]
TINY += ["log.preview_frames=2", "log.validation_clips=1"]
TINY_IMAGES = ["network.hidden_channels=8", "discriminator.hidden_channels=8", "data.resolution=16"]
TINY_IMAGES += ["train.steps=2", "train.batch_size=4", "log.validation_clips=4"]


@dataclass(frozen=True)
class Part:
    """One thing to do in a round."""

    name: str
    command: Sequence[str]
    share: float  # of the budget
    ask: signal.Signals = signal.SIGTERM  # to end


@dataclass(frozen=True)
class Outcome:
    """How a part went."""

    name: str
    ended: str  # done, out of time, failed, no time left
    seconds: float
    limit: float
    last_line: str


@dataclass(frozen=True)
class Training:
    """A preset, how it is made tiny, which of the named data it learns from, and the weights that it goes on from.

    What is made tiny starts from nothing, as do presets without such weights.
    """

    preset: str
    tiny: Sequence[str]
    data: str
    weights: str | None = None


TRAININGS = {
    "default": Training("flow_pyramid", [*TINY, "network.widths=[4,4,4,4]"], "videos"),
    "learned_motion": Training(
        "learned_motion", [*TINY, "network.width_multiplier=0.1"], "videos", weights="learned_motion"
    ),
    "paper": Training("mathieu_adv_gdl", [*TINY, "network.width_multiplier=0.03", "network.num_scales=2"], "videos"),
    "r3_gpu": Training(
        "r3_gpu",
        TINY_IMAGES,
        "images",
    ),
}


def main() -> None:
    """Do what is not done yet, in order, and write down how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=15.0, help="the budget of the round")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    parser.add_argument("--out", type=Path, default=Path("gpu_round"), help="folder for what is left behind")
    parser.add_argument("--videos", type=Path, help="folder of videos to learn from; drawn shapes without")
    parser.add_argument("--images", type=Path, help="folder of images to learn from; drawn ones without")
    parser.add_argument("--parts", nargs="+", choices=("tests", "benchmarks", *TRAININGS), help="some of them only")
    parser.add_argument("--join", type=Path, metavar="RUN", help="put the weights of a run together, and do no more")
    arguments = parser.parse_args()
    try:
        if arguments.join:
            print(f"wrote {join_weights(arguments.join)}")
            return
        outcomes = do_round(plan(arguments), arguments.minutes * 60, arguments.out)
    except VidpredError as error:
        raise SystemExit(f"on_gpu: error: {error}") from None
    if any(outcome.ended == "failed" for outcome in outcomes):
        raise SystemExit(1)


def plan(arguments: argparse.Namespace) -> list[Part]:
    """Return the parts of a round, in their order."""
    out, on_cpu = arguments.out.resolve(), _is_cpu(arguments.device)
    python = sys.executable
    tests = ["-n", "0", "tests/machine/test_on_cuda.py"] if on_cpu else ["tests"]
    bench = [python, str(ROOT / "scripts" / "benchmark_training.py"), "--device", arguments.device]
    bench += ["--json", str(out / "benchmarks.json")]
    tiny = ["--presets", "smoke", "--steps", "1", "--seconds", "0", "--side", "32", "--set", "train.batch_size=2"]
    parts = [
        Part("tests", [python, "-m", "pytest", "-q", "--tb=short", *tests], 0.35, signal.SIGINT),
        Part("benchmarks", bench + (tiny if on_cpu else []), 0.2),
        *(Part(name, _train(name, arguments, out, on_cpu), TRAINING / len(TRAININGS)) for name in TRAININGS),
    ]
    return [part for part in parts if arguments.parts is None or part.name in arguments.parts]


def _is_cpu(device: str) -> bool:
    return device == "cpu" or (device == "auto" and not torch.cuda.is_available())


def _train(name: str, arguments: argparse.Namespace, out: Path, on_cpu: bool) -> list[str]:
    """Return the command that starts a run, or goes on with it."""
    run, training = out / "runs" / name, TRAININGS[name]
    command = [sys.executable, "-m", "vidpred", "train"]
    if (run / LAST).is_file():
        return [*command, "--resume", str(run), "--device", arguments.device]
    source: Path | None = getattr(arguments, training.data)
    if source is None and training.data == "images":
        source = out / "drawn_images"
    settings = list(training.tiny) if on_cpu else []
    if source is None and not on_cpu:
        settings += ["data=moving_shapes", "data.resolution=64", "data.num_clips=2000"]
    where = [str(source.resolve())] if source is not None and (training.data == "images" or not on_cpu) else []
    command += [*where, "--config", training.preset, "--out", str(run), "--device", arguments.device]
    if training.weights and not on_cpu:
        command += ["--from", training.weights]
    return [*command, *settings]


def do_round(
    parts: Sequence[Part], budget: float, out: Path, clock: Callable[[], float] = time.monotonic
) -> list[Outcome]:
    """Do all ``parts`` but those that an earlier round of the same folder has done; return how they went.

    Args:
        parts: in their order.
        budget: seconds for all of them.
        out: the folder.
        clock: tells the seconds.
    """
    for folder in ("runs", "results", "logs"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    record, started = out / "round.json", clock()
    before: dict[str, dict[str, object]] = json.loads(record.read_text()) if record.is_file() else {}
    told, outcomes = dict(before), []
    waiting = [part for part in parts if before.get(part.name, {}).get("ended") != "done"]
    for number, part in enumerate(waiting):
        share = part.share / sum(later.share for later in waiting[number:])
        limit = share * (started + budget - clock())
        outcome = do_part(part, limit, out, clock)
        print(f"{part.name}: {outcome.ended} after {outcome.seconds:.0f} of {limit:.0f} s: {outcome.last_line}")
        outcomes.append(outcome)
        told[part.name] = asdict(outcome)
        record.write_text(json.dumps(told, indent=2) + "\n")
    return outcomes


def do_part(part: Part, limit: float, out: Path, clock: Callable[[], float]) -> Outcome:
    """Run a part for at most ``limit`` seconds, and keep what is small of what it leaves."""
    if limit < SHORTEST:
        return Outcome(part.name, "no time left", 0.0, limit, "")
    if str(out.resolve() / "drawn_images") in part.command:
        draw_images(out / "drawn_images")
    run = out / "runs" / part.name
    if run.is_dir() and not (run / LAST).is_file():
        shutil.rmtree(run)  # it was ended before it had anything to go on with
    log, began = out / "logs" / f"{part.name}.txt", clock()
    with log.open("w") as file:
        grace = min(GRACE, limit / 4)
        code = run_limited(part, limit - grace, grace, file)
    lines = log.read_text(errors="replace").splitlines()[-LINES:]
    log.write_text("\n".join(lines) + "\n")
    if run.is_dir():
        keep_small_files(run, out / "results" / part.name)
    ended = {None: "out of time", 0: "done"}.get(code, "failed")
    last_line = next((line for line in reversed(lines) if line.strip()), "")
    return Outcome(part.name, ended, clock() - began, limit, last_line[:300])


def run_limited(part: Part, until_asked: float, until_killed: float, log: TextIO) -> int | None:
    """Run the command of a part; return its exit code, or none where it was asked to end after so many seconds."""
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        part.command, cwd=ROOT, env=surroundings, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        return process.wait(until_asked)
    except subprocess.TimeoutExpired:
        pass
    os.killpg(process.pid, part.ask)
    try:
        process.wait(until_killed)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return None


def keep_small_files(run: Path, kept: Path) -> None:
    """Copy the numbers, the curves and the latest picture of a run, and its weights in small files."""
    kept.mkdir(parents=True, exist_ok=True)
    pictures = sorted((run / "samples").glob("*.png"))[-1:]
    for path in [*(run / name for name in KEPT), *pictures]:
        if path.is_file():
            shutil.copy(path, kept / ("latest.png" if path in pictures else path.name))
    if any((run / "checkpoints").glob("*.safetensors")):
        split_weights(run, kept)


def draw_images(folder: Path, number: int = 64, side: int = 32) -> None:
    """Draw smooth colour pictures, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(0)
    for index in range(number):
        coarse = draw.integers(0, 256, (4, 4, 3), np.uint8)
        path = folder / f"{index:03}.png"
        if not path.exists():
            write_png(path, coarse.repeat(side // 4, 0).repeat(side // 4, 1))


if __name__ == "__main__":
    main()
