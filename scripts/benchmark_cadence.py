"""Measures what it brings to go on in the rhythm of films that repeat frames, and prints a Markdown table.

    python scripts/benchmark_cadence.py videos/ --predictor default

Every video is cut into clips, one after the other. Those whose known frames repeat in a steady rhythm, which
:class:`vidpred.predictors.rollout.cadence.Cadence` recognises, are predicted twice: seeing every frame, and going on in
the rhythm. Videos count equally, whatever number of such clips they have.
"""

import argparse
import platform
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from core_models import core_models
from markdown_table import markdown_table
from revision import revision
from torch import Tensor

from vidpred import load_predictor, rollout
from vidpred.errors import VidpredError
from vidpred.frames import to_model
from vidpred.interfaces import Cadenced
from vidpred.metrics import psnr
from vidpred.metrics.edge_strength import edge_strength
from vidpred.predictors.rollout.cadence import NUM_FRAMES, Cadence
from vidpred.video import decode, find_sources

HERE = Path(__file__).resolve().parents[1]
MEASURES = {"PSNR (dB)": psnr, "edges": edge_strength}


def main() -> None:
    """Find the clips, predict them both ways, and print means over videos."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, help="folder of videos, searched recursively")
    parser.add_argument("--predictor", default="default", help="a checkpoint or run that goes on in rhythms")
    parser.add_argument("--horizon", type=int, default=5, help="frames ahead")
    parser.add_argument("--short-side", type=int, default=160, help="of the frames, in pixels")
    parser.add_argument("--frames", type=int, default=300, help="of every video, at most")
    wanted = parser.parse_args()
    try:
        predictor = load_predictor(wanted.predictor, device="cpu")
        sources = find_sources(wanted.videos)
    except VidpredError as error:
        raise SystemExit(f"benchmark_cadence: error: {error}") from None
    if not isinstance(predictor, Cadenced):
        raise SystemExit(
            f"benchmark_cadence: error: {wanted.predictor} sees every frame; name one that keeps a cadence"
        )
    found, num_clips = defaultdict[int, list[Tensor]](list), 0
    for source in sources:
        of_video = defaultdict[int, list[Tensor]](list)
        for clip in clips(source, wanted.frames, NUM_FRAMES + wanted.horizon, wanted.short_side):
            num_clips += 1
            cadence = Cadence.of(clip[0, :NUM_FRAMES])
            if cadence:
                of_video[len(cadence.repeats)].append(measure(predictor, clip))
        for length, measured in of_video.items():
            found[length].append(torch.stack(measured).mean(dim=0))
    print(table(found, wanted.horizon))
    number = sum(map(len, found.values()))
    print(f"\n{num_clips} clips of {len(sources)} videos, {number} pairs of a video and a rhythm; {wanted.predictor},")
    print(f"{next(iter(core_models()), platform.machine())}, commit {revision(HERE)}, {date.today():%d %B %Y}")


def clips(source: Path, most: int, length: int, short_side: int) -> Iterator[Tensor]:
    """Yield the clips (1, T, C, H, W) in [-1, 1] of a video that can be read, one after the other."""
    try:
        frames = np.stack(list(islice(decode(source, short_side=short_side), most)))
    except VidpredError:
        return
    for start in range(0, len(frames) - length + 1, length):
        yield to_model(frames[start : start + length])[None]


@torch.inference_mode()
def measure(predictor: Cadenced, clip: Tensor) -> Tensor:
    """Return every measure at every step, seeing every frame and going on in the rhythm: (M, 2, horizon)."""
    known, truth = clip[:, :NUM_FRAMES], clip[:, NUM_FRAMES:]
    kept, both = predictor.keeps_cadence, []
    for predictor.keeps_cadence in (False, True):
        future = rollout(predictor, known, truth.shape[1])
        pairs = list(zip(future.split(1, dim=1), truth.split(1, dim=1), strict=True))
        both.append([[float(metric(*pair)) for pair in pairs] for metric in MEASURES.values()])
    predictor.keeps_cadence = kept
    return torch.tensor(both).transpose(0, 1)


def table(found: dict[int, list[Tensor]], horizon: int) -> str:
    """Return two rows for every length of a round and measure, and the same of all videos together."""
    groups = {f"{length} steps": values for length, values in sorted(found.items())}
    groups["all"] = [value for values in found.values() for value in values]
    rows = []
    for group, values in groups.items():
        mean = torch.stack(values).mean(dim=0) if values else torch.full((len(MEASURES), 2, horizon), torch.nan)
        for name, of_measure in zip(MEASURES, mean, strict=True):
            for way, steps in zip(("seeing every frame", "in the rhythm"), of_measure, strict=True):
                rows.append([f"{group} ({len(values)})", name, way, *(f"{value:.2f}" for value in steps)])
    return markdown_table(["round (videos)", "", "", *(f"t+{step}" for step in range(1, horizon + 1))], rows)


if __name__ == "__main__":
    main()
