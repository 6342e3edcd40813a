"""Scores on clips that training does not see."""

from collections import defaultdict

import numpy as np
import torch
from torch import nn

from vidpred.frames import to_model
from vidpred.interfaces import Dataset, Task
from vidpred.training.engine import Engine


class Validation:
    """Always the same clips, spread evenly over a data set, scored as the task scores them.

    Frames are whole, not cropped as for training: scores of runs with different crops compare, and the
    network is judged at the sizes that it will meet.

    Args:
        task: poses the clips and judges the answers.
        dataset: of clips that training does not see.
        num_clips: how many of them, at most.
        engine: where it is computed.
    """

    def __init__(self, task: Task, dataset: Dataset, num_clips: int, engine: Engine):
        self.task = task
        self.dataset = dataset
        self.indices = np.linspace(0, len(dataset) - 1, min(num_clips, len(dataset))).round().astype(int)
        self.engine = engine

    @torch.no_grad()
    def __call__(self, network: nn.Module) -> dict[str, float]:
        """Return the mean of every score over the clips."""
        scores: dict[str, list[float]] = defaultdict(list)
        was_training = network.training
        network.eval()
        for index in self.indices.tolist():
            clip = to_model(self.dataset.full_frames(index))[None].to(self.engine.device)
            with self.engine.autocast():
                for name, values in self.task.score(network, clip).items():
                    scores[name].append(values.mean().item())
        network.train(was_training)
        return {name: float(np.mean(values)) for name, values in scores.items()}
