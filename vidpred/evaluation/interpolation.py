"""Scores what draws a frame between others: on clips whose middle frame is known, beside what learns nothing."""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.evaluation.intervals import CONFIDENCE, Estimates, bootstrap, video_means
from vidpred.evaluation.protocol import Protocol, bounds_of, metric_facts, shown_first
from vidpred.evaluation.report_json import number
from vidpred.evaluation.scoring import choose_windows, score
from vidpred.evaluation.table import decimals, title_with_direction
from vidpred.frames import to_model, to_uint8
from vidpred.frames.apart import applied
from vidpred.interfaces import Dataset
from vidpred.machine.files import all_or_none, write_text
from vidpred.machine.progress import progress
from vidpred.metrics import METRICS
from vidpred.metrics.metric import cost
from vidpred.motion.interpolation import interpolate
from vidpred.wording import counted_clips

Draw = Callable[[Tensor, Tensor], Tensor]  # frames before and after, each (1, T, C, H, W), to that between (1, C, H, W)
BASELINES: Mapping[str, Draw] = {
    "copy": lambda before, after: before[:, -1],  # noqa: ARG005
    "mean": lambda before, after: (before[:, -1] + after[:, 0]) / 2,
    "optical_flow": lambda before, after: interpolate(before[:, -1], after[:, 0]),
}


@dataclass(frozen=True, eq=False)
class InterpolationReport:
    """Scores of what draws the frame in the middle of the same clips.

    Args:
        names: of what draws, the baselines last.
        videos: per clip, the name of the video that it is from.
        values: (what draws, metric, clip).
        protocol: the conditions of the comparison.
    """

    names: Sequence[str]
    videos: Sequence[str]
    values: np.ndarray
    protocol: Protocol

    @cached_property
    def estimates(self) -> Mapping[str, Mapping[str, Estimates]]:
        """Means over videos with their intervals, by metric and by what draws."""
        return {
            metric: {
                name: self._mean(self.values[row, place]).within(*bounds_of([metric])[:, 0])
                for row, name in enumerate(self.names)
            }
            for place, metric in enumerate(self.protocol.metrics)
        }

    @cached_property
    def gains(self) -> Mapping[str, Mapping[str, Estimates]]:
        """How much better than optical flow each is on the same clips; of edges, how much nearer to the truth's."""
        flow, found = self.names.index("optical_flow"), {}
        for place, (metric, facts) in enumerate(self.protocol.metrics.items()):
            costs = cost(self.values[:, place], facts["higher_is_better"], facts.get("best"))
            found[metric] = {
                name: self._mean(costs[flow] - costs[row]) for row, name in enumerate(self.names) if row != flow
            }
        return found

    def _mean(self, values: np.ndarray) -> Estimates:
        return bootstrap(video_means(values[:, None], self.videos), self.protocol.seed).at(0)

    def table(self) -> str:
        """Write the metrics that are shown first, and the differences to optical flow, as plain text."""
        facts, shown = self.protocol.metrics, shown_first(self.protocol.metrics)
        width = 4 + max(map(len, [*self.names, *(title_with_direction(metric, facts) for metric in shown)]))
        blocks = [f"{counted_clips(len(self.videos), len(set(self.videos)))}; protocol {self.protocol.short_hash}"]
        for metric in shown:
            rows = self.estimates[metric]
            places = decimals(float(row.value) for row in rows.values())
            lines = [f"{title_with_direction(metric, facts):<{width}}{'mean':>9}   95 % interval"]
            for name, row in rows.items():
                line = f"  {name:<{width - 2}}{row.value:>9.{places}f}   [{row.low:.{places}f}, {row.high:.{places}f}]"
                if (gain := self.gains[metric].get(name)) is not None:
                    ends = f"[{gain.low:+.{places}f}, {gain.high:+.{places}f}]"
                    line += f"   better than flow by {gain.value:+.{places}f} {ends}"
                lines.append(line)
            blocks.append("\n".join(lines))
        return "\n\n".join(blocks)

    def to_json(self) -> str:
        """Write all scores as JSON."""
        tree = {
            "format": "vidpred interpolation report",
            "version": 1,
            "num_videos": len(set(self.videos)),
            "num_clips": len(self.videos),
            "protocol": {"hash": self.protocol.hash, **self.protocol.description},
            "circumstances": self.protocol.circumstances,
            "scores": _tree(self.estimates),
            "better_than_optical_flow_by": _tree(self.gains),
        }
        return json.dumps(tree, indent=2, allow_nan=False) + "\n"

    def write(self, folder: Path) -> None:
        """Write ``report.txt`` and ``report.json``; files of these names are replaced."""
        folder.mkdir(parents=True, exist_ok=True)
        with all_or_none() as announced:
            write_text(announced(folder / "report.txt"), self.table() + "\n")
            write_text(announced(folder / "report.json"), self.to_json())


@torch.inference_mode()
def evaluate_interpolation(
    draws: Mapping[str, Draw],
    dataset: Dataset,
    max_windows_per_video: int | None = None,
    videos: Collection[str] | None = None,
    *,
    seed: int = 0,
    circumstances: Mapping[str, Any] | None = None,
) -> InterpolationReport:
    """Have the frame in the middle of every window drawn from those around it, and score it beside the baselines.

    Args:
        draws: by name, what is given as many frames before and after as the windows have.
        dataset: of clips with an odd number of frames.
        max_windows_per_video: windows taken from each video, evenly spaced; None takes all.
        videos: names of the videos that count; None counts all.
        seed: of the bootstrap.
        circumstances: what else the report records, as plain values.

    Raises:
        VidpredError: there is no window, or what draws has the name of a baseline.
    """
    for name in draws:
        if name in BASELINES:
            raise VidpredError(f"{name} is the name of a baseline, which every report has; give yours another name")
    chosen, everyone = choose_windows(dataset, max_windows_per_video, videos), {**draws, **BASELINES}
    metrics = {name: facts for name, facts in metric_facts().items() if name in METRICS}  # nothing is masked
    content, values = hashlib.sha256(), []
    for index in progress(chosen, "scoring", "clip"):
        frames = dataset.full_frames(index)
        content.update(f"{dataset.video(index)!r} {frames.shape}".encode() + np.ascontiguousarray(frames).tobytes())
        clip, middle = to_model(frames)[None], len(frames) // 2
        before, after, truth = clip[:, :middle], clip[:, middle + 1 :], clip[0, middle : middle + 1]
        scores = [score(to_model(to_uint8(applied(draw, before, after))), truth) for draw in everyone.values()]
        values.append([[of_one[name][0] for name in metrics] for of_one in scores])
    names = [dataset.video(index) for index in chosen]
    description = {
        "data": {"videos": len(set(names)), "clips": len(names), "frames_sha256": content.hexdigest()},
        "metrics": metrics,
        "baselines": {name: {"version": 1} for name in BASELINES},
        "intervals": {"confidence": CONFIDENCE, "seed": seed},
    }
    return InterpolationReport(
        list(everyone), names, np.moveaxis(np.array(values), 0, 2), Protocol(description, circumstances or {})
    )


def _tree(found: Mapping[str, Mapping[str, Estimates]]) -> dict[str, Any]:
    return {
        metric: {
            name: {"value": number(float(each.value)), "interval": [number(float(each.low)), number(float(each.high))]}
            for name, each in rows.items()
        }
        for metric, rows in found.items()
    }
