"""Measures what `vidpred train VIDEOS` does to the shipped weights: on held-out videos of a source, and on others.

    python scripts/benchmark_fine_tuning.py videos/ --groups docs/fine_tuning_groups.yaml --out fine_tuning

Ten groups stand for the collections of ten newcomers. Of each, every third video is held out; on the others, the
shipped weights are trained as `vidpred train FOLDER` would, and what the run's folder then stands for is scored on the
held-out videos, and on a fixed set of videos from other sources, beside what it started from. Without --groups, the
letters that names of files begin with make the groups: the ten with most clips, of 3 or more, 30 at most.

--recipe NAME SETTING ... adds a row for other settings; --score NAME FOLDER one for runs that were trained elsewhere,
in FOLDER/GROUP: with another version of vidpred, say, on the folders that --prepare makes:

    python scripts/benchmark_fine_tuning.py videos/ --out fine_tuning --prepare
    cd OTHER_VERSION; python -m vidpred train fine_tuning/groups/NAME/train --from default --out before/NAME

What has been trained and scored already is left alone when the same command is given again, and a run that was cut off
goes on. table.md and results.json are written after every run.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from fine_tuning_groups import Groups
from fine_tuning_table import write_results

from vidpred.errors import VidpredError
from vidpred.evaluation.compared_predictors import ComparedPredictors
from vidpred.evaluation.intervals import video_means
from vidpred.evaluation.scoring import choose_windows, score
from vidpred.frames import to_model
from vidpred.machine.engine import Engine
from vidpred.machine.files import write_text
from vidpred.metrics import METRICS
from vidpred.predictors.rollout.rollout import frames_seen
from vidpred.runs.comparing.contenders import trained_among
from vidpred.runs.comparing.held_out import open_held_out
from vidpred.runs.load import load_predictor
from vidpred.runs.recipe import settle
from vidpred.runs.shipped import WEIGHTS
from vidpred.runs.train import train_or_resume

SCORED = {name: METRICS[name] for name in ("psnr", "ssim", "edge_strength")}
HORIZON = 5
RECIPE = "default"  # the row of what vidpred does unasked


def main() -> None:
    """Lay out the groups, then train and score what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos")
    parser.add_argument("--groups", type=Path, help="YAML file that lists the groups; by names of files without")
    parser.add_argument("--only", nargs="+", help="some of the groups, by name; all by default")
    parser.add_argument("--recipe", nargs="+", action="append", default=[], help="a name, and settings as for train")
    parser.add_argument("--score", nargs=2, action="append", default=[], help="a name, and a folder of runs by group")
    parser.add_argument("--without-default", action="store_true", help="leave out the row of the default recipe")
    parser.add_argument("--steps", type=int, help="steps of every run, instead of what the recipe says")
    parser.add_argument("--windows", type=int, default=2, help="most clips to score per video")
    parser.add_argument("--seed", type=int, default=0, help="of the runs")
    parser.add_argument("--prepare", action="store_true", help="make the folders of the groups, and nothing else")
    parser.add_argument("--out", type=Path, required=True, help="folder for groups, runs, scores and table")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda ...")
    try:
        benchmark(parser.parse_args())
    except VidpredError as error:
        raise SystemExit(f"benchmark_fine_tuning: error: {error}") from None


def benchmark(wanted: argparse.Namespace) -> None:
    """Train and score what is missing, group by group, and write the table after each run."""
    out: Path = wanted.out
    groups = Groups.listed(wanted.videos, wanted.groups) if wanted.groups else Groups.by_name(wanted.videos)
    groups.lay_out(out)
    if wanted.prepare:
        print(f"made {out / 'groups'} and {out / 'others'}")
        return
    recipes = {} if wanted.without_default else {RECIPE: list[str]()}
    recipes |= {name: settings for name, *settings in wanted.recipe}
    foreign = {name: Path(folder) for name, folder in wanted.score}
    if unknown := set(wanted.only or ()) - groups.videos.keys():
        raise VidpredError(f"there is no group {', '.join(unknown)}; there are: {', '.join(groups.videos)}")
    for group in wanted.only or groups.videos:
        if (reason := _score_before(out, group, wanted)) is not None:
            print(f"{group} is left out: {reason}")
            continue
        for name in (*recipes, *foreign):
            if name in recipes:
                run = _train(out, group, name, recipes[name], wanted)
            elif not (run := foreign[name] / group).is_dir():
                print(f"{group}: {name} has no run in {run}; it is left out")
                continue
            _score(out, group, name, run, wanted)
            print(write_results(out, groups, wanted.windows, wanted.seed))


def _train(out: Path, group: str, name: str, settings: Sequence[str], wanted: argparse.Namespace) -> Path:
    """Train or resume one run; return its folder."""
    folder = out / "runs" / name / group
    steps = [f"train.steps={wanted.steps}"] if wanted.steps else []
    config, start_from, _ = settle(None, [f"train.seed={wanted.seed}", *steps, *settings], WEIGHTS)
    print(f"\n{group}: {name} {' '.join([*steps, *settings])}", flush=True)
    train_or_resume(config.on_data(out / "groups" / group / "train"), folder, wanted.device, start_from)
    return folder


def _score_before(out: Path, group: str, wanted: argparse.Namespace) -> str | None:
    """Score the shipped weights on both sets of videos; return why it cannot be done, where it cannot."""
    try:
        for place, before in _places(out, group).items():
            _write_scores(before, WEIGHTS, _videos_of(out, group, place), wanted)
    except VidpredError as error:
        return str(error)
    return None


def _score(out: Path, group: str, name: str, run: Path, wanted: argparse.Namespace) -> None:
    """Score a run on both sets of videos."""
    for place in _places(out, group):
        _write_scores(out / "scores" / name / f"{group}_{place}.json", run, _videos_of(out, group, place), wanted)


def _places(out: Path, group: str) -> Mapping[str, Path]:
    """Return where the scores before training are, by set of videos."""
    return {"held_out": out / "scores" / f"{group}_before.json", "others": out / "scores" / "others_before.json"}


def _videos_of(out: Path, group: str, place: str) -> Path:
    return out / "others" if place == "others" else out / "groups" / group / place


def _write_scores(path: Path, weights: Path, videos: Path, wanted: argparse.Namespace) -> None:
    """Score weights on videos and write what comes out, unless that has been done."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(score_weights(weights, videos, wanted.windows, wanted.device), indent=1))


@torch.inference_mode()
def score_weights(weights: Path, videos: Path, windows: int, device: str) -> Mapping[str, Any]:
    """Return scores (step ahead) by video and metric of the weights that a path stands for."""
    predictor = load_predictor(weights, device)
    engine = Engine(device=device)
    shipped = trained_among({"default": WEIGHTS})  # whose frames are prepared alike for all
    held_out = open_held_out(videos, shipped, frames_seen(predictor) + HORIZON, say=_be_silent)
    compared = ComparedPredictors({"it": predictor}, HORIZON, num_samples=2, best_of=None, seed=0)
    chosen, values = choose_windows(held_out.dataset, windows, held_out.names), []
    for number, index in enumerate(chosen):
        clip = to_model(held_out.dataset.full_frames(index))
        with engine.autocast():
            future = compared.predict(clip, number)["it"][0]
        values.append(list(score(future, clip[-HORIZON:], metrics=SCORED).values()))
    names = [held_out.dataset.video(index) for index in chosen]
    means = video_means(np.array(values), names)  # (video, metric, step)
    return {
        video: dict(zip(SCORED, row.round(5).tolist(), strict=True))
        for video, row in zip(dict.fromkeys(names), means, strict=True)
    }


def _be_silent(text: str) -> None:
    """Leave out what is said about every opening of the same folders."""


if __name__ == "__main__":
    main()
