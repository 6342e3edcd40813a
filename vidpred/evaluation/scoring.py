"""Scores predictors on the clips of a data set, per clip, metric and step ahead."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.evaluation.compared_predictors import FIRST, NEAREST, SHOWN, BestOf, ComparedPredictors
from vidpred.evaluation.example_clips import ExampleClip, choose_clips
from vidpred.evaluation.frame_scores import LARGEST_SHARED, score_together
from vidpred.evaluation.frame_scores import score as score
from vidpred.evaluation.predicted_values import ValueLedger
from vidpred.evaluation.protocol import describe, metric_facts
from vidpred.evaluation.report import Report
from vidpred.evaluation.sample_scores import SampleLedger, sample_facts
from vidpred.evaluation.set_distances import FeatureLedger, set_facts
from vidpred.frames import to_model, to_uint8
from vidpred.interfaces import Dataset, Predictor
from vidpred.machine.arguments import checked
from vidpred.machine.engine import all_evaluating, is_own
from vidpred.machine.progress import progress
from vidpred.machine.ranges import Seed
from vidpred.machine.threads import side_by_side
from vidpred.metrics import MASKED_METRICS, METRICS, Metric, motion_mask
from vidpred.metrics.features import Extractor
from vidpred.predictors import PREDICTORS
from vidpred.predictors.rollout.rollout import frames_needed, longest_context
from vidpred.wording import listed

BASELINES = ("copy_last", "linear", "optical_flow", "mean")
BASELINE_CONTEXT = 4  # context frames of the baselines when nothing else is compared
FEWEST_FRAMES = 2  # of context, the fewest that show motion
RANKING = "psnr"  # the metric by which example clips are chosen
CLIP_AXES = 4  # of (T, H, W, C)
NUM_SAMPLES = 8  # futures that a stochastic predictor samples per clip


@checked
@torch.inference_mode()
def evaluate(
    predictors: Mapping[str, Predictor],
    dataset: Dataset,
    horizon: int = 5,
    max_windows_per_video: int | None = None,
    videos: Collection[str] | None = None,
    *,
    seed: Seed = 0,
    num_samples: int = NUM_SAMPLES,
    best_of: BestOf | None = None,
    perceptual: Mapping[str, Metric] | None = None,
    extractors: Sequence[Extractor] = (),
    optional: Collection[str] = (),
    circumstances: Mapping[str, Any] | None = None,
) -> Report:
    """Score ``predictors``, and every baseline, on the same windows.

    Every window's last ``horizon`` frames are predicted by rollout from those before. Scores are averaged
    over the windows of each video first, then over the videos, so that long videos count no more than short.
    A stochastic predictor samples several futures, all of which are scored as samples; tables and example clips
    show the first. Where frames are small, several threads score clips at once, and predict them too if all predictors
    and extractors are this package's; those of others are called in order, by one thread.

    Args:
        predictors: by their names in the report; baselines among them are not added again. They are scored in
            evaluation mode, and put back into the mode they were in.
        dataset: of clips at least ``horizon`` frames longer than the context that any predictor needs. Each gets
            as much context as it can use.
        horizon: how many frames ahead, at least 1.
        max_windows_per_video: windows taken from each video, evenly spaced; None takes all.
        videos: names of the videos that count; None counts all.
        seed: of the bootstrap that gives the confidence intervals, of noise, and of the choice of features.
        num_samples: futures that a stochastic predictor samples per window, at least 2.
        best_of: ``truth`` shows the future nearest to the truth, which favours stochastic predictors.
        perceptual: further metrics, by name, such as those that need weights.
        extractors: of the features over which predicted and true frames are compared as sets.
        optional: names of extractors whose distances are left out, with the reason, where there are too few
            frames for them; for others that is an error.
        circumstances: what else the report records of how it was made, as plain values.

    Raises:
        VidpredError: no windows, windows too short or too few, a horizon or a number of windows or samples too low,
            another predictor by the name of a baseline, or a further metric by that of one that is always scored.
    """
    _require_own_names(predictors, perceptual or {})
    chosen = choose_windows(dataset, max_windows_per_video, videos)
    first = _clip(dataset, chosen[0])
    context = max(min(baseline_context(predictors.values()), len(first) - horizon), FEWEST_FRAMES)
    everyone = {**predictors, **build_baselines(context, leave_out=predictors)}
    compared = ComparedPredictors(everyone, horizon, num_samples, best_of, seed)
    known = {**METRICS, **(perceptual or {})}
    metrics = metric_facts(perceptual)
    features = FeatureLedger(extractors, len(chosen), seed, optional)
    samples, outputs = SampleLedger(num_samples, compared.samplers), ValueLedger()
    at_once = torch.get_num_threads() if first[0].size <= LARGEST_SHARED else 1  # large ones would take too much memory
    judges = _Judges(known, list(metrics), features, samples, outputs)
    with all_evaluating(everyone.values()):
        scores, digest = _score_windows(compared, dataset, chosen, judges, at_once)
        examples = _example_clips(compared, dataset, chosen, scores, list(metrics).index(RANKING))
    names, predicted = [dataset.video(index) for index in chosen], outputs.close()
    data = {"videos": len(set(names)), "clips": len(names), "frames_sha256": digest}
    further = _further_facts(num_samples, best_of, seed, extractors)
    return Report(
        predictors=list(everyone),
        videos=names,
        values=scores,
        protocol=describe(horizon, context, BASELINES, metrics, data, seed, circumstances or {}, further),
        example_clips=examples,
        sets=features.close(),
        samples=samples.close(names, seed, predicted.broken_steps),
        predicted=predicted,
    )


class _Judges(NamedTuple):
    """All by which predictions of a clip are scored: metrics, those reported in order, and three ledgers."""

    metrics: Mapping[str, Metric]
    order: Sequence[str]
    features: FeatureLedger
    samples: SampleLedger
    outputs: ValueLedger


def _score_windows(
    compared: ComparedPredictors, dataset: Dataset, chosen: Sequence[int], judges: _Judges, at_once: int
) -> tuple[np.ndarray, str]:
    """Predict the ``chosen`` windows and score the predictions, those of several windows at once.

    Returns:
        scores (predictor, metric, window, step ahead), and a digest of all frames.
    """
    content, scores = hashlib.sha256(), []
    shared_out = compared.may_share_threads and all(map(is_own, judges.features.extractors))
    with progress(chosen, "scoring", "clip") as bar:
        for start in range(0, len(chosen), at_once):
            tasks: list[tuple[Any, ...]] = []
            for number, index in enumerate(chosen[start : start + at_once], start):
                frames = _clip(dataset, index)
                content.update(f"{dataset.video(index)!r} {frames.shape}".encode())
                content.update(np.ascontiguousarray(frames).tobytes())
                tasks.append((compared, judges, number, to_model(frames)))
            if not shared_out:
                tasks = [(*task, _predict(*task)) for task in tasks]
            scores += side_by_side(_score_clip, tasks)
            bar.update(len(tasks))
    return np.stack(scores, axis=2), content.hexdigest()


def _clip(dataset: Dataset, index: int) -> np.ndarray:
    """Return the frames of a clip, 8-bit (T, H, W, C).

    Raises:
        VidpredError: the data set, which may be somebody's own, returns something else.
    """
    frames: object = dataset.full_frames(index)
    if isinstance(frames, np.ndarray) and frames.dtype == np.uint8 and frames.ndim == CLIP_AXES:
        return frames
    given = f"an object of the class {type(frames).__name__}"
    if isinstance(frames, np.ndarray):
        given = f"{frames.dtype} {frames.shape}"
    raise VidpredError(
        f"the data set returned {given} from full_frames({index}), but a NumPy array of uint8 (T, H, W, C) is needed; "
        "see vidpred.interfaces.Dataset"
    )


def _further_facts(
    num_samples: int, best_of: BestOf | None, seed: int, extractors: Sequence[Extractor]
) -> dict[str, Any]:
    """Describe what is scored beyond the metrics."""
    shown = NEAREST if best_of else FIRST
    sampling = {
        "futures_per_clip": num_samples,
        "shown": {"definition": SHOWN[shown], "name": shown},
        "seed": seed,
        "scores": sample_facts(num_samples),
    }
    return {"stochastic_predictors": sampling, **({"sets": set_facts(extractors, seed)} if extractors else {})}


def baseline_context(predictors: Collection[Predictor]) -> int:
    """Return how many context frames the baselines get: as many as the predictors that they are compared with."""
    for predictor in predictors:
        frames_needed(predictor)  # refuses what does not say so in whole numbers
    return max([FEWEST_FRAMES, *map(longest_context, predictors)]) if predictors else BASELINE_CONTEXT


def build_baselines(context: int, leave_out: Collection[str] = ()) -> dict[str, Predictor]:
    """Build the baselines, but for those to ``leave_out``, for ``context`` frames."""
    facts = {"num_context_frames": context, "lead": 1}
    return {name: PREDICTORS.build(name, facts) for name in BASELINES if name not in leave_out}


def _require_own_names(predictors: Mapping[str, Predictor], perceptual: Mapping[str, Metric]) -> None:
    """Refuse what would stand in the report as a baseline, or as a registered metric, and is another."""
    for name in perceptual:
        if name in METRICS or name in MASKED_METRICS:
            raise VidpredError(
                f"a further metric is named {name}, as one that is always scored; give yours another name"
            )
    for name in BASELINES:
        if name in predictors and type(predictors[name]) is not PREDICTORS[name]:
            raise VidpredError(
                f"{name} is the name of a baseline, but that of an object of the class "
                f"{type(predictors[name]).__name__} too, which all would be compared with; give yours another name"
            )


def choose_windows(dataset: Dataset, limit: int | None, names: Collection[str] | None) -> list[int]:
    """Return the windows of every video, one video after the other, evenly spaced if there are more than ``limit``.

    Raises:
        VidpredError: the data are no data set, there is no window, or a limit below 1.
    """
    if isinstance(dataset, Tensor):  # which has a method gather, as a data set has
        raise VidpredError(
            "a tensor is to be scored on, but a data set is needed (see vidpred.interfaces.Dataset); vidpred.compare "
            "opens a folder of videos, vidpred.evaluation.score scores clips"
        )
    if limit is not None and limit < 1:
        raise VidpredError(f"at most {limit} clips per video were asked for, but at least 1 is needed; allow more")
    if isinstance(names, str):  # in which parts of it would count as names
        raise VidpredError(f"videos is the text {names!r}, but a collection of names is needed; give {{{names!r}}}")
    by_video: dict[str, list[int]] = {}
    for index in range(len(dataset)):
        by_video.setdefault(dataset.video(index), []).append(index)
    counted = [found for name, found in by_video.items() if names is None or name in names]
    if names is not None and by_video and not counted:
        raise VidpredError(
            f"none of the videos that count, {listed(sorted(names))}, has a clip long enough to score; lower the "
            f"horizon, or give longer videos that move (there are clips of {listed(list(by_video))})"
        )
    if not counted:
        raise VidpredError(
            "no video has a clip long enough to score; lower the horizon, or give longer videos that move"
        )
    return [index for found in counted for index in _spread(found, limit or len(found))]


def _spread(indices: Sequence[int], number: int) -> list[int]:
    """Return at most ``number`` of ``indices``, each from the middle of an equal share."""
    number = min(number, len(indices))
    return [indices[(2 * part + 1) * len(indices) // (2 * number)] for part in range(number)]


def _predict(compared: ComparedPredictors, judges: _Judges, number: int, clip: Tensor) -> dict[str, Tensor]:
    """Return all futures of a clip (T, C, H, W), with the noise of its ``number``; collect features of the first."""
    futures = compared.predict(clip, number)
    judges.features.add(number, {name: each[0] for name, each in futures.items()}, clip[-compared.horizon :])
    return futures


def _score_clip(
    compared: ComparedPredictors, judges: _Judges, number: int, clip: Tensor, futures: dict[str, Tensor] | None = None
) -> np.ndarray:
    """Return the scores (predictor, metric, step ahead) of what is shown of the futures, if need be predicted here."""
    futures = futures or _predict(compared, judges, number, clip)
    target = clip[-compared.horizon :]
    judges.samples.add(number, futures, target)
    judges.outputs.add(number, futures, target)
    moving = motion_mask(clip[None, -compared.horizon - 1 : -compared.horizon], target[None])[0]  # the same for all
    scores = score_together(compared.shown(futures, target), target, moving, judges.metrics)
    return np.array([[by_metric[name] for name in judges.order] for by_metric in scores.values()])


def _example_clips(
    compared: ComparedPredictors, dataset: Dataset, chosen: Sequence[int], scores: np.ndarray, row: int
) -> list[ExampleClip]:
    """Predict again the clips on which the first predictor scores best, median and worst, by the metric of ``row``."""
    shown = []
    for label, clip in choose_clips(scores[0, row].mean(axis=-1)).items():
        frames = np.array(dataset.full_frames(chosen[clip]))
        real, horizon = to_model(frames), compared.horizon
        predictions = compared.shown(compared.predict(real, clip), real[-horizon:])
        shown.append(
            ExampleClip(
                label=label,
                clip=clip,
                video=dataset.video(chosen[clip]),
                context=frames[:-horizon],
                truth=frames[-horizon:],
                predictions={name: to_uint8(prediction) for name, prediction in predictions.items()},
                scores={name: scores[number, row, clip].tolist() for number, name in enumerate(predictions)},
            )
        )
    return shown
