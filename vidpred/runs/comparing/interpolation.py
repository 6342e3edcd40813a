"""Scores runs that interpolate frames on held-out videos, beside optical flow and what learns nothing."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import torch
from torch import Tensor

from vidpred.errors import VidpredError
from vidpred.evaluation.interpolation import InterpolationReport, evaluate_interpolation
from vidpred.interfaces import Predictor
from vidpred.machine.engine import Engine
from vidpred.runs.comparing.circumstances import surroundings, weights_of
from vidpred.runs.comparing.contenders import Word, interpolates, resolve, trained_among
from vidpred.runs.comparing.held_out import Say, existing, open_held_out
from vidpred.runs.comparing.predictors import MOST_WINDOWS
from vidpred.runs.load import load_interpolator
from vidpred.tasks import FrameInterpolation


def compare_interpolation(
    videos: str | Path,
    runs: Word | Iterable[Word] | Mapping[str, Word],
    *,
    max_windows_per_video: int | None = MOST_WINDOWS,
    seed: int = 0,
    device: str = "auto",
    say: Say = print,
) -> InterpolationReport:
    """Score how runs of the task frame_interpolation draw the frame in the middle of the same held-out clips.

    Args:
        videos: a video, or a folder of them; of the folder that a run was trained on, its validation videos count.
        runs: folders of runs, or checkpoints; or a mapping to these from the names in the report.
        max_windows_per_video: clips taken from each video, evenly spaced; None takes all.
        seed: of the intervals.
        device: auto, cpu, cuda, cuda:1 or mps.
        say: prints what was left out, and which videos may be known to a run.

    Raises:
        VidpredError: a run interpolates no frames, no video is usable, or none is left that no run was trained on.
    """
    videos, found, engine = existing(videos), resolve(runs, only_runs=True), Engine(device=device)
    trained = trained_among(found)
    able = {run.name for run in trained if interpolates(run)}
    for name in found:
        if name not in able:
            raise VidpredError(
                f"{name} is no run of the task frame_interpolation, and others are, so there is nothing that all could "
                "be scored on; optical flow, the mean and the copy are always beside"
            )
    loaded = {name: load_interpolator(one, device) for name, one in found.items() if isinstance(one, Path)}
    longest = max(task.clip_length for _, task in loaded.values())
    held_out = open_held_out(videos, trained, longest, say)
    circumstances = {
        "clips_per_video_at_most": max_windows_per_video,
        "videos": str(held_out.source),
        "preparation": held_out.preparation,
        "runs": {name: weights_of(one) for name, one in found.items()},
        **surroundings(engine),
    }
    draws = {name: _Drawing(*pair, engine) for name, pair in loaded.items()}
    return evaluate_interpolation(
        draws, held_out.dataset, max_windows_per_video, held_out.names, seed=seed, circumstances=circumstances
    )


class _Drawing:
    """A run's network, given the nearest frames that its task takes."""

    def __init__(self, network: Predictor, task: FrameInterpolation, engine: Engine):
        self.network, self.task, self.engine = network, task, engine

    def __call__(self, before: Tensor, after: Tensor) -> Tensor:
        """Return the frame (1, C, H, W) between those before and those after, (1, T, C, H, W) each."""
        reach = self.task.frames_per_side
        known = torch.cat([before[:, -reach:], after[:, :reach]], dim=1).to(self.engine.device)
        with self.engine.autocast():
            return self.task.middle(self.network, known)[-1][:, 0].float().cpu()
