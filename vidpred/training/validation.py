"""Scores on clips that training does not see."""

from collections import defaultdict
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vidpred.frames import to_model
from vidpred.interfaces import Dataset, Task
from vidpred.training.engine import Engine


class Validation:
    """Always the same clips, spread evenly over a data set, scored as the task scores them.

    Args:
        task: poses the clips and judges the answers.
        dataset: of clips that training does not see.
        num_clips: how many of them, at most.
        batch_size: clips at once.
        engine: where it is computed.
    """

    def __init__(self, task: Task, dataset: Dataset, num_clips: int, batch_size: int, engine: Engine):
        self.task = task
        self.dataset = dataset
        self.indices = np.linspace(0, len(dataset) - 1, min(num_clips, len(dataset))).round().astype(int)
        self.batch_size = batch_size
        self.engine = engine

    @torch.no_grad()
    def __call__(self, network: nn.Module) -> dict[str, float]:
        """Return the mean of every score over the clips."""
        scores: dict[str, list[Tensor]] = defaultdict(list)
        was_training = network.training
        network.eval()
        for first in range(0, len(self.indices), self.batch_size):
            chosen: list[Any] = self.indices[first : first + self.batch_size].tolist()
            clips = to_model(self.dataset.gather(chosen)).to(self.engine.device)
            with self.engine.autocast():
                for name, values in self.task.score(network, clips).items():
                    scores[name].append(values.double().cpu())
        network.train(was_training)
        return {name: torch.cat(values).mean().item() for name, values in scores.items()}
