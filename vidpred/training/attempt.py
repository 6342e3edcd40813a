"""One batch on its way to the discriminator: posed, answered by the generator, and presented beside the truth."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from vidpred.frames.pyramid import Pyramid, build_pyramid
from vidpred.interfaces import Batch, Example, Task


@dataclass(frozen=True)
class Attempt:
    """What a generator produced for one example, beside the target.

    Where several futures are sampled, the example is there once for every sample.
    """

    task: Task
    example: Example
    fake: Pyramid  # what the generator produced, coarse to fine
    target: Pyramid  # what it should have produced, at the same scales

    def presented(self) -> tuple[Pyramid, Pyramid]:
        """Return real and fake clips as the discriminator sees them, each (B, T, C, h, w) at every scale."""
        return self.task.present(self.target, self.example), self.task.present(self.fake, self.example)

    def mismatched(self) -> Pyramid:
        """Return real frames in the wrong context, (B, T, C, h, w) at every scale: each after that of the next clip."""
        foreign = [level.roll(1, dims=0) for level in self.target]
        return self.task.present(foreign, self.example)


def make_attempt(task: Task, network: nn.Module, batch: Batch, num_draws: int = 1) -> Attempt:
    """Pose ``batch`` as a question, let ``network`` answer it, and set the target beside it at the same scales.

    Args:
        task: poses the question.
        network: the generator.
        batch: of B clips.
        num_draws: how often every example stands in the batch of the attempt, which is (num_draws * B, ...).
    """
    example = _repeat(task.pose(batch.clips, batch.labels), num_draws)
    fake = [_as_computed(level, example.target) for level in task.answer(network, example)]
    return Attempt(task, example, fake, build_pyramid(example.target, num_scales=len(fake)))


def _as_computed(level: Tensor, target: Tensor) -> Tensor:
    """Return frames of a network in the number format of the target, or a lower one where autocast makes them so."""
    lower = level.element_size() < target.element_size() and torch.is_autocast_enabled(level.device.type)
    return level if lower else level.to(target.dtype)


def _repeat(example: Example, times: int) -> Example:
    """Return the batch of ``example`` several times over."""
    if times == 1:
        return example
    condition, target = (part.repeat(times, *[1] * (part.ndim - 1)) for part in (example.condition, example.target))
    labels = example.labels.repeat(times) if example.labels is not None else None
    return Example(condition, target, labels, example.labelled)
