"""Fits the 15 weights by which the shipped sampler lets motion go on otherwise, and writes it as it is shipped.

    python scripts/fit_motion_sampler.py videos/ --only permissive.txt --out motion_sampler.safetensors

What the default weights predict for windows of the videos is computed once. Then the weights are fitted to eight draws
against the true frame, a random one of eight, in units of the error that the prediction without noise has: to their
energy score, which is least in expectation where draws are spread as the truth is, and to the error of the nearest of
them. Many spreads have nearly the same energy score; of these, the second prefers those by which some draw comes near.

Source: Gneiting and Raftery (2007), "Strictly proper scoring rules"; Guzman-Rivera et al. (2012), "Multiple choice
learning".
"""

import argparse
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from vidpred.data.selection import select
from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.metrics.samples import energy_score
from vidpred.motion.flow import warp
from vidpred.motion.uncertainty import NUM_DRAWN, KnownMotion, MotionUncertainty
from vidpred.predictors.motion_sampler import Expected, MotionSampler
from vidpred.runs.checkpoint import Checkpoint, load_to_predict
from vidpred.runs.load import load_predictor
from vidpred.runs.shipped import WEIGHTS
from vidpred.video.sources import decode, find_sources

KNOWN, HORIZON = 9, 8  # frames
STRIDES = (1, 2)
PER_VIDEO = 2  # windows, of each stride
MOST_FRAMES = 1500  # of a video
SHORT_SIDE = 160  # pixels
LEAST_CHANGE = 0.5  # grey levels from frame to frame: windows in which less happens are left out
DRAWS, BATCH = 8, 12
NEAREST = 0.6  # weight of the error of the nearest draw
RATE = 0.06  # of Adam, falling to 0
GRAIN = 1e-4  # added to draws, because the distance of equal ones has no gradient
FLOOR = 0.005  # of the error that the score is divided by


class Example(NamedTuple):
    """What the default predicts (HORIZON, C, H, W), what is true, and how the known frames moved.

    ``places`` is where in the last known frame every prediction comes from, (HORIZON, 2, H, W), and ``times`` how far
    each lies after it.
    """

    predicted: Tensor
    truth: Tensor
    motion: KnownMotion
    places: Tensor
    times: list[float]


def main() -> None:
    """Compute predictions, fit, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos to learn from")
    parser.add_argument("--only", type=Path, help="text file that names those of them to take, one per line")
    parser.add_argument("--windows", type=int, default=200, help="of the videos, drawn at random")
    parser.add_argument("--steps", type=int, default=240)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="file for the weights")
    arguments = parser.parse_args()
    try:
        found = examples(arguments.videos, arguments.only, arguments.windows, arguments.seed)
    except VidpredError as error:
        raise SystemExit(f"fit_motion_sampler: error: {error}") from None
    uncertainty = fit(found, arguments.steps, arguments.seed)
    ship(uncertainty, arguments.out)
    print(f"wrote {arguments.out}")


@torch.no_grad()
def examples(videos: Path, only: Path | None, number: int, seed: int) -> list[Example]:
    """Predict ``number`` windows of the videos with the default weights.

    Raises:
        VidpredError: no videos there, or none that moves.
    """
    found = find_sources(videos)
    paths = found if only is None else select(found, videos, only)
    draw = random.Random(seed)
    windows = [window for path in tqdm(paths, "reading") for window in _windows(path, draw)]
    if not windows:
        raise VidpredError(
            f"no video in {videos} has {KNOWN + HORIZON} frames that move; name a folder with such videos"
        )
    sampler = load_predictor("motion_sampler", device="cpu")
    assert isinstance(sampler, MotionSampler)
    sampler.predictor.load_state_dict(load_to_predict(WEIGHTS)[1])
    chosen = draw.sample(windows, min(number, len(windows)))
    return [_example(sampler, to_model(window)[None]) for window in tqdm(chosen, "predicting")]


def _example(sampler: MotionSampler, frames: Tensor) -> Example:
    """Predict the last frames of a window (1, KNOWN + HORIZON, C, H, W) from the first."""
    predicted, places, times = [], [], []
    expected = Expected.after(frames[:, :KNOWN])
    for _ in range(HORIZON):
        pyramid, expected = sampler.expect(expected, finest_alone=True)
        assert expected.places is not None
        predicted.append(pyramid[-1][0, 0])
        places.append(expected.places[0])
        times.append(expected.time)
    return Example(torch.stack(predicted), frames[0, KNOWN:], expected.motion, torch.stack(places), times)


def _windows(path: Path, draw: random.Random) -> Iterator[np.ndarray]:
    """Yield windows (KNOWN + HORIZON, H, W, C) of a video in which something moves."""
    frames = np.stack(list(islice(decode(path, short_side=SHORT_SIDE), MOST_FRAMES)))
    for stride in STRIDES:
        span = (KNOWN + HORIZON - 1) * stride + 1
        for _ in range(PER_VIDEO if len(frames) >= span else 0):
            first = draw.randrange(len(frames) - span + 1)
            window = frames[first : first + span : stride]
            if np.abs(np.diff(window.astype(np.int16), axis=0)).mean() >= LEAST_CHANGE:
                yield window.copy()


def fit(found: list[Example], steps: int, seed: int) -> MotionUncertainty:
    """Fit the weights to the energy score and the error of the nearest draw."""
    torch.manual_seed(seed)
    draw, uncertainty = random.Random(seed), MotionUncertainty()
    optimiser = torch.optim.Adam(uncertainty.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.0, total_iters=steps)
    for _ in (bar := tqdm(range(steps), "fitting")):
        losses = [_loss(uncertainty, draw.choice(found), draw.randrange(HORIZON)) for _ in range(BATCH)]
        loss = torch.stack(losses).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        bar.set_postfix(score=f"{float(loss.detach()):.3f}")
    for name, weight in uncertainty.named_parameters():
        print(f"{name:10} {weight.detach().exp().numpy().round(3)}")
    return uncertainty


def _loss(uncertainty: MotionUncertainty, example: Example, step: int) -> Tensor:
    """Return how far draws at one step are from the truth, in units of the error of the prediction without noise."""
    truth, predicted = (frames[step : step + 1] for frames in (example.truth, example.predicted))  # (1, C, H, W)
    motion = KnownMotion(*(part.expand(DRAWS, *part.shape[1:]) for part in example.motion))
    places = example.places[step].expand(DRAWS, -1, -1, -1)
    displacement = uncertainty(motion, torch.randn(DRAWS, NUM_DRAWN), example.times[step], places)
    drawn = warp(predicted.expand(DRAWS, -1, -1, -1), displacement, outside="reflection")
    drawn = drawn + GRAIN * torch.randn_like(drawn)
    score = energy_score(drawn[:, None, None], truth[None]).mean()  # of (K, B, T, C, H, W)
    nearest = (drawn - truth).square().mean(dim=(1, 2, 3)).sqrt().amin()
    return (score + NEAREST * nearest) / ((predicted - truth).square().mean().sqrt() + FLOOR)


def ship(uncertainty: MotionUncertainty, target: Path) -> None:
    """Write the default weights with those of ``uncertainty``."""
    saved, weights = load_to_predict(WEIGHTS)
    average = {f"predictor.{name}": weight for name, weight in weights.items()}
    average |= {f"uncertainty.{name}": weight.detach() for name, weight in uncertainty.named_parameters()}
    network = {**saved.config["network"], "name": "motion_sampler"}
    Checkpoint(
        config={**saved.config, "network": network},
        facts=saved.facts,
        step=saved.step,
        state={"average": average},
        environment=saved.environment,
    ).save(target)


if __name__ == "__main__":
    main()
