"""Times the parts of an evaluation side by side, on clips that it draws: sliding textures, and shapes that cross them.

    python scripts/benchmark_evaluation.py --clips 100

Every part is timed on every clip in turn, so that whatever else the machine does falls on all of them alike.
"""

import argparse
import platform
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from core_models import core_models
from torch import Tensor

from vidpred.evaluation import evaluate
from vidpred.evaluation.scoring import build_baselines
from vidpred.frames import to_model
from vidpred.metrics import HEADLINES, MASKED_METRICS, METRICS, motion_mask
from vidpred.metrics.compare_sets import DISTANCES, compare_features, extract, subsample
from vidpred.metrics.features import Extractor, RandomConvolution, RawPatches
from vidpred.predictors.rollout.rollout import rollout

CONTEXT = 4
WHOLE = "evaluate: four baselines, every metric, intervals"


class DrawnClips:
    """Clips of a noise texture that slides, with a disc that crosses it; each its own video."""

    def __init__(self, number: int, num_frames: int, side: int):
        self.number, self.num_frames, self.side = number, num_frames, side

    @property
    def facts(self) -> Mapping[str, Any]:
        """Return what networks are built from."""
        return {"frame_channels": 3, "height": self.side, "width": self.side}

    def __len__(self) -> int:
        return self.number

    def gather(self, indices: Sequence[int], draws: object = None) -> np.ndarray:  # noqa: ARG002
        """Draw clips (B, T, H, W, 3), 8-bit."""
        return np.stack([self.full_frames(index) for index in indices])

    def video(self, index: int) -> str:
        """Return the name of a clip."""
        return f"clip {index}"

    def full_frames(self, index: int) -> np.ndarray:
        """Draw clip ``index`` (T, H, W, 3), 8-bit."""
        draws = np.random.default_rng(index)
        noise = draws.normal(size=(self.side, self.side, 3))
        for axis in (0, 1):
            noise = np.sum([np.roll(noise, shift, axis) for shift in range(4)], axis=0)
        texture = (128 + 50 * noise / noise.std()).clip(0, 255).astype(np.uint8)
        steps, start = draws.integers(-3, 4, size=(2, 2)), draws.integers(0, self.side, size=2)
        colour, radius = draws.integers(0, 256, 3), self.side // 8
        y, x = np.ogrid[: self.side, : self.side]
        frames = []
        for t in range(self.num_frames):
            frame = np.roll(texture, steps[0] * t, axis=(0, 1))
            top, left = (start + steps[1] * t) % self.side
            frame[(y - top) ** 2 + (x - left) ** 2 < radius**2] = colour
            frames.append(frame)
        return np.stack(frames)


class Stopwatch:
    """Adds up seconds by the name of what took them."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        """Note how long what is within takes."""
        started = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - started


def main() -> None:
    """Draw, time, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=100)
    parser.add_argument("--horizon", type=int, default=8, help="predicted frames per clip")
    parser.add_argument("--side", type=int, default=128, help="of a frame, in pixels")
    parser.add_argument("--threads", type=int, help="of torch; all cores by default")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    data = DrawnClips(arguments.clips, CONTEXT + arguments.horizon, arguments.side)
    watch = Stopwatch()
    with torch.inference_mode():
        _time_parts(data, arguments.horizon, watch)
    parts = dict(watch.seconds)
    with watch(WHOLE):
        evaluate({}, data, arguments.horizon)
    print(f"{_processor()}; torch {torch.__version__}, {torch.get_num_threads()} threads")
    print(f"{arguments.clips} clips x {arguments.horizon} frames of {arguments.side} x {arguments.side}\n")
    for name, seconds in parts.items():
        print(f"{name:<60}{seconds:8.2f} s")
    needed = sum(parts[name] for name in ("flow masks", *(f"metric {name}" for name in HEADLINES)))
    print(f"\n{'PSNR, SSIM, sharpness and flow masks of one predictor':<60}{needed:8.2f} s")
    print(f"{WHOLE:<60}{watch.seconds[WHOLE]:8.2f} s")


def _time_parts(data: DrawnClips, horizon: int, watch: Stopwatch) -> None:
    """Time predicting, the masks, every metric, and the features and distances of sets."""
    extractors: list[Extractor] = [RandomConvolution(), RawPatches()]
    features: dict[str, list[tuple[Tensor, Tensor]]] = defaultdict(list)
    for index in range(len(data)):
        clip = to_model(data.full_frames(index))
        context, target = clip[None, :-horizon], clip[None, -horizon:]
        for name, predictor in build_baselines(CONTEXT).items():
            with watch(f"predictor {name}"):
                prediction = rollout(predictor, context, horizon)
        with watch("flow masks"):
            mask = motion_mask(context[:, -1:], target)
        frames = [(prediction[:, t : t + 1], target[:, t : t + 1], mask[:, t : t + 1]) for t in range(horizon)]
        for name, metric in METRICS.items():
            with watch(f"metric {name}"):
                for one, other, _ in frames:
                    metric.function(one, other)
        for name, masked in MASKED_METRICS.items():
            with watch(f"metric {name}"):
                for frame in frames:
                    masked.function(*frame)
        for extractor in extractors:
            with watch(f"features {extractor.name}, true and predicted"):
                found = (extract(extractor, target), extract(extractor, prediction))
            real, fake = (subsample(side, -(-1000 // len(data)), index) for side in found)
            features[extractor.name].append((real, fake))
    for extractor in extractors:
        real, fake = (torch.cat(side) for side in zip(*features[extractor.name], strict=True))
        with watch(f"distances of {len(real)} and {len(fake)} {extractor.name}"):
            compare_features(extractor, real, fake, [name for name in DISTANCES if len(real) > extractor.dimension])


def _processor() -> str:
    models = core_models()
    return f"{len(models)} cores of {models[0]}" if models else platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
