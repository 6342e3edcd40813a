"""What a run is made of before it starts: data, task, trainer and feed, from settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vidpred.errors import VidpredError, did_you_mean
from vidpred.interfaces import DiscriminatorEvaluator, Split, Task
from vidpred.machine.engine import Engine
from vidpred.runs.build import build_trainer, check_parts, with_plugins
from vidpred.runs.data import build_data
from vidpred.runs.networks import build_task
from vidpred.runs.settings import Config
from vidpred.runs.warm_start import start_weights
from vidpred.training.feed import Feed
from vidpred.training.reference_batch import fix_reference_batch
from vidpred.training.trainer import AdversarialTrainer


@dataclass(frozen=True)
class Parts:
    """What a run is made of before it starts."""

    config: Config
    engine: Engine
    task: Task
    data: Split
    facts: Mapping[str, Any]
    trainer: AdversarialTrainer
    feed: Feed
    origin: Mapping[str, Any] | None  # which checkpoint the weights are from; none where they are random

    @classmethod
    def build(cls, config: Config, engine: Engine, start_from: Path | None = None) -> "Parts":
        """Open the data, settle the facts, and give the network its first weights.

        Raises:
            VidpredError: a setting, the data or the weights cannot be used.
        """
        check_parts(config)
        config = with_plugins(config)
        task = build_task(config)
        _check_best_by(config.log.best_by, task)
        with engine.main_first():
            data = build_data(config, task)
        facts = {**task.facts, **data.train.facts, "num_clips": len(data.train)}
        trainer = build_trainer(config, task, facts, engine)
        if isinstance(task, DiscriminatorEvaluator):
            task.check_discriminator(trainer.adversary.player.network if trainer.adversary else None)
        fix_reference_batch(trainer, data.train, config.train.seed)
        origin = start_weights(trainer, start_from, config.network.model_dump(), facts) if start_from else None
        feed = Feed(
            data.train,
            config.train.batch_size,
            config.train.seed,
            engine.device,
            rounds=trainer.discriminator_steps,
            rank=engine.rank,
            num_processes=engine.num_processes,
            accumulate=config.train.accumulate,
        )
        return cls(config, engine, task, data, facts, trainer, feed, origin)


def open_engine(config: Config, device: str) -> Engine:
    """Settle where and how exactly the run is computed."""
    settings = config.train
    return Engine(device, settings.precision, settings.channels_last, settings.compile)


def _check_best_by(score: str, task: Task) -> None:
    """Refuse an unknown score here rather than at the first look at the validation clips."""
    if score not in task.scores:
        raise VidpredError(
            f"log.best_by is {score!r}, which is no score of this task{did_you_mean(score, task.scores)}; "
            f"there are: {', '.join(task.scores)}"
        )
