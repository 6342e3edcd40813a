"""The conditions of a comparison, and a hash that changes with a condition but never with its wording."""

import hashlib
import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict

import numpy as np
import torch
from torch import Tensor

from vidpred.evaluation.frame_scores import of_each
from vidpred.evaluation.intervals import CONFIDENCE, RESAMPLES
from vidpred.evaluation.intervals import VERSION as INTERVALS_VERSION
from vidpred.frames import to_model
from vidpred.kinds import called_by
from vidpred.metrics import HEADLINES, MASKED_METRICS, METRICS, MaskedMetric, Metric, motion_mask
from vidpred.metrics.metric import ANY
from vidpred.metrics.motion_mask import THRESHOLD
from vidpred.metrics.motion_mask import VERSION as MASK_VERSION
from vidpred.predictors.rollout.rollout import rollout
from vidpred.registry import PREDICTORS

SHORT = 12  # hexadecimal digits of the hash that are shown
SIDE = 192  # pixels of the frames for fingerprints: enough for every scale of every metric
DIGITS, DIGITS_OF_NETWORKS = 6, 4  # of fingerprints: networks compute in float32, whose last digits vary
DIGITS_OF_BASELINES = 3  # optical flow differs by 1e-4 of itself between OpenCV 4.10 and 5 ...
DIGITS_OF_MASK = 2  # ... and masks by 1e-3
SHOWN_FRAMES, HORIZON = 4, 2  # of the drawn frames for the baselines' fingerprints
DEFINITION = "definition"  # the one key of a description that the hash ignores
AVERAGING_VERSION = 1  # raise it when the same scores get another mean
AVERAGING = "steps ahead apart; clips of a video first, then videos; undefined scores left out"
INTERVALS = "percentile bootstrap over videos, wider where these are few, cut off where no score can be"


class Facts(TypedDict):
    """What a part computes, and two signs of a changed computation.

    A definition enters no hash, so that it can be reworded. The version is raised by whoever changes what the part
    computes; the fingerprint, its result on fixed frames, reveals a change for which no version was raised.
    """

    definition: str
    version: int
    fingerprint: str


class MetricFacts(Facts):
    """What a reader must also know of a metric."""

    unit: str
    higher_is_better: bool | None  # None where there is a best value
    best: NotRequired[float]
    weights: NotRequired[str]  # SHA-256 of the weights of its network, if it has one


@dataclass(frozen=True)
class Protocol:
    """The conditions of a comparison.

    Args:
        description: all that two comparisons must have in common for their numbers to be comparable:
            frames, horizon, metrics, baselines, averaging, intervals. Plain values; every ``definition``,
            however deep, explains one to readers.
        circumstances: all else worth recording: versions, device, which predictors. Plain values.
    """

    description: Mapping[str, Any]
    circumstances: Mapping[str, Any] = field(default_factory=dict)

    @property
    def conditions(self) -> Mapping[str, Any]:
        """The description without its definitions: the names, numbers and versions that are hashed."""
        conditions: Mapping[str, Any] = _without_definitions(self.description)
        return conditions

    @property
    def hash(self) -> str:
        """SHA-256 of the conditions: equal for comparisons whose numbers are comparable."""
        return hashlib.sha256(json.dumps(self.conditions, sort_keys=True).encode()).hexdigest()

    @property
    def short_hash(self) -> str:
        """The beginning of the hash, for display."""
        return self.hash[:SHORT]

    @property
    def metrics(self) -> Mapping[str, MetricFacts]:
        """The facts of every metric, by name."""
        metrics: Mapping[str, MetricFacts] = self.description["metrics"]
        return metrics

    @property
    def baselines(self) -> Sequence[str]:
        """Names of the baselines."""
        return list(self.description["baselines"])

    @property
    def seed(self) -> int:
        """The seed of the bootstrap."""
        return int(self.description["intervals"]["seed"])


def describe(
    horizon: int,
    context: int,
    baselines: Iterable[str],
    metrics: Mapping[str, MetricFacts],
    data: Mapping[str, Any],
    seed: int,
    circumstances: Mapping[str, Any],
    further: Mapping[str, Any] | None = None,
) -> Protocol:
    """Write down the conditions of a comparison.

    Args:
        horizon: frames ahead.
        context: context frames of the baselines.
        baselines: their registered names.
        metrics: their facts.
        data: what was scored, with a hash of its frames.
        seed: of the bootstrap.
        circumstances: see :class:`Protocol`.
        further: conditions of what is scored beyond the metrics.
    """
    description = {
        "horizon": horizon,
        "data": dict(data),
        "metrics": dict(metrics),
        "motion_mask": _mask_facts(),
        "baselines": {name: _baseline_facts(name) for name in baselines},
        "baseline_context_frames": context,
        "averaging": {"definition": AVERAGING, "version": AVERAGING_VERSION},
        "intervals": {
            "definition": INTERVALS,
            "version": INTERVALS_VERSION,
            "confidence": CONFIDENCE,
            "resamples": RESAMPLES,
            "seed": seed,
        },
        **(further or {}),
    }
    return Protocol(description, circumstances)


def metric_facts(perceptual: Mapping[str, Metric] | None = None) -> dict[str, MetricFacts]:
    """Return the facts of every registered metric, and of further ones that need weights.

    Headlines come first, then the perceptual ones, the others by name, and masked ones last.
    """
    frames = drawn_frame(0), drawn_frame(1)
    left = torch.arange(SIDE) < SIDE // 2
    mask = left.expand(1, 1, SIDE, SIDE)
    known = {**METRICS, **(perceptual or {})}
    names = [*HEADLINES, *(perceptual or {}), *sorted(set(METRICS) - set(HEADLINES))]
    whole = {name: _facts(known[name], *of_each(name, known[name], *frames)) for name in names}
    masked = {name: _facts(metric, *of_each(name, metric, *frames, mask)) for name, metric in MASKED_METRICS.items()}
    return whole | masked


def shown_first(metrics: Iterable[str]) -> list[str]:
    """Return those of ``metrics`` that reports show first: the usual ones, and those that weights or a user added."""
    registered: dict[str, Metric | MaskedMetric] = {**METRICS, **MASKED_METRICS}
    ours = {name for name, metric in registered.items() if metric.function.__module__.startswith("vidpred.")}
    return [name for name in metrics if name in HEADLINES or name not in ours]


def bounds_of(metrics: Iterable[str]) -> np.ndarray:
    """Return the lowest and the highest value that a score can have, (2, metric); infinite where it may have any."""
    registered: dict[str, Metric | MaskedMetric] = {**METRICS, **MASKED_METRICS}
    return np.array([registered[name].bounds if name in registered else ANY for name in metrics]).reshape(-1, 2).T


def _facts(metric: Metric | MaskedMetric, of_drawn_frames: float) -> MetricFacts:
    weights = metric.weights if isinstance(metric, Metric) else ""
    facts: MetricFacts = {
        "unit": metric.unit,
        "higher_is_better": metric.higher_is_better,
        "definition": definition(metric.function),
        "version": metric.version,
        "fingerprint": fingerprint(of_drawn_frames, DIGITS_OF_NETWORKS if weights else DIGITS),
    }
    if metric.best is not None:
        facts["best"] = metric.best
    if weights:
        facts["weights"] = weights
    return facts


def _mask_facts() -> dict[str, Any]:
    """Return the facts of the mask; its fingerprint is the moving share of a frame of which two thirds move."""
    before, after = drawn_frame(0), drawn_frame(1)
    still = torch.arange(SIDE)[:, None] < SIDE // 3
    share = motion_mask(before, torch.where(still, before, after)).double().mean()
    return {
        "definition": definition(motion_mask),
        "version": MASK_VERSION,
        "threshold": THRESHOLD,
        "fingerprint": fingerprint(share, DIGITS_OF_MASK),
    }


@torch.no_grad()
def _baseline_facts(name: str) -> Facts:
    """Return the facts of a baseline; its fingerprint is the distance of its prediction from the first drawn frame.

    That is 0.1 to 0.3 for all of them, so that three digits show a change of a hundredth of the range of grey levels,
    and do not show which version of OpenCV estimated the flow.
    """
    baseline = PREDICTORS.build(name, {"num_context_frames": SHOWN_FRAMES, "lead": 1})
    shown = torch.cat([drawn_frame(time) for time in range(SHOWN_FRAMES)], dim=1)
    distance = (rollout(baseline, shown, HORIZON) - shown[:, :1]).double().abs().mean()
    return {
        "definition": definition(PREDICTORS[name]),
        "version": PREDICTORS[name].version,
        "fingerprint": fingerprint(distance, DIGITS_OF_BASELINES),
    }


def _without_definitions(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    kept = {key: part for key, part in value.items() if key != DEFINITION or isinstance(part, Mapping)}
    return {key: _without_definitions(part) for key, part in kept.items()}


def fingerprint(value: Tensor | float, digits: int) -> str:
    """Write a number with so few significant digits that every machine writes the same."""
    return f"{float(value):.{digits}g}"


def definition(part: Any) -> str:
    """Return the docstring of a part up to its arguments, on one line."""
    text = (inspect.getdoc(called_by(part)) or "").split("\nArgs:")[0]
    return " ".join(text.replace("``", "").split())


def drawn_frame(time: int) -> Tensor:
    """Draw a frame (1, 1, 3, 192, 192) in whole numbers, so that it is the same on every machine."""
    y, x, channel = np.ogrid[:SIDE, :SIDE, :3]
    x = x + 2 * time
    waves = (x * x + 3 * y * y + 40 * channel * (x + y)) // 64 % 512
    return to_model(np.abs(waves - 256).clip(0, 255).astype(np.uint8))[None, None]
