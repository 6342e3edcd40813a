"""Scores the rows of the ablation seed by seed, and writes their tables with intervals over videos and over seeds."""

import datetime
import json
import math
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from markdown_table import markdown_table
from matplotlib.figure import Figure
from scipy.stats import t as student

from vidpred import compare
from vidpred.evaluation import BASELINES
from vidpred.evaluation.intervals import CONFIDENCE, bootstrap, nanmean
from vidpred.evaluation.pages import write_report
from vidpred.evaluation.table import estimate_text
from vidpred.machine.files import replacing, write_text
from vidpred.training.health.entries import health_entries
from vidpred.training.metrics_file import read_entries

REFERENCE, REFERENCES = "gdl", {"adv": "l2"}  # the row that others are compared with, and those that have another
EXTRACTOR, FRECHET = "random_convolution", "frechet_distance"
COLUMNS: Mapping[str, tuple[str, int]] = {  # title and decimals, by metric
    "psnr": ("PSNR (dB)", 2),
    "ssim": ("SSIM", 3),
    "sharpness_difference": ("sharpness difference (dB)", 2),
    "edge_strength": ("edge strength", 3),
    "high_frequency_power": ("high frequencies", 3),
    "moving_area_psnr": ("moving area: PSNR (dB)", 2),
    "moving_pixels_edge_strength": ("moving pixels: edge strength", 3),
}
COMPARED = ("psnr", "ssim", "edge_strength", "high_frequency_power", "moving_pixels_edge_strength")
STEPS = (1, 2, 5)  # frames ahead that have a table, as far as they were scored
LATE = 0.5  # share of a run, its end, over which the figures of the game are averaged


class Scores(NamedTuple):
    """All scores of one metric: by row, arrays (seed, video, step), NaN where a score is not defined."""

    by_row: Mapping[str, np.ndarray]

    def mean(self, row: str, step: int) -> float:
        """Return the mean over videos, then over seeds."""
        return float(nanmean(nanmean(self.by_row[row][:, :, step - 1], axis=1), axis=0))

    def difference(self, row: str, step: int) -> str:
        """Write what a row has more than its reference: the mean, its interval over videos, and that over seeds."""
        apart = self.by_row[row][:, :, step - 1] - self.by_row[reference_of(row)][:, :, step - 1]  # (seed, video)
        over_videos = bootstrap(nanmean(apart, axis=0)[:, None])
        text = estimate_text(over_videos.at(0), 3, "+")
        of_seeds = nanmean(apart, axis=1)
        if len(of_seeds) < 2:
            return text
        reach = student.ppf((1 + CONFIDENCE) / 2, len(of_seeds) - 1) * of_seeds.std(ddof=1) / math.sqrt(len(of_seeds))
        return f"{text} ({of_seeds.mean() - reach:+.3f}, {of_seeds.mean() + reach:+.3f})"


def reference_of(row: str) -> str:
    """Return the row that another is compared with: the same without the adversary, if it has one."""
    return REFERENCES.get(row.split("_64x64")[0], REFERENCE)


def score(videos: Path, runs: Mapping[str, Path], folder: Path, horizon: int, windows: int, device: str) -> None:
    """Score the rows of one seed on the same clips, unless ``folder`` has a report on all of them."""
    known = folder / "report" / "report.json"
    if known.exists() and json.loads(known.read_text())["scores"].keys() >= runs.keys():
        return
    found = compare(videos, runs, horizon, max_windows_per_video=windows, device=device)
    write_report(found, folder / "report")
    print(f"{found.summary()}\n\n{found.table()}\n\nwrote {folder / 'report'}", flush=True)


def write_tables(out: Path, seeds: Sequence[int], rows: Sequence[str]) -> str:
    """Write table.md and ablation.png from the reports of all seeds; return the table.

    Args:
        out: the folder of the ablation.
        seeds: whose folders it has.
        rows: names of the rows, in their order.
    """
    reports = [json.loads((out / f"seed{seed}" / "report" / "report.json").read_text()) for seed in seeds]
    shown = [*rows, *BASELINES]
    horizon = reports[0]["horizon"]
    scores = {metric: Scores({row: _values(reports, row, metric) for row in shown}) for metric in COLUMNS}
    steps = [step for step in STEPS if step <= horizon]
    parts = [_conditions(reports, seeds)]
    parts += [_step_table(scores, shown, step) for step in steps]
    parts.append(_set_table(reports, shown))
    parts += [_game_table(out, seeds, rows)]
    others = [row for row in rows if row != REFERENCE and reference_of(row) in rows]
    parts += [_difference_table(scores, others, step) for step in steps if others]
    table = "\n\n".join(filter(None, parts)) + "\n"
    write_text(out / "table.md", table)
    _plot({metric: scores[metric] for metric in ("psnr", "edge_strength", "high_frequency_power")}, shown, out, steps)
    return table


def _values(reports: Sequence[Mapping[str, Any]], row: str, metric: str) -> np.ndarray:
    """Return the scores of a row (seed, video, step): NaN where another seed does not hold a video out."""
    videos = sorted({video for report in reports for video in report["videos"]})
    unknown = [None] * reports[0]["horizon"]
    return np.array(
        [
            [
                report["videos"][video][row][metric]["steps"] if video in report["videos"] else unknown
                for video in videos
            ]
            for report in reports
        ],
        dtype=float,
    )


def _conditions(reports: Sequence[Mapping[str, Any]], seeds: Sequence[int]) -> str:
    first, day = reports[0], datetime.datetime.now(datetime.UTC).date().isoformat()
    clips, videos = ("/".join(str(report[number]) for report in reports) for number in ("num_clips", "num_videos"))
    return (
        f"{clips} clips of {videos} held-out videos; protocol {first['protocol']['hash'][:12]}; "
        f"seeds {' '.join(map(str, seeds))}; {platform.machine()} {platform.system()}, {day}."
    )


def _step_table(scores: Mapping[str, Scores], rows: Sequence[str], step: int) -> str:
    lines = [
        [row, *(_shown(scores[metric].mean(row, step), places) for metric, (_, places) in COLUMNS.items())]
        for row in rows
    ]
    return markdown_table([f"t+{step}", *(title for title, _ in COLUMNS.values())], lines)


def _difference_table(scores: Mapping[str, Scores], rows: Sequence[str], step: int) -> str:
    head = [f"t+{step}, difference", *(COLUMNS[metric][0] for metric in COMPARED)]
    lines = [
        [f"{row} - {reference_of(row)}", *(scores[metric].difference(row, step) for metric in COMPARED)] for row in rows
    ]
    return markdown_table(head, lines)


def _set_table(reports: Sequence[Mapping[str, Any]], rows: Sequence[str]) -> str:
    """Write the Frechet distances of every row, seed by seed, and their mean."""
    by_seed = [
        next((each["distances"] for each in report["sets"] if each["extractor"].startswith(EXTRACTOR)), None)
        for report in reports
    ]
    known = [distances for distances in by_seed if distances and FRECHET in next(iter(distances.values()))]
    if not known:  # too few frames
        return ""
    lines = []
    for row in rows:
        values = [distances[row][FRECHET]["value"] for distances in known]
        lines.append([row, f"{np.mean(values):.5f}", " ".join(f"{value:.5f}" for value in values)])
    return markdown_table([f"Frechet distance, {EXTRACTOR}", "mean", "by seed"], lines)


def _game_table(out: Path, seeds: Sequence[int], rows: Sequence[str]) -> str:
    """Write, of every row with an adversary, its share of the gradient and how right the discriminator is."""
    lines = []
    for row in rows:
        entries = [entry for seed in seeds for entry in _late_health(out / f"seed{seed}" / row / "metrics.jsonl")]
        if entries:
            told = [entry["accuracy_own_pairs"] for entry in entries]
            held_out = [e["accuracy_own_pairs_held_out"] for e in entries if "accuracy_own_pairs_held_out" in e]
            share = np.median([entry["gradient_share"] for entry in entries])
            lines.append([row, f"{share:.2%}", f"{np.mean(told):.0%}", f"{np.mean(held_out):.0%}" if held_out else "-"])
    head = ["in the second half", "adversary's share", "told from its fake, trained on", "held out"]
    return markdown_table(head, lines) if lines else ""


def _late_health(path: Path) -> Iterator[Mapping[str, Any]]:
    found = health_entries(read_entries(path), path)
    yield from (entry for entry in found if entry["step"] > LATE * found[-1]["step"])


def _shown(value: float, places: int) -> str:
    return f"{value:.{places}f}" if math.isfinite(value) else "-"


def _plot(scores: Mapping[str, Scores], rows: Sequence[str], out: Path, steps: Sequence[int]) -> None:
    """Draw a panel per score, and in it a line per row with a point per seed; baselines are grey."""
    figure = Figure(figsize=(4 * len(scores), 1.2 + 0.3 * len(rows)), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(scores), sharey=True))
    for axes, (metric, found) in zip(panels, scores.items(), strict=True):
        for step, marker in zip(steps, "osx", strict=False):
            for place, row in enumerate(rows):
                values = nanmean(found.by_row[row][:, :, step - 1], axis=1)
                colour = "tab:grey" if row in BASELINES else "tab:blue"
                name = f"t+{step}" if place == 0 else None
                axes.scatter(values, [place] * len(values), s=24, marker=marker, c=colour, alpha=0.7, label=name)
        axes.set_title(COLUMNS[metric][0], fontsize=10)
        axes.grid(alpha=0.3)
    panels[0].set_yticks(range(len(rows)), rows)
    panels[0].invert_yaxis()
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(steps))
    with replacing(out / "ablation.png") as temporary:
        figure.savefig(temporary, dpi=120)
