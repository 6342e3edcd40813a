"""Leaves out every second frame of films, has it drawn from its neighbours, and compares it with the truth.

    python scripts/benchmark_interpolation.py videos/
    python scripts/benchmark_interpolation.py videos/ --run unet=runs/frame_interpolation-...

prints a table: the frame before repeated, the mean of both neighbours, optical flow as `vidpred interpolate-video` uses
it, and networks that `vidpred train` has trained, with 95 % intervals over videos.
"""

import argparse
import datetime
import platform
from functools import partial
from pathlib import Path

import torch
from markdown_table import markdown_table
from torch import Tensor

from vidpred.data import DATASETS
from vidpred.errors import VidpredError
from vidpred.evaluation.interpolation import InterpolationReport, evaluate_interpolation
from vidpred.evaluation.table import decimals, title
from vidpred.interfaces import Predictor
from vidpred.metrics import HEADLINES
from vidpred.runs.load import load_interpolator
from vidpred.tasks import FrameInterpolation


def drawn(network: Predictor, task: FrameInterpolation, before: Tensor, after: Tensor) -> Tensor:
    """Return the frame that a network draws between those before and after."""
    reach = task.frames_per_side
    return task.middle(network, torch.cat([before[:, -reach:], after[:, :reach]], dim=1))[-1][:, 0]


def rows(report: InterpolationReport) -> list[list[str]]:
    """Return a row of cells for each of what draws: every metric with its interval."""
    cells: dict[str, list[str]] = {name: [name] for name in report.names}
    for metric in HEADLINES:
        found = report.estimates[metric]
        places = decimals(float(each.value) for each in found.values())
        for name, each in found.items():
            cells[name].append(f"{each.value:.{places}f} [{each.low:.{places}f}, {each.high:.{places}f}]")
    return list(cells.values())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="a folder of videos, or one video")
    parser.add_argument("--run", action="append", default=[], metavar="NAME=RUN", help="a run that is compared as well")
    parser.add_argument("--windows", type=int, default=4, help="most frames of one video that are left out")
    parser.add_argument("--resolution", type=int, default=160, help="pixels of the shorter side")
    parser.add_argument("--seed", type=int, default=0, help="of the intervals")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    try:
        runs = {name: load_interpolator(run, "cpu") for name, run in (each.split("=", 1) for each in arguments.run)}
        longest = max([3, *(task.clip_length for _, task in runs.values())])
        facts = {"source": arguments.videos, "clip_length": longest}
        split = DATASETS.build("video_folder", facts, resolution=arguments.resolution, crop=32, validation=0.0)
        draws = {name: partial(drawn, *run) for name, run in runs.items()}
        report = evaluate_interpolation(draws, split.train, arguments.windows, seed=arguments.seed)
    except VidpredError as error:
        raise SystemExit(f"benchmark_interpolation: error: {error}") from None
    print(markdown_table(["", *(title(metric, report.protocol.metrics) for metric in HEADLINES)], rows(report)))
    today = datetime.datetime.now(tz=datetime.UTC)
    print(
        f"\n{len(report.videos)} frames of {len(set(report.videos))} videos, {arguments.resolution} pixels, seed "
        f"{arguments.seed}, {platform.processor() or platform.machine()}, {today:%d %B %Y}"
    )


if __name__ == "__main__":
    main()
