"""Trains a classifier of digits from few labels, with and without all other images, and prints both test errors.

    python scripts/benchmark_semi_supervised.py MNIST --out few_labels --labels 100 1000 --seeds 0 1 2

MNIST is the folder of its four files. Both networks are the discriminator of the preset semi_supervised, and see the
same labelled images, drawn by the seed, in batches of 100. One learns from them alone; the other learns from the
unlabelled images and from drawn ones besides, in a run of the preset. Each trains for the same number of steps, by the
same rule and with the same noise. A run that is there already is not trained again.
"""

import argparse
import datetime
import json
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.interfaces import Batch, Dataset, DiscriminatorEvaluator, Labelled
from vidpred.machine.engine import evaluating
from vidpred.machine.files import write_text
from vidpred.runs.build import Parts, open_engine
from vidpred.runs.checkpoint import LAST, Checkpoint, find_checkpoint
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.settings import Config, load_config
from vidpred.runs.train import train_or_resume
from vidpred.training.player import Player

PRESET, CLASSES = Path("semi_supervised"), 10


def main() -> None:
    """Train what is not there yet, and print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of MNIST's files")
    parser.add_argument("--out", type=Path, required=True, help="folder for the runs and the table")
    parser.add_argument("--labels", type=int, nargs="+", default=[100, 1000], help="labelled digits, of all classes")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--set", nargs="*", default=[], help="settings other than the preset's, as train.steps=500")
    arguments = parser.parse_args()
    try:
        rows = [_row(number, seed, arguments) for number in arguments.labels for seed in arguments.seeds]
    except VidpredError as error:
        sys.exit(f"{Path(sys.argv[0]).stem}: error: {error}")
    table = _table(rows)
    write_text(arguments.out / "table.md", table)
    print(table)


def _row(number: int, seed: int, arguments: argparse.Namespace) -> dict[str, float]:
    """Return the errors of both networks for one number of labels and one seed; train what is not there."""
    if number < CLASSES or number % CLASSES:
        raise VidpredError(f"{number} labels do not divide among {CLASSES} digits; ask for a multiple of {CLASSES}")
    settings = [*arguments.set, f"data.labelled_per_class={number // CLASSES}", f"train.seed={seed}"]
    config = load_config(PRESET, settings).on_data(arguments.data)
    folder = arguments.out / f"{number}_labels_seed_{seed}"
    row, kept = {"labels": number, "seed": seed}, folder / "errors.json"
    if kept.is_file():
        return {**row, **json.loads(kept.read_text())}
    began = time.process_time()
    train_or_resume(config, folder, "cpu")
    errors = {"semi_supervised": _error_of_run(config, folder), "semi_supervised_seconds": time.process_time() - began}
    began = time.process_time()
    errors |= {"supervised": _train_alone(config), "supervised_seconds": time.process_time() - began}
    write_text(kept, json.dumps(errors))
    print(_line(number, seed, errors), file=sys.stderr, flush=True)
    return {**row, **errors}


def _error_of_run(config: Config, folder: Path) -> float:
    """Return the test error of a run's discriminator after its last step."""
    parts = Parts.build(config, open_engine(config, "cpu"))
    parts.feed.close()
    assert parts.trainer.adversary is not None
    network = parts.trainer.adversary.player.network
    network.load_state_dict(Checkpoint.load(find_checkpoint(folder, prefer=LAST)).state["discriminator"])
    return _test_error(config, network)


def _train_alone(config: Config) -> float:
    """Train the same network on the labelled images alone, and return its test error."""
    task = build_task(config)
    data = build_data(config, task).train
    labels = _labels(data)
    rows = np.flatnonzero(labels >= 0)[: CLASSES * config.data.options["labelled_per_class"]]
    clips, classes = to_model(data.gather(rows.tolist())), torch.tensor(labels[rows])
    torch.manual_seed(config.train.seed)
    facts = {**task.facts, **data.facts}
    network = DISCRIMINATORS.build(config.discriminator.name, facts, **config.discriminator.options)
    engine = open_engine(config, "cpu")
    player = Player(network, config.adversary, config.train.steps, engine)
    for step in range(config.train.steps):
        engine.seed_step(config.train.seed, step)
        chosen = torch.randperm(len(rows))[: config.train.batch_size // 2]
        player.backward(cross_entropy(network.classify([clips[chosen]]), classes[chosen]))
        player.update()
    return _test_error(config, network)


def _test_error(config: Config, network: nn.Module) -> float:
    """Return the share of all test digits that a network takes for another."""
    task = build_task(config)
    data = build_data(config, task).validation
    assert isinstance(task, DiscriminatorEvaluator)
    assert data is not None
    clips, labels = to_model(data.gather(range(len(data)))), torch.tensor(_labels(data))
    with evaluating(network):
        batches = [Batch(clip[None], label[None]) for clip, label in zip(clips, labels, strict=True)]
        return task.evaluate_discriminator(network, batches)["test_error"]


def _labels(data: Dataset) -> np.ndarray:
    """Return the class of every image."""
    assert isinstance(data, Labelled)
    labels = data.labels(range(len(data)))
    assert labels is not None
    return labels


def _table(rows: Sequence[dict[str, float]]) -> str:
    """Write the errors in Markdown, means below seeds, and under them what they were made with."""
    lines = ["| labels | seed | supervised | semi-supervised | ratio |", "|---|---|---|---|---|"]
    for number in dict.fromkeys(row["labels"] for row in rows):
        some = [row for row in rows if row["labels"] == number]
        lines += [_line(number, row["seed"], row) for row in some]
        means = {key: mean(row[key] for row in some) for key in ("supervised", "semi_supervised")}
        lines.append(_line(number, "mean", means))
    seconds = [mean(row[f"{kind}_seconds"] for row in rows) for kind in ("supervised", "semi_supervised")]
    processor, threads = platform.processor() or platform.machine(), torch.get_num_threads()
    command = " ".join(["python", f"scripts/{Path(sys.argv[0]).name}", *sys.argv[1:]])
    facts = (
        f"test errors on all test digits; {seconds[0]:.0f} and {seconds[1]:.0f} processor seconds a run; {processor}, "
        f"{threads} threads, torch {torch.__version__}; {datetime.datetime.now(datetime.UTC).date()}; `{command}`"
    )
    return "\n".join(lines) + f"\n\n{facts}\n"


def _line(number: float, seed: float | str, errors: Mapping[str, float]) -> str:
    alone, together = errors["supervised"], errors["semi_supervised"]
    return f"| {number} | {seed} | {alone:.2%} | {together:.2%} | {together / alone if alone else float('nan'):.2f} |"


if __name__ == "__main__":
    main()
