"""Measures how light and contrast drift in rollouts of a hundred frames, and prints a Markdown table.

    python scripts/benchmark_long_rollouts.py --predictors default learned_motion

The clip that the package ships, its last frame standing still, and drawn textures that pan at several speeds.
Brightness is the mean level less that of the last known frame, in grey levels; edges are the edge strength relative to
the last known frame (1: as sharp).
"""

import argparse
import platform
from collections.abc import Iterator
from datetime import date
from itertools import islice

import numpy as np
import torch
from core_models import core_models
from markdown_table import markdown_table
from torch import Tensor
from torch.nn import functional as F

from vidpred import load_predictor
from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.interfaces import Predictor
from vidpred.metrics.edge_strength import edge_strength
from vidpred.predictors.rollout.rollout import future_frames
from vidpred.runs.shipped import CLIP
from vidpred.video import decode

KNOWN = 9  # frames
SIZE = 160, 200  # pixels of the drawn pans, height and width
SPEEDS = (0.5, 2.0, -4.0)  # of these, in pixels per frame
GREY_LEVELS = 127.5  # per unit


def main() -> None:
    """Roll every predictor out on every clip, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--predictors", nargs="+", default=["default", "learned_motion"], help="checkpoints or runs")
    parser.add_argument("--steps", nargs="+", type=int, default=[1, 5, 10, 30, 100], help="frames ahead to print")
    parser.add_argument("--seed", type=int, default=0, help="of the drawn textures")
    arguments = parser.parse_args()
    steps = sorted(arguments.steps)
    if steps[0] < 1:
        raise SystemExit(f"benchmark_long_rollouts: error: --steps has {steps[0]}, but frames ahead begin with 1")
    rows = []
    for name in arguments.predictors:
        try:
            predictor = load_predictor(name, device="cpu")
        except VidpredError as error:
            raise SystemExit(f"benchmark_long_rollouts: error: {error}") from None
        for clip, known in clips(arguments.seed):
            rows.append([name, clip, *measure(predictor, known, steps)])
    print(markdown_table(["predictor", "clip", *(f"t+{step}" for step in steps)], rows))
    print(f"\nbrightness (grey levels) / edges; {next(iter(core_models()), platform.machine())}, CPU, torch")
    print(f"{torch.__version__}, seed {arguments.seed}, {date.today():%d %B %Y}")


def clips(seed: int) -> Iterator[tuple[str, Tensor]]:
    """Yield names and known frames (1, T, C, H, W)."""
    film = to_model(np.stack(list(islice(decode(CLIP), KNOWN))))[None]
    yield "shipped clip", film
    yield "its last frame, standing still", film[:, -1:].expand(-1, KNOWN, -1, -1, -1)
    for number, speed in enumerate(SPEEDS):
        yield f"pan, {speed:g} pixels per frame", pan(speed, seed + number)


def pan(speed: float, seed: int) -> Tensor:
    """Draw a texture of several scales, which moves to the left by ``speed`` pixels per frame: (1, T, 3, H, W)."""
    height, width = SIZE
    margin = int(abs(speed) * KNOWN) + 2
    generator = torch.Generator().manual_seed(seed)
    canvas = torch.zeros(1, 3, height, width + 2 * margin)
    for scale in (4, 8, 16, 32):
        noise = torch.rand(1, 3, height // scale + 2, canvas.shape[-1] // scale + 2, generator=generator)
        canvas += scale * F.interpolate(noise, size=canvas.shape[-2:], mode="bicubic")
    canvas = 2 * (canvas - canvas.min()) / (canvas.max() - canvas.min()) - 1
    starts = [margin + round(speed * step) for step in range(KNOWN)]
    return torch.stack([canvas[..., start : start + width] for start in starts], dim=1)


@torch.inference_mode()
def measure(predictor: Predictor, known: Tensor, steps: list[int]) -> list[str]:
    """Roll out and return brightness and edges, relative to the last of ``known``, at every one of ``steps``."""
    last, cells = known[:, -1:], []
    for step, frame in enumerate(islice(future_frames(predictor, known), steps[-1]), start=1):
        if step in steps:
            lighter = float((frame - last).mean()) * GREY_LEVELS
            cells.append(f"{lighter:+.1f} / {float(edge_strength(frame, last)):.2f}")
    return cells


if __name__ == "__main__":
    main()
