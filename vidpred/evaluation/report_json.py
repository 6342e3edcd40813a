"""A report as plain values, from which its JSON is made."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from vidpred.evaluation.intervals import Estimates
from vidpred.evaluation.predicted_values import PredictedValues
from vidpred.evaluation.sample_scores import SampleScores
from vidpred.evaluation.set_distances import SetComparison

if TYPE_CHECKING:
    from vidpred.evaluation.report import Report

FORMAT, VERSION = "vidpred report", 1
DIGITS = 9  # significant digits of every number that is written


def report_tree(report: "Report", made: str | None) -> dict[str, Any]:
    """Return everything but the frames as plain values; ``made`` is its date."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "made": made,
        "horizon": report.horizon,
        "num_videos": report.num_videos,
        "num_clips": report.num_clips,
        "protocol": {"hash": report.protocol.hash, **report.protocol.description},
        "circumstances": report.protocol.circumstances,
        "scores": {name: _tree(report.metrics, estimates) for name, estimates in report.estimates.items()},
        "differences": {
            name: {baseline: _tree(report.metrics, estimates) for baseline, estimates in others.items()}
            for name, others in report.differences.items()
        },
        "videos": {
            video: {
                name: {
                    metric: {"mean": number(row[-1]), "steps": [*map(number, row[:-1])]}
                    for metric, row in zip(report.metrics, scores[index], strict=True)
                }
                for name, scores in report.by_video.items()
            }
            for index, video in enumerate(dict.fromkeys(report.videos))
        },
        "sets": [_set_tree(each) for each in report.sets],
        "samples": _sample_tree(report.samples) if report.samples else None,
        "predicted_values": {name: _value_tree(report.predicted, name) for name in report.predictors}
        if report.predicted
        else None,
        "remarks": report.remarks,
    }


def number(value: float) -> float | None:
    """Return ``value`` as it is written: nine significant digits; None if it is not defined."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def _tree(names: Sequence[str], estimates: Estimates) -> dict[str, Any]:
    """Return estimates (metric, steps and mean) by the names of the metrics, ready for JSON."""
    horizon = estimates.value.shape[-1] - 1
    return {
        name: {
            "mean": _entry(estimates, row, horizon),
            "steps": [_entry(estimates, row, step) for step in range(horizon)],
        }
        for row, name in enumerate(names)
    }


def _entry(estimates: Estimates, row: int, column: int) -> dict[str, Any]:
    value, low, high = (number(part[row, column]) for part in estimates)
    return {"value": value, "interval": None if low is None or high is None else [low, high]}


def _set_tree(compared: SetComparison) -> dict[str, Any]:
    return {
        "extractor": compared.extractor,
        "distances": {
            predictor: {
                name: {**asdict(each), "value": number(each.value), "interval": None} for name, each in found.items()
            }
            for predictor, found in compared.distances.items()
        },
        "left_out": dict(compared.left_out),
        "not_finite": list(compared.not_finite),
    }


def _value_tree(predicted: PredictedValues, name: str) -> dict[str, float | None]:
    return {key: None if value is None else number(value) for key, value in predicted.as_tree(name).items()}


def _sample_tree(samples: SampleScores) -> dict[str, Any]:
    return {
        "number": samples.number,
        "samplers": list(samples.samplers),
        "scores": {name: _tree(list(samples.facts), estimates) for name, estimates in samples.estimates.items()},
        "rank_histograms": {name: [[*map(number, row)] for row in ranks] for name, ranks in samples.ranks.items()},
        "spread_skill_ratios": {
            name: {"mean": number(ratios[-1]), "steps": [*map(number, ratios[:-1])]}
            for name, ratios in samples.spread_skill.items()
        },
    }
