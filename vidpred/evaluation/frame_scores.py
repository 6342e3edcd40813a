"""Scores frames by every metric, a few at a time, computing once what several metrics or predictions share."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.frames.apart import applied, returned
from vidpred.metrics import MASKED_METRICS, METRICS, MaskedMetric, Metric
from vidpred.metrics.metric import TooSmallError
from vidpred.metrics.shared import shared

LARGEST_SHARED = 1_000_000  # values of a frame: a third of a gigabyte in all
TOGETHER = 300_000  # values of frames that are scored at once: fewer operations, whose results a cache still holds


def score(
    prediction: Tensor, target: Tensor, mask: Tensor | None = None, metrics: Mapping[str, Metric] = METRICS
) -> dict[str, list[float]]:
    """Return every metric of every frame, by metric.

    Args:
        prediction: one clip (T, C, H, W) in [-1, 1].
        target: a clip of the same shape.
        mask: (T, H, W), true where something moves; without one, masked metrics are left out.
        metrics: all registered ones by default.

    Raises:
        VidpredError: the clips differ in shape, or are too small for a metric.
    """
    return score_together({"": prediction}, target, mask, metrics)[""]


def score_together(
    predictions: Mapping[str, Tensor], target: Tensor, mask: Tensor | None, metrics: Mapping[str, Metric]
) -> dict[str, dict[str, list[float]]]:
    """Return what :func:`score` does of every prediction, by its name.

    A few frames at a time, which saves memory, and what scores need of the truth is computed once for all predictions.
    """
    at_once = max(1, TOGETHER // target[0].numel())
    clips = [clip[:, None].split(at_once) for clip in (target, *predictions.values())]
    masks = [None] * len(clips[0]) if mask is None else mask[:, None].split(at_once)
    scores: dict[str, dict[str, list[float]]] = {name: {} for name in predictions}
    for (real, *predicted), moving in zip(zip(*clips, strict=True), masks, strict=True):
        truth = real.to(torch.float64)
        with _sharing(truth, truth, *([] if moving is None else [moving])):
            for name, frames in zip(predictions, predicted, strict=True):
                for metric, values in _score_frames(frames.to(torch.float64), truth, moving, metrics).items():
                    scores[name].setdefault(metric, []).extend(values)
    return scores


def _score_frames(
    prediction: Tensor, target: Tensor, mask: Tensor | None, metrics: Mapping[str, Metric]
) -> dict[str, list[float]]:
    """Return every metric of frames, each a clip of its own: (N, 1, C, H, W)."""
    with _sharing(target):
        scores = {name: of_each(name, metric, prediction, target) for name, metric in metrics.items()}
        if mask is not None:
            masked = MASKED_METRICS.items()
            scores |= {name: of_each(name, metric, prediction, target, mask) for name, metric in masked}
    return scores


def of_each(name: str, metric: Metric | MaskedMetric, *given: Tensor) -> list[float]:
    """Return a metric of each of N frames; of one after the other, where it makes one value of several.

    Raises:
        VidpredError: it makes no number of a frame, or frames are too small for it.
    """
    try:
        values: object = applied(metric.function, *given)
    except TooSmallError as error:
        raise VidpredError(f"{error.said_of(name)}, and all frames are scored by it; give larger ones") from None
    if isinstance(values, Tensor) and values.is_complex():  # of which float() would leave a part out
        raise VidpredError(f"the metric {name!r} made complex numbers, but real ones are needed; take their .abs()")
    if isinstance(values, Tensor) and values.numel() == len(given[0]):
        return list(map(float, values.flatten()))
    numbers = []
    for one in zip(*(each.split(1) for each in given), strict=True):
        value: object = applied(metric.function, *one)
        try:
            numbers.append(float(value))  # type: ignore[arg-type]
        except (TypeError, ValueError, RuntimeError):
            raise VidpredError(
                f"the metric {name!r} made {returned(value)} of a frame, but one number is needed; "
                "average it, as .mean() does"
            ) from None
    return numbers


def _sharing(frame: Tensor, *outliving: Tensor) -> AbstractContextManager[None]:
    """Let scores of a frame share what they compute, which takes some forty times its memory, unless it is large."""
    return shared(*outliving) if frame.numel() <= LARGEST_SHARED else nullcontext()
