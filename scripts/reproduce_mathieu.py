"""Trains the rows of Mathieu, Couprie and LeCun's (2016) tables under one budget, and prints their table.

    python scripts/reproduce_mathieu.py videos/ --size cpu --out ablation

Every row sees the same clips in the same order for the same number of steps. What differs is the loss: squared error
at one scale, then at four; absolute error; with gradient difference; adversarial; adversarial with gradient
difference. Scored are whole frames of validation videos and, in them, the moving area by the paper's definition.

A run that was cut off goes on where it stopped when the same command is given again.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vidpred.cli.compare import run_comparison
from vidpred.config import load_config
from vidpred.files import write_text
from vidpred.metrics import HEADLINES
from vidpred.run import resume_run, start_run
from vidpred.training.checkpoint import LAST

ROWS: Mapping[str, tuple[str, list[str]]] = {  # preset, and what is different from it
    "single_scale_l2": ("mathieu_l2_small", ["network.num_scales=1"]),
    "l2": ("mathieu_l2_small", []),
    "l1": ("mathieu_l1_small", []),
    "gdl": ("mathieu_gdl_small", []),
    "adv": ("mathieu_adv_small", []),
    "adv_gdl": ("mathieu_adv_gdl_small", []),
}
SIZES: Mapping[str, list[str]] = {
    "smoke": ["train.steps=4", "network.width_multiplier=0.03125", "train.batch_size=2", "log.validation_clips=2"],
    "cpu": ["train.steps=6000"],
}
AREAS = {"whole frame": "", "moving area": "moving_area_"}
HORIZON = 2  # frames ahead, as in the paper's tables


def main() -> None:
    """Train, compare, print, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos; a share of them validates")
    parser.add_argument("--size", choices=SIZES, default="cpu", help="smoke: seconds; cpu: about an hour on two cores")
    parser.add_argument("--steps", type=int, help="steps per row, instead of what the size says")
    parser.add_argument("--windows", type=int, default=8, help="most clips to score per validation video")
    parser.add_argument("--out", type=Path, required=True, help="folder for runs, report and table")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    arguments = parser.parse_args()
    settings = [*SIZES[arguments.size], *([f"train.steps={arguments.steps}"] if arguments.steps else [])]
    runs = [_train(row, arguments.videos, arguments.out / row, settings, arguments.device) for row in ROWS]
    report = arguments.out / "report"
    if not (report / "report.json").exists():
        run_comparison(arguments.videos, runs, HORIZON, report, arguments.windows, arguments.device, seed=0)
    table = _table(json.loads((report / "report.json").read_text()))
    write_text(arguments.out / "table.md", table)
    print(f"\n{table}")


def _train(row: str, videos: Path, folder: Path, settings: list[str], device: str) -> Path:
    """Train one row, or finish it; return the folder of its run."""
    preset, differences = ROWS[row]
    config = load_config(Path(preset), [*settings, *differences]).on_data(videos)
    print(f"\n{row}: {preset} {' '.join(differences)}")
    if not (folder / "checkpoints" / LAST).exists():
        start_run(config, folder, device)
    elif not _is_complete(folder, config.train.steps):
        resume_run(folder, device)
    return folder


def _is_complete(folder: Path, steps: int) -> bool:
    lines = (folder / "metrics.jsonl").read_text().splitlines()
    return bool(lines) and json.loads(lines[-1])["step"] >= steps


def _table(report: Mapping[str, Any]) -> str:
    """Write the paper's table in Markdown: both frames, three scores, whole frames and moving area."""
    parts = []
    for area, prefix in AREAS.items():
        names = ["PSNR (dB)", "SSIM", "sharpness (dB)"]
        head = [f"{frame} {name}" for frame in ("1st:", "2nd:") for name in names]
        lines = [f"| {area} | {' | '.join(head)} |", "|---" * (len(head) + 1) + "|"]
        for predictor, scores in report["scores"].items():
            cells = [
                f"{scores[prefix + metric]['steps'][step]['value']:.{3 if metric == 'ssim' else 2}f}"
                for step in range(HORIZON)
                for metric in HEADLINES
            ]
            lines.append(f"| {predictor} | {' | '.join(cells)} |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    main()
