"""Trains the rows of Mathieu, Couprie and LeCun's (2016) tables under one budget, and prints their table.

    python scripts/reproduce_mathieu.py videos/ --size cpu --out ablation

Every row sees the same clips in the same order for the same number of steps. What differs is the loss: squared error
at one scale, then at four; absolute error; with gradient difference; adversarial; adversarial with gradient
difference. Scored are whole frames of validation videos and, in them, the moving area by the paper's definition; the
table is written as table.md and drawn as ablation.png.

At the sizes gpu and smoke, the rows that the paper goes on to train on patches of 64 x 64 do so too, each from its own
weights and with a new discriminator of that size. The paper takes 500,000 steps of plain gradient descent; here Adam
takes few. For gpu they are counted from the compute: per clip, a step of the paper's widths costs 56 GFLOP, 86 with
the adversary, and at 64 x 64 224 and 492, so 6,000 steps of 32 clips for each row and 1,500 of 16 for each that is
trained on come to 105,000 TFLOP, which is 12 minutes at 15 % of the 989 TFLOP/s that an H100 has in bfloat16 and
leaves the other half of 25 minutes to decoding, scoring and a slower start.

A run that was cut off goes on where it stopped when the same command is given again.
"""

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from vidpred import compare
from vidpred.errors import VidpredError
from vidpred.evaluation import BASELINES
from vidpred.evaluation.pages import write_report
from vidpred.machine.files import replacing, write_text
from vidpred.metrics import VALIDATION_SCORES
from vidpred.runs.settings import load_config
from vidpred.runs.train import train_or_resume

ROWS: Mapping[str, tuple[str, list[str]]] = {  # preset, and what is different from it
    "single_scale_l2": ("mathieu_l2", ["network.num_scales=1"]),
    "l2": ("mathieu_l2", []),
    "l1": ("mathieu_l1", []),
    "gdl": ("mathieu_gdl", []),
    "adv": ("mathieu_adv", []),
    "adv_gdl": ("mathieu_adv_gdl", []),
}
FINE_TUNED = ("gdl", "adv", "adv_gdl")
SECOND = "_64"  # how the presets of that stage go on
AREAS = {"whole frame": "", "moving area": "moving_area_"}
SCORES = dict(zip(VALIDATION_SCORES, ("PSNR (dB)", "SSIM", "sharpness (dB)"), strict=True))
FRAMES = ("1st", "2nd")  # ahead, as in the paper's tables


@dataclass(frozen=True)
class Size:
    """How much is trained.

    Args:
        widths: of the networks: how the presets' names end.
        settings: of every row, beside its preset's.
        fine_tuning: what is different when a row is trained on, on larger patches; none leaves that out.
    """

    widths: str
    settings: Sequence[str]
    fine_tuning: Sequence[str] | None = None


SIZES: Mapping[str, Size] = {
    "smoke": Size(
        widths="_small",
        settings=("train.steps=4", "network.width_multiplier=0.03125", "train.batch_size=2", "log.validation_clips=2"),
        fine_tuning=("train.steps=2", "discriminator.width_multiplier=0.03125"),
    ),
    "cpu": Size(widths="_small", settings=("train.steps=6000",)),
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


def main() -> None:
    """Train, compare, print, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos; a share of them validates")
    parser.add_argument("--size", choices=SIZES, default="cpu", help="smoke: a minute; cpu: an hour on two cores; gpu")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="some of the rows; all by default")
    parser.add_argument("--steps", type=int, help="steps per row, instead of what the size says")
    parser.add_argument("--fine-tuning-steps", type=int, help="steps on larger patches, instead of what the size says")
    parser.add_argument("--compile", action="store_true", help="compile the networks with torch.compile")
    parser.add_argument("--windows", type=int, default=8, help="most clips to score per validation video")
    parser.add_argument("--out", type=Path, required=True, help="folder for runs, report, table and plot")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    try:
        reproduce(parser.parse_args())
    except VidpredError as error:
        raise SystemExit(f"reproduce_mathieu: error: {error}") from None


def reproduce(wanted: argparse.Namespace) -> None:
    """Train the rows that are wanted, or what is left of them, and put their scores into a table and a plot."""
    size, out = SIZES[wanted.size], wanted.out
    rows = [row for row in ROWS if row in wanted.rows]
    asked = ["train.compile=true"] if wanted.compile else []
    steps = [f"train.steps={wanted.steps}"] if wanted.steps else []
    runs = [_train(row, size, [*steps, *asked], wanted.videos, out / row, wanted.device) for row in rows]
    if size.fine_tuning is not None:
        steps = [f"train.steps={wanted.fine_tuning_steps}"] if wanted.fine_tuning_steps else []
        more = [*size.fine_tuning, *steps, *asked]
        runs += [
            _train(row, size, more, wanted.videos, out / f"{row}_64x64", wanted.device, start_from=out / row)
            for row in rows
            if row in FINE_TUNED
        ]
    folder = out / "_".join(["report", *(rows if len(rows) < len(ROWS) else [])])
    if not (folder / "report.json").exists():
        found = compare(wanted.videos, runs, len(FRAMES), max_windows_per_video=wanted.windows, device=wanted.device)
        write_report(found, folder)
        print(f"{found.summary()}\n\n{found.table()}\n\nwrote {folder}")
    report = json.loads((folder / "report.json").read_text())
    table = _table(report["scores"])
    write_text(out / "table.md", table)
    _plot(report["scores"], out / "ablation.png")
    print(f"\n{table}")


def _train(
    row: str,
    size: Size,
    differences: Sequence[str],
    videos: Path,
    folder: Path,
    device: str,
    start_from: Path | None = None,
) -> Path:
    """Train or resume one row; return the folder of its run."""
    preset, own = ROWS[row]
    name = preset + (SECOND if start_from else "") + size.widths
    config = load_config(Path(name), [*size.settings, *own, *differences]).on_data(videos)
    print(f"\n{folder.name}: {name} {' '.join([*own, *differences])}")
    train_or_resume(config, folder, device, start_from)
    return folder


def _table(scores: Mapping[str, Any]) -> str:
    """Write the paper's table in Markdown: both frames, three scores, whole frames and moving area."""
    parts = []
    for area, prefix in AREAS.items():
        head = [f"{frame}: {name}" for frame in FRAMES for name in SCORES.values()]
        lines = [f"| {area} | {' | '.join(head)} |", "|---" * (len(head) + 1) + "|"]
        for predictor, of_predictor in scores.items():
            cells = [
                _shown(_at(of_predictor, prefix + metric, step), 3 if metric == "ssim" else 2)
                for step in range(len(FRAMES))
                for metric in SCORES
            ]
            lines.append(f"| {predictor} | {' | '.join(cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _at(of_predictor: Mapping[str, Any], metric: str, step: int) -> float:
    """Return a score; NaN where it is undefined, as those of the moving area are where nothing moves."""
    value: float | None = of_predictor[metric]["steps"][step]["value"]
    return math.nan if value is None else value


def _shown(value: float, places: int) -> str:
    return f"{value:.{places}f}" if math.isfinite(value) else "-"


def _plot(scores: Mapping[str, Any], path: Path) -> None:
    """Draw the table: a panel per score and area, and in it a line per predictor; baselines are grey."""
    places = range(len(scores))
    colours = ["tab:grey" if name in BASELINES else "tab:blue" for name in scores]
    figure = Figure(figsize=(4 * len(SCORES), 2 * (1 + 0.25 * len(scores))), layout="constrained")
    panels = figure.subplots(len(AREAS), len(SCORES), sharey=True)
    for axes_of_area, (area, prefix) in zip(panels, AREAS.items(), strict=True):
        for axes, (metric, title) in zip(axes_of_area, SCORES.items(), strict=True):
            for step, filled in enumerate((colours, ["white"] * len(scores))):
                values = [_at(of_predictor, prefix + metric, step) for of_predictor in scores.values()]
                axes.scatter(
                    values, places, s=30, c=filled, edgecolors=colours, zorder=2, label=f"{FRAMES[step]} frame"
                )
            axes.set_title(f"{title}, {area}", fontsize=10)
            axes.grid(alpha=0.3)
    panels[0, 0].set_yticks(places, scores)
    panels[0, 0].invert_yaxis()
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(FRAMES))
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)


if __name__ == "__main__":
    main()
