"""Trains generators of images on equal terms, scores them on held-out images, and prints the table.

    python scripts/benchmark_synthesis.py --out synthesis --data digits=mnist:MNIST pictures=image_folder:images

Rows: dcgan and r3_tiny on as many images, both with classes as well where the data have any, r3_tiny at the cost of
dcgan (processor time, timed before the first run), and a Gaussian mixture. Within one data set and seed all rows have
the same training and validation images; generated images are compared with the latter.
The same command again goes on with runs that were cut off, and repeats none.
"""

import argparse
import datetime
import json
import platform
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from seed_tables import seed_tables

from vidpred.errors import VidpredError
from vidpred.evaluation.generation import HELD_OUT, REFERENCE, evaluate_generators
from vidpred.frames import to_model
from vidpred.frames.pictures import draw_rows, write_png
from vidpred.interfaces import Dataset, Labelled, Split
from vidpred.machine.engine import Engine
from vidpred.machine.files import sha256_of, write_text
from vidpred.metrics.features import Extractor, LocalClassifier, RandomConvolution
from vidpred.runs.build import build_trainer
from vidpred.runs.checkpoint import LAST
from vidpred.runs.data import build_data
from vidpred.runs.fit import fit_mixture
from vidpred.runs.load import load_generator
from vidpred.runs.networks import build_task
from vidpred.runs.settings import Config, load_config
from vidpred.runs.train import train_or_resume

CELLS = 12  # images in a row of the picture
TIMED = 24  # steps of either recipe
MIXTURE = "gaussian_mixture"


class Size(NamedTuple):
    """How large everything is."""

    resolution: int
    widths: Mapping[str, int]  # hidden channels of both players, by preset
    batches: Mapping[str, int]
    images: int  # that every run sees, but for equal cost
    judged: int  # most validation images
    components: int
    coordinates: int


SIZES = {
    "smoke": Size(16, {"dcgan": 8, "r3_tiny": 8}, {"dcgan": 8, "r3_tiny": 8}, 16, 120, 2, 4),
    "cpu": Size(32, {"dcgan": 48, "r3_tiny": 160}, {"dcgan": 16, "r3_tiny": 16}, 40_960, 5000, 50, 64),
}


class Row(NamedTuple):
    """One row of the table."""

    preset: str
    labels: bool = False
    at_cost_of: str | None = None  # whose cost it may have, instead of its images


ROWS = {
    "dcgan": Row("dcgan"),
    "dcgan_classes": Row("dcgan", labels=True),
    "r3_tiny": Row("r3_tiny"),
    "r3_tiny_classes": Row("r3_tiny", labels=True),
    "r3_tiny_equal_cost": Row("r3_tiny", at_cost_of="dcgan"),
    MIXTURE: Row(MIXTURE),
}
CLAIMS = {
    "r3_tiny against dcgan at equal images": ("r3_tiny", "dcgan"),
    "r3_tiny against dcgan at equal cost": ("r3_tiny_equal_cost", "dcgan"),
    "dcgan against the Gaussian mixture": ("dcgan", MIXTURE),
    "dcgan with classes against without": ("dcgan_classes", "dcgan"),
    "r3_tiny with classes against without": ("r3_tiny_classes", "r3_tiny"),
}


class Place(NamedTuple):
    """One data set with one seed, and where its runs are."""

    name: str
    data: str  # registered data set
    source: Path
    seed: int
    folder: Path
    size: Size
    images: int


Results = dict[str, Any]  # a report as JSON


def main() -> None:
    """Train, judge, and write table and pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for runs, table and pictures")
    parser.add_argument("--data", nargs="+", required=True, metavar="NAME=KIND:FOLDER", help="data sets, see above")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="one run of every row for each")
    parser.add_argument("--size", choices=SIZES, default="cpu")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="all by default")
    parser.add_argument("--images", type=int, help="that every run sees, instead of those of the size")
    parser.add_argument("--classifier", nargs="+", default=[], metavar="NAME=FILE", help="to judge a data set by, too")
    arguments = parser.parse_args()
    try:
        results = {
            name: [_judge_seed(arguments, name, kind, seed) for seed in arguments.seeds]
            for name, kind in (word.split("=", 1) for word in arguments.data)
        }
    except VidpredError as error:
        raise SystemExit(f"benchmark_synthesis: error: {error}") from None
    table = _table(results, arguments)
    write_text(arguments.out / "table.md", table)
    print(f"\n{table}")


def _judge_seed(arguments: argparse.Namespace, name: str, kind: str, seed: int) -> Results:
    """Train all rows on one data set with one seed, and judge them."""
    data, _, source = kind.partition(":")
    size, folder = SIZES[arguments.size], arguments.out / name / f"seed_{seed}"
    place = Place(name, data, Path(source), seed, folder, size, arguments.images or size.images)
    split = _open(place)
    classes = split.train.facts.get("num_classes", 0)
    rows = [row for row in arguments.rows if classes or not ROWS[row].labels]
    for row in rows:
        print(f"\n{name}, seed {seed}: {row}", flush=True)
        _train(row, place, split)
    extractors: list[Extractor] = [RandomConvolution()]
    files = dict(word.split("=", 1) for word in arguments.classifier)
    if name in files:
        extractors.append(LocalClassifier(Path(files[name])))
    return _judge(rows, place, split, extractors)


def _config(row: str, place: Place, steps: int = 1) -> Config:
    preset, size = ROWS[row].preset, place.size
    settings = [
        f"data={place.data}",
        f"data.resolution={size.resolution}",
        f"data.labels={str(ROWS[row].labels).lower()}",
        f"train.seed={place.seed}",
        "train.precision=fp32",
    ]
    if preset == MIXTURE:
        network = [f"network={MIXTURE}", f"network.num_components={size.components}"]
        task = ["task=image_synthesis", f"task.latent_channels={size.coordinates + 2}", "log.best_by=kernel_distance"]
        return load_config(None, [*task, *network, *settings]).on_data(place.source)
    width = size.widths[preset]
    run = [
        f"network.hidden_channels={width}",
        f"discriminator.hidden_channels={width}",
        f"train.batch_size={size.batches[preset]}",
        f"train.steps={steps}",
        f"log.validate_every={max(1, steps // 4)}",
        f"log.sample_every={max(1, steps // 8)}",
        f"log.validation_clips={min(500, size.judged)}",
    ]
    usual = load_config(Path(preset)).train
    if usual.ema_half_life is not None:  # as long a part of this run as of the preset's
        part = usual.ema_half_life / (usual.steps * usual.batch_size)
        run.append(f"train.ema_half_life={max(1.0, part * steps * size.batches[preset])}")
    return load_config(Path(preset), [*settings, *run]).on_data(place.source)


def _open(place: Place) -> Split:
    """Open the data with labels, if they have any; which images validate does not depend on that."""
    config = _config("dcgan_classes", place)
    split = build_data(config, build_task(config))
    if split.validation is None:
        raise VidpredError(f"{place.source} has no validation images to judge by; give it more images")
    return split


def _train(row: str, place: Place, split: Split) -> None:
    """Train or resume one row."""
    folder = place.folder / row
    if ROWS[row].preset != MIXTURE:
        train_or_resume(_config(row, place, _steps(row, place, split)), folder, "cpu")
    elif not (folder / "checkpoints" / LAST).exists():
        fit_mixture(_config(row, place), folder)


def _steps(row: str, place: Place, split: Split) -> int:
    """Return how many steps a row takes: so many images, or so much time as another."""
    preset, model = ROWS[row].preset, ROWS[row].at_cost_of
    if model is None:
        return max(1, place.images // place.size.batches[preset])
    cost = _step_costs(place, split)
    ratio = cost[ROWS[model].preset] / cost[preset]
    steps = max(1, round(_steps(model, place, split) * ratio))
    print(f"a step of {preset} takes {1 / ratio:.2f} times the processor time of one of {model}: {steps} steps")
    return steps


def _step_costs(place: Place, split: Split) -> dict[str, float]:
    """Return the mean processor seconds of a step by preset; measured once for each data set, in turn."""
    path = place.folder.parent / "step_costs.json"
    if not path.exists():
        trainers, seconds = {}, defaultdict[str, list[float]](list)
        for row in ("dcgan", "r3_tiny"):
            config = _config(row, place)
            task = build_task(config)
            facts = {**task.facts, **split.train.facts, "num_classes": 0, "num_clips": len(split.train)}
            trainers[row] = build_trainer(config, task, facts, Engine("cpu", "fp32"))
        for _ in range(1 + TIMED):
            for row, trainer in trainers.items():
                clips = to_model(split.train.gather(range(place.size.batches[row])))
                begun = time.process_time()
                trainer.step(clips)
                seconds[row].append(time.process_time() - begun)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps({row: statistics.fmean(times[1:]) for row, times in seconds.items()}) + "\n")
    costs: dict[str, float] = json.loads(path.read_text())
    return costs


def _judge(rows: Sequence[str], place: Place, split: Split, extractors: Sequence[Extractor]) -> Results:
    """Compare what every row draws with validation images, once; write report and picture."""
    paths = {row: place.folder / row / "checkpoints" / LAST for row in rows}
    circumstances = {
        "rows": {row: sha256_of(path) for row, path in paths.items()},
        "extractors": [extractor.digest for extractor in extractors],
    }
    report = place.folder / "report.json"
    if report.exists() and json.loads(report.read_text())["circumstances"] == circumstances:
        return dict(json.loads(report.read_text()))
    assert split.validation is not None
    number = min(len(split.validation), len(split.train), place.size.judged)
    held_out, labels = _gather(split.validation, number)
    found = evaluate_generators(
        {row: load_generator(path, "cpu") for row, path in paths.items()},
        held_out,
        _gather(split.train, number)[0],
        extractors,
        labels,
        place.seed,
        optional=[extractor.name for extractor in extractors],
        images=f"{number} validation images of {place.name}",
        circumstances=circumstances,
    )
    found.write(place.folder)
    for name, shown in (("samples", (HELD_OUT, REFERENCE, *rows)), ("drawn", rows)):
        _picture(place.folder.parent / f"{name}_seed_{place.seed}.png", {row: found.pictures[row] for row in shown})
    return dict(json.loads(report.read_text()))


def _picture(path: Path, images: Mapping[str, np.ndarray]) -> None:
    """Show the first images of every row."""
    cells = [(row, {column: ("", image) for column, image in enumerate(each[:CELLS])}) for row, each in images.items()]
    height, width = cells[0][1][0][1].shape[:2]
    write_png(path, draw_rows(cells, CELLS, height, width))


def _gather(dataset: Dataset, number: int) -> tuple[torch.Tensor, list[int] | None]:
    """Return so many images (N, C, H, W), evenly spaced, and their labels, if there are any."""
    rows = np.linspace(0, len(dataset) - 1, number).round().astype(int).tolist()
    labels = dataset.labels(rows) if isinstance(dataset, Labelled) else None
    return to_model(dataset.gather(rows))[:, 0], labels.tolist() if labels is not None else None


def _table(results: Mapping[str, Sequence[Results]], arguments: argparse.Namespace) -> str:
    """Write all tables in Markdown, what they say of the claims, and what they were made with."""
    blocks = [seed_tables(name, seeds, CLAIMS) for name, seeds in results.items()]
    return "\n\n".join([*blocks, _facts(arguments)]) + "\n"


def _facts(arguments: argparse.Namespace) -> str:
    """Say what the tables were made with."""
    size, processor = SIZES[arguments.size], platform.processor() or platform.machine()
    costs = []
    for path in sorted(arguments.out.glob("*/step_costs.json")):
        seconds = json.loads(path.read_text())
        each = ", ".join(f"{row} {1000 * value:.0f} ms" for row, value in seconds.items())
        costs.append(f"{path.parent.name}: {each} of processor time per step")
    command = " ".join(["python", f"scripts/{Path(sys.argv[0]).name}", *sys.argv[1:]])
    return (
        f"Size {arguments.size}: {size.resolution} x {size.resolution} pixels; hidden channels {dict(size.widths)}; "
        f"batches {dict(size.batches)}; {arguments.images or size.images:,} images per run but at equal cost; the "
        f"mixture of {size.components} Gaussians over {size.coordinates} principal components is fitted to all "
        f"training images. {'; '.join(costs)}. Seeds {', '.join(map(str, arguments.seeds))}: mean ± standard "
        f"deviation. {processor}, {torch.get_num_threads()} threads, torch {torch.__version__}, float32; "
        f"{datetime.datetime.now(datetime.UTC).date()}; `{command}`"
    )


if __name__ == "__main__":
    main()
