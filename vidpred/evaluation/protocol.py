"""What was compared under which conditions, and a hash that changes when a condition does."""

import hashlib
import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict

import numpy as np
import torch
from torch import Tensor

from vidpred.evaluation.intervals import CONFIDENCE, RESAMPLES
from vidpred.frames import to_model
from vidpred.metrics import HEADLINES, MASKED_METRICS, METRICS, MaskedMetric, Metric, motion_mask
from vidpred.metrics.motion_mask import THRESHOLD
from vidpred.registry import PREDICTORS

SHORT = 12  # hexadecimal digits that tell protocols apart at a glance
SIDE = 192  # pixels of the frames that metrics are tried on: enough for every scale of every metric
DIGITS, DIGITS_OF_NETWORKS = 6, 4  # of fingerprints: networks compute in float32, whose last digits differ
AVERAGING = "steps ahead apart; clips of a video first, then videos; undefined scores left out"
INTERVALS = "percentile bootstrap over videos"


class MetricFacts(TypedDict):
    """What a reader must know of a metric, and a score that betrays that its computation has changed."""

    unit: str
    higher_is_better: bool
    definition: str
    fingerprint: str  # its score of two frames that are always the same


@dataclass(frozen=True)
class Protocol:
    """The conditions of a comparison.

    Args:
        conditions: all that two comparisons must have in common for their numbers to be set side by side:
            frames, horizon, metrics, baselines, averaging, intervals. Plain values.
        circumstances: all else that is worth knowing: versions, device, which predictors. Plain values.
    """

    conditions: Mapping[str, Any]
    circumstances: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 of the conditions: equal for comparisons whose numbers may be set side by side."""
        wording = json.dumps(self.conditions, sort_keys=True)
        return hashlib.sha256(wording.encode()).hexdigest()

    @property
    def short_hash(self) -> str:
        """The beginning of the hash, for people."""
        return self.hash[:SHORT]

    @property
    def metrics(self) -> Mapping[str, MetricFacts]:
        """What is to be known of every metric, by name."""
        metrics: Mapping[str, MetricFacts] = self.conditions["metrics"]
        return metrics

    @property
    def baselines(self) -> Sequence[str]:
        """Names of the baselines."""
        return list(self.conditions["baselines"])

    @property
    def seed(self) -> int:
        """Of the bootstrap."""
        return int(self.conditions["intervals"]["seed"])


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
        context: frames that the baselines see.
        baselines: their registered names.
        metrics: what is to be known of them.
        data: what was scored, with a hash of its frames.
        seed: of the bootstrap.
        circumstances: see :class:`Protocol`.
        further: other conditions, of what is scored beyond the metrics.
    """
    conditions = {
        "horizon": horizon,
        "data": dict(data),
        "metrics": dict(metrics),
        "motion_mask": f"{definition(motion_mask)} The threshold is {THRESHOLD}.",
        "baselines": {name: definition(PREDICTORS[name]) for name in baselines},
        "baseline_context_frames": context,
        "averaging": AVERAGING,
        "intervals": {"method": INTERVALS, "confidence": CONFIDENCE, "resamples": RESAMPLES, "seed": seed},
        **(further or {}),
    }
    return Protocol(conditions, circumstances)


def metric_facts(perceptual: Mapping[str, Metric] | None = None) -> dict[str, MetricFacts]:
    """Return what is to be known of every registered metric, and of further ones that need weights.

    Headlines come first, then the perceptual ones, the others by name, and masked ones last.
    """
    frames = drawn_frame(0), drawn_frame(1)
    left = torch.arange(SIDE) < SIDE // 2
    mask = left.expand(1, 1, SIDE, SIDE)
    known = {**METRICS, **(perceptual or {})}
    names = [*HEADLINES, *(perceptual or {}), *sorted(set(METRICS) - set(HEADLINES))]
    whole = {name: _facts(known[name], known[name].function(*frames)) for name in names}
    masked = {name: _facts(metric, metric.function(*frames, mask)) for name, metric in MASKED_METRICS.items()}
    return whole | masked


def _facts(metric: Metric | MaskedMetric, of_drawn_frames: Tensor) -> MetricFacts:
    weights = metric.weights if isinstance(metric, Metric) else ""
    return {
        "unit": metric.unit,
        "higher_is_better": metric.higher_is_better,
        "definition": definition(metric.function) + (f" Weights: SHA-256 {weights}." if weights else ""),
        "fingerprint": f"{float(of_drawn_frames):.{DIGITS_OF_NETWORKS if weights else DIGITS}g}",
    }


def definition(part: Any) -> str:
    """Return the docstring of a part up to its arguments, on one line."""
    text = (inspect.getdoc(part) or "").split("\nArgs:")[0]
    return " ".join(text.replace("``", "").split())


def drawn_frame(time: int) -> Tensor:
    """Draw a frame (1, 1, 3, 192, 192) in whole numbers, so that it is the same on every machine."""
    y, x, channel = np.ogrid[:SIDE, :SIDE, :3]
    x = x + 2 * time
    waves = (x * x + 3 * y * y + 40 * channel * (x + y)) // 64 % 512
    return to_model(np.abs(waves - 256).clip(0, 255).astype(np.uint8))[None, None]
