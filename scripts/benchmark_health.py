"""Trains games that go wrong in a known way, and games that do not, and counts what the health monitor says of each.

    python scripts/benchmark_health.py --out health

A small generator makes 8 x 8 pictures of one shape from noise, against a small discriminator, through the same
settings, trainer and loop as any run; two presets for video and two for images are among the games that go well.
A failure is counted by the last verdict of its run, a healthy run by any verdict other than healthy.
"""

import argparse
import datetime
import json
import platform
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from markdown_table import markdown_table
from torch import Tensor, nn

from vidpred.data.moving_shapes import moving_shapes
from vidpred.discriminators import DISCRIMINATORS
from vidpred.frames.pyramid import Pyramid
from vidpred.interfaces import Batch, Dataset, Example, Illustration, Split, Task
from vidpred.machine.files import write_text
from vidpred.registry import DATASETS, PREDICTORS, TASKS
from vidpred.runs.build import Parts, open_engine
from vidpred.runs.settings import load_config
from vidpred.runs.train import build_health_monitor
from vidpred.training.health.diagnosis import Verdict
from vidpred.training.logbook import Logbook
from vidpred.training.loop import Intervals, Loop

SIDE = 8


class ToyDrawing:
    """Which picture does this noise draw?"""

    networks = PREDICTORS
    clip_length = 1
    commands: Collection[str] = ()
    scores: Mapping[str, bool] = {"pixel_mean_error": False}
    facts: Mapping[str, Any] = {"num_frames": 1, "clip_length": 1}
    usage = "none: its pictures are for this table alone"

    def pose(self, batch: Tensor, labels: Tensor | None = None) -> Example:  # noqa: ARG002
        """Draw the noise."""
        return Example(condition=torch.randn(len(batch), 16, device=batch.device), target=batch)

    def answer(self, network: nn.Module, example: Example) -> Pyramid:
        """Draw the pictures."""
        return [network(example.condition)]

    def present(self, frames: Pyramid, example: Example) -> Pyramid:  # noqa: ARG002
        """Show the pictures alone."""
        return frames

    def score(self, network: nn.Module, batches: Iterable[Batch]) -> Mapping[str, float]:
        """Compare mean brightness, so that there is a score."""
        real = torch.cat([batch.clips for batch in batches])
        return {"pixel_mean_error": (network(torch.zeros(len(real), 16)).mean() - real.mean()).abs().item()}

    def illustrate(self, network: nn.Module, clips: np.ndarray) -> Illustration:  # noqa: ARG002
        """Show one picture."""
        return Illustration(np.repeat(clips[0, 0], 3, axis=-1), None)


TOY_DRAWING: type[Task] = TASKS.add("toy_drawing", ToyDrawing)


def dense(*widths: int) -> nn.Sequential:
    """Return fully connected layers."""
    layers: list[nn.Module] = []
    for wide, narrow in pairwise(widths):
        layers += [nn.Linear(wide, narrow), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers[:-1])


@DATASETS.register("toy_pictures")
def toy_pictures(clip_length: int, seed: int, num_clips: int = 4000, num_held_out: int = 256) -> Split:
    """Return grey pictures of one disc or square, drawn once."""
    looks: dict[str, Any] = {"resolution": SIDE, "num_shapes": 1, "greyscale": True}
    shapes = moving_shapes(clip_length, seed, num_clips=num_clips, num_validation_clips=num_held_out, **looks)
    assert shapes.validation is not None
    return Split(Pictures(shapes.train), Pictures(shapes.validation), shapes.report)


class Pictures:
    """All clips of a data set in memory, never changed."""

    def __init__(self, dataset: Dataset):
        self.dataset = dataset
        self.facts = dataset.facts
        self.clips = dataset.gather(range(len(dataset)))

    def __len__(self) -> int:
        return len(self.dataset)

    def gather(self, indices: Sequence[int], draws: object = None) -> np.ndarray:  # noqa: ARG002
        """Return pictures (B, 1, H, W, 1)."""
        return self.clips.take(indices, axis=0)

    def full_frames(self, index: int) -> np.ndarray:
        """Return one picture (1, H, W, 1)."""
        clip: np.ndarray = self.clips[index]
        return clip

    def video(self, index: int) -> str:
        """Return what to call a picture."""
        return self.dataset.video(index)


@PREDICTORS.register("toy_generator")
class ToyGenerator(nn.Module):
    """Draws a picture from noise, as much of which is heard as is asked for."""

    def __init__(self, heard: float = 1.0):
        super().__init__()
        self.heard = heard
        self.layers = dense(16, 96, 96, SIDE * SIDE)

    def forward(self, noise: Tensor) -> Tensor:
        """Map (B, 16) to (B, 1, 1, SIDE, SIDE)."""
        drawn: Tensor = torch.tanh(self.layers(self.heard * noise))
        return drawn.view(-1, 1, 1, SIDE, SIDE)


@DISCRIMINATORS.register("toy_discriminator")
class ToyDiscriminator(nn.Module):
    """Judges a picture as a whole."""

    def __init__(self, width: int = 256):
        super().__init__()
        self.layers = dense(SIDE * SIDE, width, width, 1)

    def forward(self, clips: Pyramid) -> list[Tensor]:
        """Map (B, 1, 1, SIDE, SIDE) to logits (B,)."""
        return [self.layers(clips[-1].flatten(1)).squeeze(1)]


TOY = [
    "task=toy_drawing",
    "data=toy_pictures",
    "network=toy_generator",
    "discriminator=toy_discriminator",
    "objective.terms={l2: 0, gdl: 0}",
    "objective.adversarial_weight=1",
    "generator.lr=3.0e-4",
    "generator.schedule=constant",
    "generator.betas=[0.5,0.99]",
    "adversary.lr=3.0e-3",
    "adversary.betas=[0.5,0.99]",
    "train.batch_size=32",
    "train.ema_decay=0",
    "log.best_by=pixel_mean_error",
]
VIDEO = ["data=moving_shapes", "data.resolution=32", "data.num_clips=2000", "network.num_scales=2"]
IMAGES = [*VIDEO[:3], "train.batch_size=16", "log.metrics_every=50"]
NARROW = ["network.hidden_channels=24", "discriminator.hidden_channels=24"]
OFTEN = [
    "train.precision=fp32",
    "log.metrics_every=10",
    "log.validate_every=100",
    "log.validation_clips=128",
]


class Case(NamedTuple):
    """One row of the table."""

    expected: Verdict
    what: str
    settings: Sequence[str]
    preset: str | None = None  # for video or images; else the toy's settings
    steps: int = 1200


CASES: Mapping[str, Case] = {
    "strong_discriminator": Case(
        Verdict.DISCRIMINATOR_DOMINATES,
        "five steps of the discriminator per step of the generator, which learns at 1/20 of the rate",
        ["generator.lr=1.5e-5", "train.discriminator_steps=5"],
    ),
    "no_discriminator_steps": Case(
        Verdict.GENERATOR_DOMINATES, "the discriminator does not learn (rate 1e-12)", ["adversary.lr=1.0e-12"]
    ),
    "high_learning_rate": Case(
        Verdict.OSCILLATING, "the generator learns at 30 times the rate", ["generator.lr=9.0e-3"]
    ),
    "tiny_data": Case(
        Verdict.DISCRIMINATOR_OVERFITS,
        "24 pictures to train on, a wider discriminator, both players at the rate 1e-3",
        ["data.num_clips=24", "discriminator.width=288", "generator.lr=1.0e-3", "adversary.lr=1.0e-3"],
    ),
    "exploding_discriminator": Case(
        Verdict.DISCRIMINATOR_EXPLODES,
        "the discriminator learns at 1,000 times the rate, in the game relativistic",
        ["objective.game=relativistic", "adversary.lr=3"],
    ),
    "one_mode": Case(Verdict.COLLAPSE, "the generator does not hear its noise", ["network.heard=0"]),
    **{
        game: Case(Verdict.HEALTHY, f"the toy with the game {game}", [f"objective.game={game}"])
        for game in ("non_saturating", "least_squares", "hinge", "relativistic")
    },
    **{
        preset: Case(Verdict.HEALTHY, "preset for video, on moving shapes of 32 x 32", VIDEO, preset, 800)
        for preset in ("mathieu_adv_gdl_small", "stochastic")
    },
    **{
        preset: Case(Verdict.HEALTHY, "preset for images, on shapes of 32 x 32", [*IMAGES, *more], preset, 1000)
        for preset, more in {"dcgan": NARROW, "r3_tiny": []}.items()
    },
}


def main() -> None:
    """Train every case with every seed, and print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="new folder for the runs and the table")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="one run of every case for each")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES), help="all by default")
    parser.add_argument("--steps", type=int, help="of every run, instead of those of the case")
    arguments = parser.parse_args()
    verdicts = {
        name: [_verdicts(_train(name, seed, arguments)) for seed in arguments.seeds] for name in arguments.cases
    }
    table = _table(verdicts, arguments)
    write_text(arguments.out / "table.md", table)
    print(table)


def _train(name: str, seed: int, arguments: argparse.Namespace) -> Path:
    """Train one case with one seed; return the folder of its figures."""
    case, folder = CASES[name], Path(arguments.out, f"{name}_{seed}")
    steps = arguments.steps or case.steps
    settings = [*([] if case.preset else TOY), *OFTEN, *case.settings, f"train.seed={seed}", f"train.steps={steps}"]
    config = load_config(Path(case.preset) if case.preset else None, settings)
    parts = Parts.build(config, open_engine(config, "cpu"))
    folder.mkdir(parents=True)
    logbook = Logbook(folder, 0, steps)
    loop = Loop(
        trainer=parts.trainer,
        engine=parts.engine,
        feed=parts.feed,
        seed=seed,
        intervals=Intervals(config.log.metrics_every, steps, steps, steps),
        is_better=lambda *_: False,
        logbook=logbook,
        health=build_health_monitor(parts, logbook),
    )
    loop.run(0, steps, {})
    parts.feed.close()
    logbook.close()
    return folder


def _verdicts(folder: Path) -> list[Verdict]:
    """Return every verdict of a run, oldest first."""
    entries = map(json.loads, (folder / "metrics.jsonl").read_text().splitlines())
    return [Verdict(entry["verdict"]) for entry in entries if entry["kind"] == "health"]


def _outcome(name: str, verdicts: Sequence[Verdict]) -> Verdict:
    """Return what a run counts as: its last verdict; a healthy run's last accusation, if there is any."""
    accusations = [verdict for verdict in verdicts if verdict.is_accusation]
    return accusations[-1] if accusations and CASES[name].expected is Verdict.HEALTHY else verdicts[-1]


def _table(verdicts: Mapping[str, Sequence[Sequence[Verdict]]], arguments: argparse.Namespace) -> str:
    """Write the confusion table in Markdown, and under it what it was made with."""
    head, lines = ["case", "what it is", "expected", *(verdict.words for verdict in Verdict)], []
    right = 0
    for name, runs in verdicts.items():
        case, counts = CASES[name], Counter(_outcome(name, run) for run in runs)
        right += counts[case.expected]
        cells = (str(counts[verdict] or "") for verdict in Verdict)
        lines.append([name, case.what, case.expected.words, *cells])
    total = sum(map(len, verdicts.values()))
    processor, threads = platform.processor() or platform.machine(), torch.get_num_threads()
    command = " ".join(["python", f"scripts/{Path(sys.argv[0]).name}", *sys.argv[1:]])
    facts = (
        f"{right} of {total} runs as expected; seeds {', '.join(map(str, arguments.seeds))}; {processor}, {threads} "
        f"threads, torch {torch.__version__}; {datetime.datetime.now(datetime.UTC).date()}; `{command}`"
    )
    return f"{markdown_table(head, lines)}\n\n{facts}\n"


if __name__ == "__main__":
    main()
