"""Measures the alarms of `vidpred watch`: how often they are false, and how well seeded anomalies are found.

    python scripts/benchmark_watch.py highway.mp4 park.mp4 --piece 2     # each video is one camera, cut into pieces
    python scripts/benchmark_watch.py clips/ --together                  # each video is one piece, of any camera

Half of the pieces, at random, are normal: they calibrate. The others are new. Into each of these, after a third of
it, a patchwork that wanders is put, or the picture is frozen there; or the whole piece runs backwards. That is repeated
for several halves. False alarms come with a 95 % interval, bootstrapped over the pieces.
"""

import argparse
import datetime
import itertools
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from markdown_table import markdown_table

from vidpred.applications.watch.calibration import LOOKS_BACK, Scale, calibrate_on, scores_of
from vidpred.applications.watch.signs import Views
from vidpred.applications.watch.views import look
from vidpred.errors import VidpredError
from vidpred.interfaces import Predictor
from vidpred.predictors import OpticalFlow
from vidpred.runs.load import load_predictor
from vidpred.video import decode, find_sources, probe
from vidpred.video.window import ShownFrame

KINDS = ("object", "backwards", "frozen")
FLOW = "optical_flow"
BETWEEN = 0.2  # seconds left out between two pieces of one video
PATCHES, SHARE = 6, 5  # along a side of the object, which is as large as a fifth of the picture
RESAMPLES = 2000
HEAD = (
    "camera",
    "pieces",
    "frames",
    "false alarms at {rate:.1%}",
    "95 % interval",
    *(f"AUC, {kind}" for kind in KINDS),
)

Piece = dict[str, tuple[Views, int]]  # what it shows, and the first frame that is anomalous, as it is and by kind


def put_in(frames: np.ndarray, onset: int, draw: np.random.Generator) -> np.ndarray:
    """Put a patchwork that wanders in straight lines into the frames (T, H, W, C) from ``onset`` on."""
    height, width = frames.shape[1:3]
    side = min(height, width) // SHARE // PATCHES * PATCHES
    colours = draw.integers(0, 256, (PATCHES, PATCHES, frames.shape[-1]), np.uint8)
    patchwork = colours.repeat(side // PATCHES, 0).repeat(side // PATCHES, 1)
    room = np.array([height - side, width - side])
    place, speed = draw.uniform(0, room), draw.uniform(1, 3, 2) * draw.choice([-1, 1], 2)
    changed = frames.copy()
    for frame in changed[onset:]:
        top, left = np.abs((place + room) % (2 * room) - room).astype(int)  # thrown back at the edges
        frame[top : top + side, left : left + side] = patchwork
        place = place + speed
    return changed


def seeded(frames: np.ndarray, draw: np.random.Generator) -> dict[str, tuple[np.ndarray, int]]:
    """Return the frames as they are and with every kind of anomaly, and the first frame that is anomalous."""
    onset = len(frames) // 3
    frozen = frames.copy()
    frozen[onset:] = frames[onset - 1]
    return {
        "normal": (frames, 0),
        "object": (put_in(frames, onset, draw), onset),
        "backwards": (frames[::-1], 0),
        "frozen": (frozen, onset),
    }


def pieces_of(path: Path, seconds: float | None, side: int, most: int) -> Iterator[tuple[np.ndarray, float]]:
    """Yield at most so many pieces (T, H, W, C) of a video, and its frames per second."""
    rate = float(probe(path).frame_rate)
    frames = decode(path, short_side=side)
    if seconds is None:
        yield np.stack(list(itertools.islice(frames, most))), rate
        return
    length = round(seconds * rate)
    for _ in range(most):
        piece = list(itertools.islice(frames, length))
        if len(piece) < length:
            return
        yield np.stack(piece), rate
        list(itertools.islice(frames, round(BETWEEN * rate)))


def look_at(piece: np.ndarray, rate: float, predictor: Predictor, draw: np.random.Generator) -> Piece:
    """Look at a piece as it is and with every anomaly."""
    return {
        kind: (look((ShownFrame(frame, number > 0) for number, frame in enumerate(frames)), predictor, rate), onset)
        for kind, (frames, onset) in seeded(piece, draw).items()
    }


def judge(pieces: Sequence[Piece], rate: float, splits: int, seed: int) -> tuple[np.ndarray, dict[str, float]]:
    """Return how many frames of each piece were judged and were false alarms (pieces, 2), and the AUC by kind.

    Both are over all splits; the AUC is that of the frames after the onset among the frames of new normal pieces.
    """
    draw, counts = np.random.default_rng(seed), np.zeros((len(pieces), 2))
    areas: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(splits):
        order = draw.permutation(len(pieces))
        normal, new = order[: len(pieces) // 2], order[len(pieces) // 2 :]
        calibration = calibrate_on({f"{place:04}": pieces[n]["normal"][0] for place, n in enumerate(normal)}, rate)
        scores = {kind: [_scores(pieces[n][kind], calibration.scale) for n in new] for kind in ("normal", *KINDS)}
        for number, own in zip(new, scores["normal"], strict=True):
            counts[number] += len(own), (own > calibration.threshold).sum()
        usual = np.concatenate(scores["normal"])
        for kind in KINDS:
            areas[kind].append(area(np.concatenate(scores[kind]), usual))
    return counts, {kind: float(np.mean(each)) for kind, each in areas.items()}


def area(positive: np.ndarray, negative: np.ndarray) -> float:
    """Return the area under the ROC curve: how often a score of the first is above one of the second, ties half."""
    ordered = np.sort(negative)
    below, up_to = (np.searchsorted(ordered, positive, side=side) for side in ("left", "right"))
    return float((below + up_to).mean() / 2 / len(negative))


def interval(counts: np.ndarray, seed: int) -> tuple[float, float]:
    """Return the 95 % interval of the share of false alarms, by a bootstrap over the pieces."""
    rows = np.random.default_rng(seed).integers(0, len(counts), (RESAMPLES, len(counts)))
    sums = counts[rows].sum(axis=1)
    low, high = np.quantile(sums[:, 1] / np.maximum(sums[:, 0], 1), (0.025, 0.975))
    return float(low), float(high)


def _scores(piece: tuple[Views, int], scale: Scale) -> np.ndarray:
    views, onset = piece
    scores = scores_of(views, scale)
    return scores[max(0, onset - LOOKS_BACK) :]


def row(name: str, pieces: Sequence[Piece], arguments: argparse.Namespace) -> list[str]:
    """Return a row of the table for the pieces of one camera, or of many."""
    frames = sum(len(stretch) for piece in pieces for stretch, _ in piece["normal"][0])
    try:
        counts, areas = judge(pieces, arguments.alarm_rate, arguments.splits, arguments.seed)
    except VidpredError as error:
        return [name, str(len(pieces)), str(frames), str(error), "", "", "", ""]
    low, high = interval(counts, arguments.seed)
    share = counts[:, 1].sum() / counts[:, 0].sum()
    return [
        *(name, str(len(pieces)), str(frames), f"{share:.2%}", f"[{low:.2%}, {high:.2%}]"),
        *(f"{areas[kind]:.3f}" for kind in KINDS),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("videos", type=Path, nargs="+", help="videos of fixed cameras, or folders of them")
    parser.add_argument("--together", action="store_true", help="every video is one piece, and all are of one kind")
    parser.add_argument("--piece", type=float, default=2.0, help="seconds of a piece")
    parser.add_argument("--most", type=int, default=16, help="pieces of a video; with --together, frames of one")
    parser.add_argument("--alarm-rate", type=float, default=0.01)
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--side", type=int, default=96, help="pixels of the shorter side")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--checkpoint", default=FLOW, help=f"a run, a checkpoint, `default`, or {FLOW}")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    predictor = OpticalFlow(LOOKS_BACK) if arguments.checkpoint == FLOW else load_predictor(arguments.checkpoint)
    draw = np.random.default_rng(arguments.seed)
    cameras: dict[str, list[Piece]] = {}
    for path in [found for given in arguments.videos for found in find_sources(given)]:
        name = "many cameras" if arguments.together else path.stem
        seconds = None if arguments.together else arguments.piece
        for piece in pieces_of(path, seconds, arguments.side, arguments.most):
            cameras.setdefault(name, []).append(look_at(*piece, predictor, draw))
    rows = [row(name, pieces, arguments) for name, pieces in cameras.items()]
    print(markdown_table([cell.format(rate=arguments.alarm_rate) for cell in HEAD], rows))
    print(
        f"\n{arguments.checkpoint} at {arguments.side} pixels, {arguments.splits} splits, seed {arguments.seed}, "
        f"{platform.processor() or platform.machine()}, {datetime.datetime.now(tz=datetime.UTC):%d %B %Y}"
    )


if __name__ == "__main__":
    main()
