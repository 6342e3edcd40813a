"""The real clips by which a discriminator with virtual batch normalisation normalises all others."""

from typing import Any, cast

from vidpred.interfaces import Dataset
from vidpred.nn.virtual_norm import REFERENCE_SIZE
from vidpred.training.feed import Feed
from vidpred.training.trainer import AdversarialTrainer


def fix_reference_batch(trainer: AdversarialTrainer, dataset: Dataset, seed: int) -> None:
    """Give real clips, as the task presents them, to a discriminator that has use for them.

    The data and the seed determine them: every process takes the same. A checkpoint keeps them.

    Args:
        trainer: that has taken no step.
        dataset: of clips to learn from.
        seed: of the run.
    """
    network = trainer.adversary.player.network if trainer.adversary else None
    if getattr(network, "reference", None) is None:
        return
    feed = Feed(dataset, REFERENCE_SIZE, seed, trainer.engine.device)
    batch = feed.peek(0)
    feed.close()
    example = trainer.task.pose(batch.clips, batch.labels)
    cast(Any, network).take_reference(trainer.task.present([example.target], example))
