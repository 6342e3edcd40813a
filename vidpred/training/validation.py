"""Scores on held-out clips."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from vidpred.frames import to_model
from vidpred.interfaces import Batch, Dataset, DiscriminatorEvaluator, Labelled, SaysWhatIsScored, Task
from vidpred.machine.engine import Engine, evaluating


class Validation:
    """Always the same clips, spread evenly over a data set, scored as the task scores them.

    Frames are whole, not cropped as for training: scores of runs with different crops compare, and the
    network is judged at the sizes that it will be used at.

    Args:
        task: poses the clips and judges the answers.
        dataset: of held-out clips.
        num_clips: how many of them, at most.
        engine: where it is computed.
        judge: the discriminator, for tasks that evaluate it.
    """

    def __init__(self, task: Task, dataset: Dataset, num_clips: int, engine: Engine, judge: nn.Module | None = None):
        self.task = task
        self.dataset = dataset
        self.indices = np.linspace(0, len(dataset) - 1, min(num_clips, len(dataset))).round().astype(int)
        self.engine = engine
        self.judge = judge

    @torch.no_grad()
    def __call__(self, network: nn.Module) -> dict[str, float]:
        """Return every score over the clips."""
        with self.engine.autocast(), evaluating(network):
            scores = dict(self.task.score(network, self._batches()))
        if isinstance(self.task, DiscriminatorEvaluator) and self.judge is not None:
            with self.engine.autocast(), evaluating(self.judge):
                scores |= self.task.evaluate_discriminator(self.judge, list(self._batches()))
        return scores

    def _batches(self) -> Iterator[Batch]:
        """Yield the clips one by one: their sizes may differ."""
        for index in self.indices.tolist():
            clip = to_model(self.dataset.full_frames(index))[None].to(self.engine.device)
            labels = self.dataset.labels([index]) if isinstance(self.dataset, Labelled) else None
            yield Batch(clip, torch.tensor(labels, device=clip.device) if labels is not None else None)


def what_is_scored(task: Task) -> str:
    """Return which frames a task's scores are of, as ``at t+1``; "" where it does not say."""
    return task.scored if isinstance(task, SaysWhatIsScored) else ""
