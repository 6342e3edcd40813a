"""What a run does where there are few videos, of which the shipped weights learn little: docs/fine_tuning.md."""

from collections.abc import Mapping

from vidpred.machine.files import real_path
from vidpred.runs.build import Parts
from vidpred.runs.shipped import WEIGHTS
from vidpred.wording import counted, folded

FEW = 10  # fewer hardly suffice
SCORE = "psnr"
LEAST_GAIN = 0.1  # dB of it on the validation videos: less did not carry over to others of the source


def has_few(parts: Parts) -> bool:
    """Return whether a run goes on from the shipped weights with few videos."""
    start = parts.warm_start
    return start is not None and real_path(start["path"]) == WEIGHTS and _num_videos(parts) < FEW


def _num_videos(parts: Parts) -> int:
    train = parts.data.train
    return len({train.video(clip) for clip in range(len(train))})


def least_gain(parts: Parts) -> float:
    """Return how much better than the weights that a run starts from others must be to take their place."""
    asked = parts.config.train.least_gain
    if asked is not None:
        return asked
    return LEAST_GAIN if parts.config.log.best_by == SCORE and has_few(parts) else 0.0


def is_enough(parts: Parts, scores: Mapping[str, float], start: Mapping[str, float]) -> bool:
    """Return whether scores are as far from those at the start as weights must be to take their place."""
    score = parts.config.log.best_by
    return abs(scores[score] - start[score]) >= least_gain(parts)


def say_few(parts: Parts) -> str:
    """Return a line for who goes on from the shipped weights with few videos; empty for others."""
    if not has_few(parts):
        return ""
    videos = counted(_num_videos(parts), "video")
    return folded(
        f"\nnote: {videos} to learn from may be too few: where it was measured, collections of 13 and more made the "
        "shipped weights better by 0.05 to 0.22 dB on others of the same source, those of 2 to 4 by nothing on average"
    )
