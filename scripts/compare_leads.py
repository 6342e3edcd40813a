"""Compares reaching k frames ahead at once with k steps of rollout, on one plot.

    python scripts/compare_leads.py videos/ other_videos/ --only permissive.txt --out leads

For every lead from 2 on, a predictor is trained further from the shipped weights, with task.lead=k; the shipped weights
themselves, lead 1, are fed their own predictions. All are scored on the same clips of the other videos, and leads.png
shows both ways over the frames ahead. A run that was cut off goes on where it stopped when the same command is given
again; one that is finished is left alone.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from vidpred import compare
from vidpred.errors import VidpredError
from vidpred.evaluation.pages import write_report
from vidpred.machine.files import replacing
from vidpred.metrics import VALIDATION_SCORES
from vidpred.runs.settings import load_config
from vidpred.runs.shipped import DEFAULT
from vidpred.runs.train import train_or_resume

ROLLOUT = "default"
WITHOUT_WEIGHTS = "copy_last"
TITLES = dict(zip(VALIDATION_SCORES, ("PSNR (dB)", "SSIM", "sharpness difference (dB)"), strict=True))


def main() -> None:
    """Train a predictor for every lead, compare, and plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos to learn from")
    parser.add_argument("other_videos", type=Path, help="folder of other videos to score on")
    parser.add_argument("--only", type=Path, help="text file that names those to learn from, one per line")
    parser.add_argument("--furthest", type=int, default=5, help="the longest lead, at least 2")
    parser.add_argument("--steps", type=int, default=600, help="of training, for every lead")
    parser.add_argument("--windows", type=int, default=2, help="most clips to score per video")
    parser.add_argument("--out", type=Path, required=True, help="folder for runs, report and plot")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    try:
        compare_leads(parser.parse_args())
    except VidpredError as error:
        raise SystemExit(f"compare_leads: error: {error}") from None


def compare_leads(wanted: argparse.Namespace) -> None:
    """Train what is not trained yet, score once, and draw."""
    if wanted.furthest < 2:
        raise VidpredError(f"--furthest is {wanted.furthest}, but a lead of 2 is the first to compare; give 2 or more")
    leads = {lead: _train(lead, wanted) for lead in range(2, wanted.furthest + 1)}
    report = wanted.out / "report"
    if not (report / "report.json").exists():
        compared: list[str | Path] = [ROLLOUT, *leads.values()]
        found = compare(
            wanted.other_videos,
            compared,
            wanted.furthest,
            max_windows_per_video=wanted.windows,
            device=wanted.device,
        )
        write_report(found, report)
        print(f"{found.summary()}\n\n{found.table()}\n\nwrote {report}")
    scores = json.loads((report / "report.json").read_text())["scores"]
    direct = {lead: folder.name for lead, folder in leads.items()}
    _plot(scores, direct, wanted.out / "leads.png")
    for metric in TITLES:
        print(f"{metric:22}", *(f"t+{lead}: {_at(scores, name, metric, lead):.4g}" for lead, name in direct.items()))
        print(f"{'  of the rollout':22}", *(f"t+{lead}: {_at(scores, ROLLOUT, metric, lead):.4g}" for lead in direct))


def _train(lead: int, wanted: argparse.Namespace) -> Path:
    """Train or resume the predictor of one lead; return the folder of its run."""
    folder: Path = wanted.out / f"lead_{lead}"
    settings = [f"task.lead={lead}", f"train.steps={wanted.steps}", "generator.lr=2.0e-4"]
    settings += [] if wanted.only is None else [f"data.only={wanted.only.resolve()}"]
    config = load_config(Path("flow_pyramid"), settings).on_data(wanted.videos)
    train_or_resume(config, folder, wanted.device, start_from=DEFAULT)
    return folder


def _at(scores: dict[str, Any], name: str, metric: str, step: int) -> float:
    value: float = scores[name][metric]["steps"][step - 1]["value"]
    return value


def _plot(scores: dict[str, Any], direct: dict[int, str], path: Path) -> None:
    """Draw, per metric, the rollout, what was reached at once, and the repeated last frame."""
    figure = Figure(figsize=(4 * len(TITLES), 3.2), layout="constrained")
    ahead = range(1, max(direct) + 1)
    for axes, (metric, title) in zip(figure.subplots(1, len(TITLES)), TITLES.items(), strict=True):
        rolled = [_at(scores, ROLLOUT, metric, step) for step in ahead]
        axes.plot(ahead, rolled, "o-", color="tab:blue", label="k steps of rollout")
        reached = [_at(scores, name, metric, lead) for lead, name in direct.items()]
        axes.plot(list(direct), reached, "s--", color="tab:orange", label="lead=k, at once")
        still = [_at(scores, WITHOUT_WEIGHTS, metric, step) for step in ahead]
        axes.plot(ahead, still, ":", color="tab:grey", label="last frame repeated")
        axes.set_title(title, fontsize=10)
        axes.set_xticks(list(ahead), [f"t+{step}" for step in ahead])
        axes.grid(alpha=0.3)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    with replacing(path) as temporary:
        figure.savefig(temporary, dpi=120)


if __name__ == "__main__":
    main()
