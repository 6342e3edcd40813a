"""The result of an evaluation: scores of several predictors on the same clips, and the statistics of them."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from vidpred.errors import VidpredError, did_you_mean
from vidpred.evaluation.example_clips import ExampleClip
from vidpred.evaluation.intervals import Estimates, bootstrap, caution, nanmean, video_means
from vidpred.evaluation.predicted_values import PredictedValues
from vidpred.evaluation.protocol import Protocol, bounds_of, shown_first
from vidpred.evaluation.report_json import DIGITS, report_tree
from vidpred.evaluation.sample_scores import SampleScores
from vidpred.evaluation.set_distances import SetComparison
from vidpred.evaluation.table import (
    decimals,
    difference_table,
    opponents,
    score_table,
    title_with_direction,
)
from vidpred.frames.pictures import draw_curves
from vidpred.machine.spreadsheets import as_csv
from vidpred.wording import PAGE_WIDTH, counted_clips, folded


@dataclass(frozen=True, eq=False, repr=False)
class Report:
    """Scores of several predictors on the same clips.

    Every mean is one of videos: the clips of a video are averaged first, so that long videos count no
    more than short. Scores that are not defined (NaN) are left out of the means; where a predictor gave frames that
    hold nan or infinite values, its means over such steps ahead are not defined.

    Args:
        predictors: their names, those asked for first, then the remaining baselines.
        videos: per clip, the name of the video that it is from.
        values: (predictor, metric, clip, step ahead).
        protocol: the conditions of the comparison.
        example_clips: the best, median and worst clips, with what was predicted.
        sets: distances between the sets of predicted and of true frames, by each extractor.
        samples: scores of the futures of stochastic predictors, if there are any.
        predicted: the values of the predicted frames, if they were looked at.
    """

    predictors: Sequence[str]
    videos: Sequence[str]
    values: np.ndarray
    protocol: Protocol
    example_clips: Sequence[ExampleClip] = ()
    sets: Sequence[SetComparison] = ()
    samples: SampleScores | None = None
    predicted: PredictedValues | None = None

    def __post_init__(self) -> None:
        """Refuse a report without baselines to compare with.

        Raises:
            VidpredError: a baseline is missing.
        """
        missing = [name for name in self.protocol.baselines if name not in self.predictors]
        if missing:
            raise VidpredError(
                f"the report lacks {', '.join(missing)}, but no report is made without its baselines; score them too"
            )

    def __repr__(self) -> str:  # without arrays and frames, which a notebook would print
        return f"<Report of {', '.join(self.predictors)}, {self.horizon} ahead: {self.summary()}>"

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics, in the order of ``values``."""
        return list(self.protocol.metrics)

    @property
    def headlines(self) -> list[str]:
        """Names of the metrics that are shown first."""
        return shown_first(self.metrics)

    @property
    def horizon(self) -> int:
        """How many frames ahead the scores reach."""
        return int(self.values.shape[-1])

    @property
    def num_videos(self) -> int:
        """How many videos were scored."""
        return len(set(self.videos))

    @property
    def num_clips(self) -> int:
        """How many clips were scored."""
        return len(self.videos)

    @property
    def asked_for(self) -> list[str]:
        """Predictors that are no baselines; all of them if only baselines were compared."""
        return self._not_baselines or list(self.predictors)

    @property
    def _not_baselines(self) -> list[str]:
        return [name for name in self.predictors if name not in self.protocol.baselines]

    @property
    def scores(self) -> Mapping[str, Mapping[str, list[float]]]:
        """Mean scores per step ahead, by predictor and metric."""
        return {
            name: {metric: self.estimates[name].value[row, :-1].tolist() for row, metric in enumerate(self.metrics)}
            for name in self.predictors
        }

    @cached_property
    def by_video(self) -> Mapping[str, np.ndarray]:
        """Scores by predictor, each (video, metric, step ahead and, last, mean over the steps)."""
        return self._by_video(self.values)

    def _by_video(self, values: np.ndarray) -> Mapping[str, np.ndarray]:
        steps = video_means(np.moveaxis(values, 2, 0), self.videos)
        complete = np.concatenate([steps, nanmean(steps, axis=-1)[..., None]], axis=-1)
        found = {name: complete[:, number] for number, name in enumerate(self.predictors)}
        for name, broken in (self.predicted.broken_steps if self.predicted else {}).items():
            found[name][..., np.append(broken, broken.any())] = np.nan
        return found

    @cached_property
    def estimates(self) -> Mapping[str, Estimates]:
        """Means over videos by predictor, with intervals, each (metric, step ahead and, last, their mean)."""
        bounds = bounds_of(self.metrics)[..., None]
        return {name: bootstrap(values, self.protocol.seed).within(*bounds) for name, values in self.by_video.items()}

    @cached_property
    def differences(self) -> Mapping[str, Mapping[str, Estimates]]:
        """Paired differences, a predictor minus another on the same video, shaped like ``estimates``.

        Of metrics with a best value, each frame's distance from it is compared: below 0, the predictor is nearer.
        """
        values = self.values.copy()
        for row, facts in enumerate(self.protocol.metrics.values()):
            if (best := facts.get("best")) is not None:
                values[:, row] = np.abs(values[:, row] - best)
        by_video = self._by_video(values)
        with np.errstate(invalid="ignore"):  # of two infinite scores, which have no difference
            return {
                name: {
                    other: bootstrap(by_video[name] - by_video[other], self.protocol.seed)
                    for other in self.predictors
                    if other != name
                }
                for name in self.predictors
            }

    def table(self, metrics: str | Sequence[str] | None = None, width: int | None = PAGE_WIDTH) -> str:
        """Write ``metrics`` (the headlines by default) as plain text, the differences of predictors, and remarks.

        Lines are of ``width`` characters, with as many steps ahead and differences as fit; None shows all steps.

        Raises:
            VidpredError: the report has no metric of such a name.
        """
        chosen = [metrics] if isinstance(metrics, str) else list(metrics or self.headlines)
        for metric in chosen:
            if metric not in self.metrics:
                raise VidpredError(
                    f"the report has no metric {metric!r}{did_you_mean(metric, self.metrics)}; "
                    f"it has: {', '.join(self.metrics)}"
                )
        rows = [self.metrics.index(metric) for metric in chosen]
        scores = {
            metric: {name: Estimates(*(part[row] for part in self.estimates[name])) for name in self.predictors}
            for metric, row in zip(chosen, rows, strict=True)
        }
        differences = [
            (
                name,
                {
                    metric: {other: self.differences[name][other].at(row, -1) for other in others}
                    for metric, row in zip(chosen, rows, strict=True)
                },
            )
            for name, others in opponents(self.asked_for, self.protocol.baselines)
        ]
        facts = self.protocol.metrics
        parts = [
            score_table(scores, facts, width),
            difference_table(differences, facts, self.places, width),
            caution(self.num_videos),
            *(folded(remark, width) for remark in self.remarks),
        ]
        return "\n\n".join(filter(None, parts))

    def further_tables(self, width: int | None = PAGE_WIDTH) -> str:
        """Write as plain text the scores of sets and samples; an empty text where there are neither.

        Lines are of ``width`` characters, with columns in as many blocks as that takes; None for one block of each.
        """
        parts = [self.samples.table(width)] if self.samples else []
        if self.sets:
            head = "predicted frames against the true ones as sets, all steps ahead together; there are no intervals"
            parts.append("\n\n".join([head, *(each.table(width) for each in self.sets)]))
        return "\n\n".join(parts)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Decimals that the means of a metric are shown with."""
        return {
            metric: decimals(estimates.value[row, -1] for estimates in self.estimates.values())
            for row, metric in enumerate(self.metrics)
        }

    def summary(self) -> str:
        """Say in one line what was scored, and in another which futures, if there are several."""
        basis = f"{counted_clips(self.num_clips, self.num_videos)}; protocol {self.protocol.short_hash}"
        return f"{basis}\n{self.note}" if self.note else basis

    @property
    def note(self) -> str:
        """Say which future of a sampler the tables and the clips show; an empty text where there are no samplers."""
        if self.samples is None:
            return ""
        shown = self.protocol.description["stochastic_predictors"]["shown"]["definition"]
        return f"Of the {self.samples.heading}, tables and players show {shown}."

    @property
    def remarks(self) -> list[str]:
        """Say which predictions hold values that are no numbers or no frame can have, and which are the same."""
        return self.predicted.remarks(self._not_baselines, self.videos) if self.predicted else []

    def records(self) -> list[dict[str, str | int | float]]:
        """Return the means as a table in long form, a record per predictor, metric and step ahead; of the mean, "mean".

        ``pandas.DataFrame(report.records())`` has the columns predictor, metric, step, value, low and high, the last
        two the ends of the interval; NaN where there is none.
        """
        steps: list[int | str] = [*range(1, self.horizon + 1), "mean"]
        return [
            {
                **{"predictor": name, "metric": metric, "step": step},
                **{part: float(each) for part, each in estimates.at(row, column)._asdict().items()},
            }
            for name, estimates in self.estimates.items()
            for row, metric in enumerate(self.metrics)
            for column, step in enumerate(steps)
        ]

    def to_json(self, made: str | None = None) -> str:
        """Write everything but the frames as JSON; ``made`` is its date."""
        return json.dumps(report_tree(self, made), indent=2, allow_nan=False) + "\n"

    def to_csv(self) -> str:
        """Write every score of every clip: a line per clip, predictor and step; undefined scores are empty."""
        rows: list[list[object]] = [["clip", "video", "predictor", "step", *self.metrics]]
        for clip, video in enumerate(self.videos):
            for row, name in enumerate(self.predictors):
                for step in range(self.horizon):
                    scores = self.values[row, :, clip, step]
                    cells = ["" if math.isnan(score) else f"{score:.{DIGITS}g}" for score in scores]
                    rows.append([clip + 1, video, name, step + 1, *cells])
        return as_csv(rows)

    def plot(self, path: Path) -> None:
        """Draw the headline metrics over the steps ahead as PNG, replacing ``path`` if it is there."""
        curves = {
            title_with_direction(metric, self.protocol.metrics): {
                name: scores[metric] for name, scores in self.scores.items()
            }
            for metric in self.headlines
        }
        draw_curves(path, curves)
