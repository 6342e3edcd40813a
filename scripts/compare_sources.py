"""Scores predictors source by source: a mean over all videos can hide one on which a predictor is worse.

    python scripts/compare_sources.py videos/ default default-0.1 --against optical_flow

Every folder within videos/ is a source, with all that lies below it. All predictors are scored on the same clips, as
`vidpred compare` scores them; printed are, for every source and for the mean over sources, the scores of each, and by
how much it is better than --against, a baseline, on the same videos: negative is worse. A source on which it is worse,
and of which the interval over videos does not include 0, is marked. Sources of fewer videos than --fewest are counted
in the mean and not marked. A second table of each metric is of all videos together, with intervals. With --extractor,
once for each, follow the distances between the sets of predicted and of true frames of all sources together.
"""

import argparse
import datetime
import platform
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
from core_models import core_models
from markdown_table import markdown_table
from revision import revision

import vidpred
from vidpred.errors import VidpredError
from vidpred.evaluation import Report
from vidpred.evaluation.intervals import Estimates
from vidpred.evaluation.table import better_or_worse
from vidpred.wording import counted_clips

METRICS = {"psnr": 2, "ssim": 4, "edge_strength": 3}  # and digits that are printed
HERE = Path(__file__).resolve().parents[1]
WORSE = "**worse**"


def main() -> None:
    """Compare, and print a table per metric."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder with a folder of videos for every source")
    parser.add_argument("predictors", nargs="+", help="as of `vidpred compare`")
    parser.add_argument("--against", default="optical_flow", help="the baseline that none is to be worse than")
    parser.add_argument("--horizon", type=int, default=5, help="frames ahead")
    parser.add_argument("--windows", type=int, default=1, help="most clips of a video")
    parser.add_argument("--fewest", type=int, default=5, help="videos of a source that is marked")
    parser.add_argument("--extractor", action="append", default=[], help="of set distances, as of `vidpred compare`")
    wanted = parser.parse_args()
    try:
        report = vidpred.compare(
            wanted.videos,
            wanted.predictors,
            wanted.horizon,
            max_windows_per_video=wanted.windows,
            extractors=wanted.extractor,
        )
    except VidpredError as error:
        raise SystemExit(f"compare_sources: error: {error}") from None
    cores, today = core_models() or [platform.machine()], f"{datetime.datetime.now(datetime.UTC):%d %B %Y}"
    print(
        f"{counted_clips(report.num_clips, report.num_videos)}; {len(cores)} cores of {cores[0]}, seed 0, {today}, ",
        end="",
    )
    print(f"commit {revision(HERE)}, protocol {report.protocol.short_hash}\n")
    for metric, digits in METRICS.items():
        print(f"{metric}\n\n{table(report, metric, digits, wanted.against, wanted.fewest)}\n")
        print(f"{metric}, all videos\n\n{of_all(report, metric, digits, wanted.against)}\n")
    if further := report.further_tables():
        print(further)


def table(report: Report, metric: str, digits: int, against: str, fewest: int) -> str:
    """Return a row per source and predictor: scores at every step ahead, and how much better than ``against``.

    Raises:
        SystemExit: the report has no such baseline.
    """
    if against not in report.protocol.baselines:
        offered = ", ".join(report.protocol.baselines)
        raise SystemExit(f"compare_sources: error: --against is {against}, but the baselines are {offered}; name one")
    rows, means = [], dict[str, list[list[float]]]()
    for source, part in by_source(report).items():
        for name in [*report.asked_for, against]:
            values = part.scores[name][metric]
            means.setdefault(name, []).append(values)
            better = "" if name == against else gains(part, name, metric, digits, against, fewest)
            rows.append([f"{source} ({part.num_videos})", name, *(f"{value:.{digits}f}" for value in values), better])
    for name, of_sources in means.items():
        rows.append(["mean over sources", name, *(f"{value:.{digits}f}" for value in np.mean(of_sources, axis=0)), ""])
    steps = [f"t+{step}" for step in range(1, report.horizon + 1)]
    return markdown_table(["source (videos)", "predictor", *steps, f"better than {against}, by step"], rows)


def of_all(report: Report, metric: str, digits: int, against: str) -> str:
    """Return a row per predictor, of all videos: the scores, and how much better than ``against``, with intervals."""
    row, sign, rows = report.metrics.index(metric), _sign(report, metric), []
    for name in [*report.asked_for, *report.protocol.baselines]:
        scores = report.estimates[name].at(row)
        better = None
        if name != against:
            better = Estimates(*(sign * part for part in report.differences[name][against].at(row)))
        steps = [f"{value:.{digits}f}" for value in scores.value[:-1]]
        rows.append([name, *steps, _interval(scores, f".{digits}f"), _interval(better, f"+.{digits}f")])
    steps = [f"t+{step}" for step in range(1, report.horizon + 1)]
    return markdown_table(["predictor", *steps, "mean [95 %]", f"better than {against} [95 %]"], rows)


def _interval(estimates: Estimates | None, form: str) -> str:
    """Write the mean over the steps, and between which values it lies; nothing of nothing."""
    if estimates is None:
        return ""
    value, *ends = (float(part[-1]) for part in estimates)
    low, high = sorted(ends)
    return f"{value:{form}} [{low:{form}}, {high:{form}}]"


def by_source(report: Report) -> Mapping[str, Report]:
    """Return the part of a report that each source has: the first folder in the names of its videos."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(report.videos):
        found.setdefault(Path(name).parts[0] if len(Path(name).parts) > 1 else ".", []).append(place)
    return {
        source: replace(report, videos=[report.videos[place] for place in places], values=report.values[:, :, places])
        for source, places in found.items()
    }


def gains(part: Report, name: str, metric: str, digits: int, against: str, fewest: int) -> str:
    """Write by how much ``name`` is better than ``against`` at every step, marked where it is worse for sure."""
    row, facts, sign = part.metrics.index(metric), part.protocol.metrics[metric], _sign(part, metric)
    found = []
    for step in range(part.horizon):
        difference = part.differences[name][against].at(row, step)
        worse = part.num_videos >= fewest and better_or_worse(difference, facts) == "worse"
        found.append(f"{sign * difference.value:+.{digits}f}{' ' + WORSE if worse else ''}")
    return " ".join(found)


def _sign(report: Report, metric: str) -> int:
    """Return 1 where more of a metric is better, else -1: of one with a best value, distances from it are compared."""
    return 1 if report.protocol.metrics[metric]["higher_is_better"] else -1


if __name__ == "__main__":
    main()
