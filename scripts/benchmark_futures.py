"""Trains five recipes on clips with four equally likely futures, and prints how many of them each recipe finds.

    python scripts/benchmark_futures.py --out futures

A shape comes along and turns one of four ways. A sample is valid if it is nearer to one of the four futures than half
of the smallest distance between two of them (root mean square difference); blurs of several futures are not. A future
is found if at least one of the samples is that one. Contexts are those of validation clips, all drawn by vidpred.

A run that was cut off goes on where it stopped when the same command is given again.
"""

import argparse
import datetime
import platform
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vidpred.data.enumerable_futures import EnumerableFutures
from vidpred.errors import VidpredError
from vidpred.frames import to_model, to_uint8
from vidpred.frames.pictures import draw_rows, write_png
from vidpred.interfaces import Predictor
from vidpred.machine.files import write_text
from vidpred.metrics.known_futures import match_futures
from vidpred.nn.latent import latent_channels
from vidpred.predictors.rollout.rollout import rollout
from vidpred.runs.data import build_data
from vidpred.runs.load import load_predictor
from vidpred.runs.networks import build_task
from vidpred.runs.settings import Config, load_config
from vidpred.runs.train import train_or_resume

NUM_CONTEXT_FRAMES, NUM_FUTURES = 4, 4
BATCH_SIZE = 32
CELLS = 8  # samples that a row of the picture shows
CLIPS = ["data=enumerable_futures", "data.resolution=12", "data.greyscale=true", "data.num_clips=10000"]
NETWORKS = [
    "network=multiscale",
    "network.num_scales=2",
    "network.width_multiplier=1",
    "network.widths=[[32,32,32]]",
    "network.kernels=[[3,3,3,3],[5,3,3,3]]",
    "discriminator.width_multiplier=0.125",
]
LEARNING = [
    "generator.betas=[0.5,0.99]",
    "generator.clip_norm=1",
    "adversary.betas=[0.5,0.99]",
    "adversary.lr=5.0e-4",
    "adversary.schedule=cosine",
    f"train.batch_size={BATCH_SIZE}",
    "train.precision=fp32",
    "train.ema_decay=0.995",
    "log.validate_every=1000000",
    "log.sample_every=1000000",
]
NOISE = "network.latent_channels=8"
PLAIN_EDGES = "objective.terms={l2: 0, l1: 1, gdl: 1}"
ADVERSARY = "objective.adversarial_weight=0.1"
NUM_VALUES = 12 * 12  # of a frame, by which the weight was once divided


class Recipe(NamedTuple):
    """One row of the table."""

    meaning: str
    settings: list[str]


RECIPES: Mapping[str, Recipe] = {
    "l1": Recipe(
        "absolute error, no noise", ["objective.terms={l2: 0, l1: 1, gdl: 0}", "objective.adversarial_weight=0"]
    ),
    "paper": Recipe(
        f"absolute error + GDL + 0.05 / {NUM_VALUES} x adversary, and noise",
        [PLAIN_EDGES, NOISE, f"objective.adversarial_weight={0.05 / NUM_VALUES:.3g}"],
    ),
    "gan": Recipe("the same, 0.1 x adversary", [PLAIN_EDGES, NOISE, ADVERSARY]),
    "crps": Recipe(
        "the same, errors over crps of 2 samples",
        [PLAIN_EDGES, NOISE, ADVERSARY, "objective.over=crps", "objective.num_draws=2"],
    ),
    "energy": Recipe(
        "squared error over energy of 2 samples, no adversary",
        [
            "objective.terms={l2: 1, gdl: 0}",
            NOISE,
            "objective.adversarial_weight=0",
            "objective.over=energy",
            "objective.num_draws=2",
        ],
    ),
}


def main() -> None:
    """Train, draw, match, and write the table and a picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for runs, table and picture")
    parser.add_argument("--steps", type=int, default=4000, help="of training, per recipe")
    parser.add_argument("--samples", type=int, default=64, help="futures drawn per context")
    parser.add_argument("--contexts", type=int, default=100, help="validation clips whose futures are counted")
    parser.add_argument("--seed", type=int, default=0, help="of weights, clips and samples")
    parser.add_argument("--recipes", nargs="+", choices=RECIPES, default=list(RECIPES), help="rows of the table")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    try:
        count_futures(parser.parse_args())
    except VidpredError as error:
        raise SystemExit(f"benchmark_futures: error: {error}") from None


def count_futures(arguments: argparse.Namespace) -> None:
    """Train what is not trained yet, and draw from it."""
    predictors = {name: _train(name, arguments) for name in arguments.recipes}
    futures = _futures(arguments)
    samples = {name: _draw(predictor, futures, arguments) for name, predictor in predictors.items()}
    table = _table(samples, futures, arguments)
    write_text(arguments.out / "table.md", table)
    write_png(arguments.out / "futures.png", _picture(samples, futures))
    print(f"\n{table}")


def _config(recipe: str, arguments: argparse.Namespace) -> Config:
    run = [f"train.steps={arguments.steps}", f"train.seed={arguments.seed}"]
    clips = [*CLIPS, f"data.num_validation_clips={arguments.contexts}"]
    return load_config(overrides=[*clips, *NETWORKS, *LEARNING, *RECIPES[recipe].settings, *run])


def _train(recipe: str, arguments: argparse.Namespace) -> Predictor:
    """Train or resume one recipe; return its averaged network."""
    folder, config = arguments.out / recipe, _config(recipe, arguments)
    print(f"\n{recipe}: {RECIPES[recipe].meaning}")
    return load_predictor(train_or_resume(config, folder, arguments.device), arguments.device)


def _futures(arguments: argparse.Namespace) -> Tensor:
    """Return every context with each of its futures, (B, n, T + 1, C, H, W)."""
    config = _config("l1", arguments)
    clips = build_data(config, build_task(config)).validation
    assert isinstance(clips, EnumerableFutures)
    return torch.stack([to_model(clips.futures(index)) for index in range(len(clips))])


@torch.inference_mode()
def _draw(predictor: Predictor, futures: Tensor, arguments: argparse.Namespace) -> Tensor:
    """Return samples of the frame after every context, (B, N, 1, C, H, W); one of a deterministic network."""
    assert isinstance(predictor, torch.nn.Module)
    context = futures[:, 0, :NUM_CONTEXT_FRAMES].to(next(predictor.parameters()).device)
    number = arguments.samples if latent_channels(predictor) else None
    drawn = rollout(predictor, context, 1, number, arguments.seed).cpu()
    return drawn if number else drawn[:, None]


def _table(samples: Mapping[str, Tensor], futures: Tensor, arguments: argparse.Namespace) -> str:
    """Write the table in Markdown, and under it what it was made with."""
    lines = [
        "| recipe | errors, adversary, noise | futures found, of 4 | contexts with all 4 found | valid samples |",
        "|---|---|---|---|---|",
    ]
    for name, drawn in samples.items():
        matches = match_futures(drawn, futures[:, :, NUM_CONTEXT_FRAMES:])
        found, whole = matches.found.double().mean(), (matches.found == NUM_FUTURES).double().mean()
        lines.append(f"| {name} | {RECIPES[name].meaning} | {found:.2f} | {whole:.0%} | {matches.valid.mean():.1%} |")
    processor, threads = platform.processor() or platform.machine(), torch.get_num_threads()
    command = " ".join(["python", f"scripts/{Path(sys.argv[0]).name}", *sys.argv[1:]])
    facts = (
        f"{arguments.steps} steps of {BATCH_SIZE} clips per recipe; {arguments.samples} samples for each of "
        f"{len(futures)} contexts (one where there is no noise); seed {arguments.seed}; {processor}, {threads} "
        f"threads, torch {torch.__version__}; {datetime.datetime.now(datetime.UTC).date()}; `{command}`"
    )
    return "\n".join(lines) + f"\n\n{facts}\n"


def _picture(samples: Mapping[str, Tensor], futures: Tensor, num_contexts: int = 2) -> np.ndarray:
    """Draw the first contexts, below each all of its futures, and below those the first samples of each recipe."""
    parts = []
    for index in range(num_contexts):
        shown = {
            "context": futures[index, 0, :NUM_CONTEXT_FRAMES],
            "all futures": futures[index, :, NUM_CONTEXT_FRAMES],
            **{name: drawn[index, :CELLS, 0] for name, drawn in samples.items()},
        }
        rows = [
            (name, {column: ("", frame) for column, frame in enumerate(to_uint8(frames))})
            for name, frames in shown.items()
        ]
        parts.append(draw_rows(rows, CELLS, *futures.shape[-2:]))
    return np.concatenate(parts)


if __name__ == "__main__":
    main()
