"""How good predictors are on whole frames, per step ahead, always beside the last frame repeated."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from tqdm import tqdm

from vidpred.errors import VidpredError
from vidpred.forecast import frames_needed, rollout
from vidpred.frames import to_model
from vidpred.interfaces import Dataset, Predictor
from vidpred.metrics import METRICS
from vidpred.pictures import draw_curves
from vidpred.predictors import CopyLast

Scores = Mapping[str, Sequence[float]]  # by metric, one value per step ahead
BASELINE = "copy_last"
MAX_COLUMNS = 10  # of the printed table


@dataclass(frozen=True)
class Report:
    """Scores of several predictors on the same frames."""

    scores: Mapping[str, Scores]  # by predictor
    num_videos: int
    num_windows: int

    @property
    def horizon(self) -> int:
        """How many frames ahead the scores reach."""
        return len(next(iter(next(iter(self.scores.values())).values())))

    def table(self) -> str:
        """Write the scores as plain text: one block per metric, one row per predictor, one column per step.

        Of a long horizon, ten steps evenly spaced are shown; the mean is over all.
        """
        steps = np.linspace(1, self.horizon, min(self.horizon, MAX_COLUMNS)).round().astype(int)
        label = max(map(len, [*self.scores, *map(_title, self._metrics)])) + 2
        blocks = []
        for metric in self._metrics:
            head = f"{_title(metric):<{label}}" + "".join(f"{f't+{step}':>9}" for step in steps) + f"{'mean':>9}"
            rows = [
                f"{'  ' + name:<{label}}" + "".join(f"{value:9.3f}" for value in [*np.take(values, steps - 1), mean])
                for name, scores in self.scores.items()
                for values, mean in [(scores[metric], float(np.mean(scores[metric])))]
            ]
            blocks.append("\n".join([head, *rows]))
        return "\n\n".join(blocks)

    def to_json(self) -> str:
        """Write everything as JSON."""
        tree = {
            "horizon": self.horizon,
            "num_videos": self.num_videos,
            "num_windows": self.num_windows,
            "metrics": {
                name: {"unit": METRICS[name].unit, "higher_is_better": METRICS[name].higher_is_better}
                for name in self._metrics
            },
            "scores": {
                name: {
                    metric: {"steps": list(values), "mean": float(np.mean(values))} for metric, values in scores.items()
                }
                for name, scores in self.scores.items()
            },
        }
        return json.dumps(tree, indent=2) + "\n"

    def plot(self, path: Path) -> None:
        """Draw every metric over the steps ahead as PNG, replacing ``path`` if it is there."""
        by_metric = {
            _title(metric): {name: scores[metric] for name, scores in self.scores.items()} for metric in self._metrics
        }
        draw_curves(path, by_metric)

    @property
    def _metrics(self) -> list[str]:
        return list(next(iter(self.scores.values())))


@torch.inference_mode()
def evaluate(
    predictors: Mapping[str, Predictor],
    dataset: Dataset,
    horizon: int = 5,
    max_windows_per_video: int | None = None,
    videos: Collection[str] | None = None,
) -> Report:
    """Score ``predictors``, and the last frame repeated, on the same windows.

    Every window's last ``horizon`` frames are predicted by rollout from those before. Scores are averaged
    over the windows of each video first, then over the videos, so that long videos count no more than short.

    Args:
        predictors: by the name that they go by in the report.
        dataset: of clips at least ``horizon`` frames longer than what any predictor starts from.
        horizon: how many frames ahead, at least 1.
        max_windows_per_video: windows taken from each video, evenly spaced; None takes all.
        videos: names of the videos that count; None counts all.

    Raises:
        VidpredError: no windows, too short ones, a horizon or number of windows below 1.
    """
    if horizon < 1:
        raise VidpredError(f"the horizon is {horizon}, but at least 1 frame must be predicted; set horizon=1 or more")
    rivals = {**predictors, **({} if BASELINE in predictors else {BASELINE: CopyLast(num_context_frames=1)})}
    chosen = _choose_windows(dataset, max_windows_per_video, videos)
    num_windows = sum(map(len, chosen))
    with tqdm(total=num_windows, unit="window", disable=None, leave=False) as progress:
        by_video = []
        for indices in chosen:
            by_video.append(np.mean([_score_window(rivals, dataset, i, horizon) for i in indices], axis=0))
            progress.update(len(indices))
    means = np.mean(by_video, axis=0).tolist()
    scores = {name: dict(zip(METRICS, values, strict=True)) for name, values in zip(rivals, means, strict=True)}
    return Report(scores, num_videos=len(chosen), num_windows=num_windows)


def score(prediction: Tensor, target: Tensor) -> dict[str, list[float]]:
    """Return every registered metric of every frame, by metric.

    Args:
        prediction: one clip (T, C, H, W) in [-1, 1].
        target: a clip of the same shape.

    Raises:
        VidpredError: the clips differ in shape, or are too small for a metric.
    """
    pairs = list(zip(prediction.split(1), target.split(1), strict=True))  # one by one, to save memory
    return {
        name: [float(metric.function(predicted[None], real[None])) for predicted, real in pairs]
        for name, metric in METRICS.items()
    }


def device_of(predictor: Predictor) -> torch.device:
    """Return where the predictor's weights are; the CPU if it has none."""
    parameters = predictor.parameters() if isinstance(predictor, nn.Module) else iter(())
    return next((parameter.device for parameter in parameters), torch.device("cpu"))


def _score_window(predictors: Mapping[str, Predictor], dataset: Dataset, index: int, horizon: int) -> np.ndarray:
    """Return the scores (predictor, metric, horizon) on one clip of ``dataset``."""
    clip = to_model(dataset.full_frames(index))
    scores = [score(_predict(predictor, clip, horizon), clip[-horizon:]) for predictor in predictors.values()]
    return np.array([list(by_metric.values()) for by_metric in scores])


def _predict(predictor: Predictor, clip: Tensor, horizon: int) -> Tensor:
    """Predict the last ``horizon`` frames of ``clip`` (T, C, H, W) from those before."""
    needed = frames_needed(predictor)
    if len(clip) < needed + horizon:
        raise VidpredError(
            f"the clips have {len(clip)} frames, but {needed} + {horizon} are needed (context + horizon); "
            f"open the data with clip_length={needed + horizon}, or lower the horizon"
        )
    context = clip[-horizon - needed : -horizon].to(device_of(predictor))
    return rollout(predictor, context[None], horizon)[0].float().to(clip.device)


def _choose_windows(dataset: Dataset, limit: int | None, names: Collection[str] | None) -> list[list[int]]:
    """Return the windows of every video, evenly spaced where there are more than ``limit``."""
    if limit is not None and limit < 1:
        raise VidpredError(f"at most {limit} windows per video were asked for, but at least 1 is needed; allow more")
    by_video: dict[str, list[int]] = {}
    for index in range(len(dataset)):
        by_video.setdefault(dataset.video(index), []).append(index)
    chosen = [_spread(found, limit or len(found)) for name, found in by_video.items() if names is None or name in names]
    if not chosen:
        raise VidpredError(
            "no video has a clip long enough to score; lower the horizon, or give longer videos that move"
        )
    return chosen


def _spread(indices: Sequence[int], number: int) -> list[int]:
    """Return at most ``number`` of ``indices``, each from the middle of an equal share."""
    number = min(number, len(indices))
    return [indices[(2 * part + 1) * len(indices) // (2 * number)] for part in range(number)]


def _title(metric: str) -> str:
    unit = METRICS[metric].unit
    return metric.replace("_", " ") + (f" ({unit})" if unit else "")
