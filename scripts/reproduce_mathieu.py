"""Trains the rows of Mathieu, Couprie and LeCun's (2016) tables under one budget, and prints their table.

    python scripts/reproduce_mathieu.py videos/ --size cpu --seeds 0 1 2 --out ablation

Every row of a seed sees the same clips in the same order for the same number of steps. What differs is the loss:
squared error, absolute error, absolute error with gradient difference, squared error with adversary, and absolute error
with gradient difference and adversary, the last at several weights (--weights). Scored are validation videos, whole
frames and their moving area; written are table.md, with what every row changes against that without its adversary (l1
and l2 against gdl) and how sure that is over videos and over seeds, ablation.png, and a report per seed.

At the size cpu every row has a first stage without adversary and goes on from it, with its adversary if it has one:
rows that differ in the adversary alone share their first stage. At the sizes gpu and smoke the adversary is there from
the first step, as in the paper, and rows that the paper goes on to train on patches of 64 x 64 do so too, each from its
own weights and with a new discriminator of that size.

The paper takes 500,000 steps of plain gradient descent; here Adam takes few. For gpu they are counted from the compute:
per clip, a step of the paper's widths costs 56 GFLOP, 86 with the adversary, and at 64 x 64 224 and 492, so 6,000 steps
of 32 clips for each row and 1,500 of 16 for each that is trained on come to 105,000 TFLOP, which is 12 minutes at 15 %
of the 989 TFLOP/s that an H100 has in bfloat16 and leaves the other half of 25 minutes to decoding, scoring and a
slower start.

What was cut off goes on where it stopped when the same command is given again; rows run side by side (--jobs).
"""

import argparse
import multiprocessing
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import torch
from ablation_scores import score, write_tables

from vidpred.errors import VidpredError
from vidpred.runs.settings import load_config
from vidpred.runs.train import train_or_resume

ROWS: Mapping[str, str] = {  # the preset of each, in the order of the table
    "l2": "mathieu_l2",
    "l1": "mathieu_l1",
    "gdl": "mathieu_gdl",
    "adv": "mathieu_adv",
    "adv_gdl": "mathieu_adv_gdl",
}
WITHOUT_ADVERSARY = {"adv": "l2", "adv_gdl": "gdl"}  # the row that lacks the adversary and nothing else
SWEPT = "adv_gdl"  # the row of --weights
FINE_TUNED = ("gdl", "adv", "adv_gdl")
SECOND = "_64"  # how the presets of that stage go on


@dataclass(frozen=True)
class Size:
    """How much is trained.

    Args:
        widths: of the networks: how the presets' names end.
        settings: of every row, beside its preset's.
        before: what is different in a first stage, which no adversary takes part in; none leaves that out.
        fine_tuning: what is different when a row is trained on, on larger patches; none leaves that out.
    """

    widths: str
    settings: Sequence[str]
    before: Sequence[str] | None = None
    fine_tuning: Sequence[str] | None = None


FEW_LOOKS = ("log.validation_clips=16", "log.sample_every=2000", "log.validate_every=200", "log.checkpoint_every=500")
SIZES: Mapping[str, Size] = {
    "smoke": Size(
        widths="_small",
        settings=(
            "train.steps=4",
            "network.width_multiplier=0.03125",
            "train.batch_size=2",
            "log.validation_clips=2",
            "log.metrics_every=2",
        ),
        fine_tuning=("train.steps=2",),
    ),
    "cpu": Size(
        widths="_small",
        settings=(
            "train.steps=400",
            "train.ema_decay=0",  # averaged weights blur what an adversary adds
            "generator.lr=2.0e-4",
            "generator.final_lr=2.0e-5",
            "generator.warmup_steps=100",
            "log.metrics_every=25",
            *FEW_LOOKS,
        ),
        before=(
            "train.steps=1000",
            "train.ema_decay=0.99",
            "generator.lr=1.0e-3",
            "generator.final_lr=3.0e-4",
            "generator.warmup_steps=0",
            "log.metrics_every=50",
            *FEW_LOOKS,
        ),
    ),
    "gpu": Size(
        widths="",
        settings=(
            "train.steps=6000",
            "train.batch_size=32",
            "train.precision=bf16",
            "train.ema_decay=0.999",
            "network.output=bounded",
            "generator.optimizer=adam",
            "generator.lr=5.0e-4",
            "generator.final_lr=5.0e-5",
            "generator.schedule=cosine",
            "generator.warmup_steps=100",
            "generator.clip_norm=1",
            "adversary.optimizer=adam",
            "adversary.lr=1.0e-4",
            "log.validate_every=2000",
            "log.sample_every=6000",
            "log.checkpoint_every=2000",
        ),
        fine_tuning=(
            "train.steps=1500",
            "train.batch_size=16",
            "generator.lr=1.0e-4",
            "generator.final_lr=1.0e-5",
        ),
    ),
}


@dataclass(frozen=True)
class Training:
    """One run of the ablation."""

    folder: Path
    preset: str
    settings: Sequence[str]
    start_from: Path | None = None


def main() -> None:
    """Train, compare, print, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos; a share of them validates")
    parser.add_argument("--size", choices=SIZES, default="cpu", help="smoke: a minute; cpu: two hours; gpu")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="some of the rows; all by default")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0], help="every row is trained once per seed")
    parser.add_argument("--weights", nargs="+", type=float, default=[], help=f"further weights of {SWEPT}'s adversary")
    parser.add_argument("--steps", type=int, help="steps per row, instead of what the size says")
    parser.add_argument("--first-steps", type=int, help="steps of the first stage, instead of what the size says")
    parser.add_argument("--fine-tuning-steps", type=int, help="steps on larger patches, instead of what the size says")
    parser.add_argument("--compile", action="store_true", help="compile the networks with torch.compile")
    parser.add_argument("--jobs", type=int, default=1, help="runs that are trained side by side, with a thread each")
    parser.add_argument("--horizon", type=int, default=5, help="frames ahead that are scored")
    parser.add_argument("--windows", type=int, default=8, help="most clips to score per validation video")
    parser.add_argument("--out", type=Path, required=True, help="folder for runs, reports, table and plot")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    try:
        reproduce(parser.parse_args())
    except VidpredError as error:
        raise SystemExit(f"reproduce_mathieu: error: {error}") from None


def reproduce(wanted: argparse.Namespace) -> None:
    """Train what is wanted, or what is left of it, score it seed by seed, and write table and plot."""
    spawned = multiprocessing.get_context("spawn")
    rows: list[str] = []
    with ProcessPoolExecutor(wanted.jobs, mp_context=spawned) if wanted.jobs > 1 else nullcontext() as pool:
        for seed in wanted.seeds:
            first, main, further = stages(wanted, seed)
            for stage in (first, main, further):
                _train_all(stage, wanted.videos, wanted.device, pool)
            runs = {training.folder.name: training.folder for training in (*main, *further)}
            score(wanted.videos, runs, wanted.out / f"seed{seed}", wanted.horizon, wanted.windows, wanted.device)
            rows = list(runs)
    print(f"\n{write_tables(wanted.out, wanted.seeds, rows)}")


def stages(wanted: argparse.Namespace, seed: int) -> tuple[list[Training], list[Training], list[Training]]:
    """Return what is trained for one seed: first stages, rows, and rows trained on on larger patches."""
    size, out = SIZES[wanted.size], wanted.out / f"seed{seed}"
    every = [f"train.seed={seed}", *(["train.compile=true"] if wanted.compile else [])]
    rows: list[tuple[str, str, list[str]]] = [(row, row, []) for row in ROWS if row in wanted.rows]
    rows += [(f"{SWEPT}_{weight:g}", SWEPT, [f"objective.adversarial_weight={weight:g}"]) for weight in wanted.weights]
    firsts = {WITHOUT_ADVERSARY.get(row, row): out / "first" / WITHOUT_ADVERSARY.get(row, row) for _, row, _ in rows}
    before, main, further = list[Training](), list[Training](), list[Training]()
    if size.before is not None:
        settings = [*size.settings, *size.before, *_steps(wanted.first_steps), *every]
        before = [Training(folder, ROWS[row] + size.widths, settings) for row, folder in firsts.items()]
    for name, row, own in rows:
        start = firsts[WITHOUT_ADVERSARY.get(row, row)] if before else None
        settings = [*size.settings, *own, *_steps(wanted.steps), *every]
        main.append(Training(out / name, ROWS[row] + size.widths, settings, start))
        if size.fine_tuning is not None and row in FINE_TUNED:
            settings = [*size.settings, *size.fine_tuning, *own, *_steps(wanted.fine_tuning_steps), *every]
            preset = ROWS[row] + SECOND + size.widths
            further.append(Training(out / f"{name}_64x64", preset, settings, out / name))
    return before, main, further


def _steps(number: int | None) -> list[str]:
    """Return the setting of so many steps; none leaves what the size says."""
    return [f"train.steps={number}"] if number else []


def _train_all(trainings: Sequence[Training], videos: Path, device: str, pool: ProcessPoolExecutor | None) -> None:
    """Train some runs: one after the other, or side by side in the processes of a pool."""
    if pool is None:
        for training in trainings:
            print(f"\n{training.folder}: {training.preset} {' '.join(training.settings)}")
            _train(training, videos, device)
        return
    started = [pool.submit(_train_apart, training, videos, device) for training in trainings]
    for training, end in zip(trainings, started, strict=True):
        end.result()
        print(f"trained {training.folder}", flush=True)


def _train_apart(training: Training, videos: Path, device: str) -> None:
    """Train one run with one thread, and write what it prints beside its folder."""
    torch.set_num_threads(1)
    training.folder.parent.mkdir(parents=True, exist_ok=True)
    told = training.folder.with_name(f"{training.folder.name}.log")
    with told.open("a") as log, redirect_stdout(log), redirect_stderr(log):
        _train(training, videos, device)


def _train(training: Training, videos: Path, device: str) -> None:
    config = load_config(Path(training.preset), training.settings).on_data(videos)
    train_or_resume(config, training.folder, device, training.start_from)


if __name__ == "__main__":
    main()
