"""Where config becomes objects: what a run is made of before it starts.

Facts flow down: the task settles the number of frames, the data the frame size, and the network the
number of scales, so that no run has to state the same number twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from vidpred.data import DATASETS
from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError, did_you_mean
from vidpred.frames.pyramid import num_scales
from vidpred.interfaces import DiscriminatorEvaluator, Split, Task
from vidpred.losses import (
    DEFAULT_DECAY,
    GAMES,
    PENALTIES,
    RECONSTRUCTION_LOSSES,
    ZERO_CENTRED,
    Game,
    Objective,
    default_gamma,
)
from vidpred.machine.engine import Engine
from vidpred.plugins import PLUGINS
from vidpred.registry import JointRegistry, Prepared
from vidpred.runs.data import open_data, require_read
from vidpred.runs.needs import require_room_to_train
from vidpred.runs.networks import build_prepared, build_task
from vidpred.runs.settings import Config
from vidpred.runs.settings.misplaced import refuse_misplaced
from vidpred.runs.warm_start import split_before, start_weights
from vidpred.tasks import TASKS
from vidpred.training.adversary import Adversary
from vidpred.training.augmentations import AUGMENTATIONS
from vidpred.training.augmenter import Augmenter
from vidpred.training.feed import Feed
from vidpred.training.health.diagnosis import check_verdicts
from vidpred.training.penalties import Penalties
from vidpred.training.player import Player
from vidpred.training.reference_batch import fix_reference_batch
from vidpred.training.trainer import AdversarialTrainer

NETWORKS = JointRegistry("network", lambda: (task.networks for task in TASKS.values()))
REGISTRIES = {"task": TASKS, "data": DATASETS, "network": NETWORKS, "discriminator": DISCRIMINATORS}  # by section


@dataclass(frozen=True)
class Plan:
    """The settings of one run, known to be right, and what can be built of them before any data are opened."""

    config: Config  # with the plug-ins that its parts are from
    task: Task
    data: Prepared
    network: Prepared
    discriminator: Prepared
    objective: Objective
    game: Game
    augmenter: Augmenter

    @classmethod
    def check(cls, config: Config) -> "Plan":
        """Find mistakes in the names and options of parts before anything takes long.

        Raises:
            VidpredError: no such part, an option it does not take, a value that is not accepted, no such verdict, or
                no such score.
        """
        refuse_misplaced({"task": (TASKS, config.task)})
        task = build_task(config)
        sections = {"data": DATASETS, "network": task.networks, "discriminator": DISCRIMINATORS}
        parts = {section: (registry, getattr(config, section)) for section, registry in sections.items()}
        require_read(config)
        refuse_misplaced(parts)
        prepared = {section: registry.prepare(part.name, part.options) for section, (registry, part) in parts.items()}
        objective = Objective(config.objective.terms, config.objective.over, config.objective.num_draws)
        game = GAMES[config.objective.game]
        check_verdicts(config.train.stop_on)
        check_penalties(config)
        check_pairs(config, task)
        augmenter = build_augmenter(config)
        _check_best_by(config.log.best_by, task)
        return cls(with_plugins(config), task, **prepared, objective=objective, game=game, augmenter=augmenter)

    def build_trainer(self, facts: Mapping[str, Any], engine: Engine) -> AdversarialTrainer:
        """Build both players and what they learn from.

        Args:
            facts: what data and task settled (frame_channels, height, width, num_context_frames ...).
            engine: where and how exactly it is computed.
        """
        settings, weights = self.config.train, self.config.objective
        opposed = weights.has_adversary
        check_pairs(self.config, self.task, engine.num_processes)
        parts = {"network": self.network, **({"discriminator": self.discriminator} if opposed else {})}
        require_room_to_train(self.config, self.task, parts, facts, engine)
        torch.manual_seed(settings.seed)
        network = build_prepared(self.network, facts)
        facts = {**facts, "num_scales": num_scales(network)}
        adversary = self._build_adversary(facts, engine) if opposed else None
        half_life = settings.ema_half_life
        trainer = AdversarialTrainer(
            task=self.task,
            generator=Player(engine.place(network), self.config.generator, settings.steps, engine),
            objective=self.objective,
            adversary=adversary,
            engine=engine,
            ema_decay=settings.ema_decay,
            ema_half_life=half_life / settings.batch_size if half_life else None,
            accumulate=settings.accumulate,
            discriminator_steps=settings.discriminator_steps,
            separate_batches=settings.separate_batches,
            mismatched_pairs=weights.mismatched_pairs,
            share_of_start=settings.share_of_start,
            head_start=settings.discriminator_head_start,
        )
        trainer.set_length(settings.steps)
        return trainer

    def _build_adversary(self, facts: Mapping[str, Any], engine: Engine) -> Adversary:
        """Build the discriminator and the game that it plays."""
        settings = self.config.objective
        self.discriminator.refuse_settled("discriminator", facts)
        network = self.discriminator.build(facts)
        starts, ends = penalty_weights(self.config, facts)
        updates = self.config.train.steps * self.config.train.discriminator_steps
        placed = engine.place(network, differentiated_twice=bool(starts))
        return Adversary(
            player=Player(placed, self.config.adversary, updates, engine),
            game=self.game,
            weight=settings.adversarial_weight,
            penalties=Penalties(starts, ends, settings.penalty_interval),
            augmenter=self.augmenter,
            feature_matching=settings.feature_matching,
            classification_weight=settings.classification_weight,
        )


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
    warm_start: Mapping[str, Any] | None  # which checkpoint the weights are from; none where they are random

    @classmethod
    def build(
        cls,
        config: Config,
        engine: Engine,
        start_from: Path | None = None,
        known_split: Mapping[str, Any] | None = None,
    ) -> "Parts":
        """Check the settings, open the data, settle the facts, and give the network its first weights.

        Args:
            config: of the run.
            engine: where it is computed.
            start_from: a checkpoint whose weights it begins with.
            known_split: which videos it was on before, if it goes on.

        Raises:
            VidpredError: a setting, the data or the weights cannot be used.
        """
        plan = Plan.check(config)
        config, task = plan.config, plan.task
        with engine.main_first():
            data = open_data(plan.data, config, task, known_split=known_split or split_before(start_from))
        facts = {**task.facts, **data.train.facts, "num_clips": len(data.train)}
        if data.known_split:
            facts["known_split"] = data.known_split
        trainer = plan.build_trainer(facts, engine)
        if isinstance(task, DiscriminatorEvaluator):
            task.check_discriminator(trainer.adversary.player.network if trainer.adversary else None)
        fix_reference_batch(trainer, data.train, config.train.seed)
        warm_start = start_weights(trainer, start_from, config.network.model_dump(), facts) if start_from else None
        feed = Feed(
            data.train,
            config.train.batch_size,
            config.train.seed,
            engine.device,
            rounds=trainer.rounds,
            rank=engine.rank,
            num_processes=engine.num_processes,
            accumulate=config.train.accumulate,
        )
        return cls(config, engine, task, data, facts, trainer, feed, warm_start)


def open_engine(config: Config, device: str) -> Engine:
    """Settle where and how exactly the run is computed."""
    settings = config.train
    return Engine(device, settings.precision, settings.channels_last, settings.compile)


def build_trainer(config: Config, task: Task, facts: Mapping[str, Any], engine: Engine) -> AdversarialTrainer:
    """Build both players and what they learn from, for data that are not opened here: see :class:`Plan`.

    Raises:
        VidpredError: see :meth:`Plan.check`.
    """
    return replace(Plan.check(config), task=task).build_trainer(facts, engine)


def with_plugins(config: Config) -> Config:
    """Return ``config`` with the plug-ins written down that its parts are from."""
    return config.model_copy(update={"plugins": PLUGINS.origins(named_parts(config))})


def build_augmenter(config: Config) -> Augmenter:
    """Build what happens to clips before the discriminator sees them.

    Raises:
        VidpredError: an unknown augmentation, or both a schedule and a target for its strength.
    """
    return Augmenter(config.objective.augmentation)


def check_penalties(config: Config) -> None:
    """Refuse penalties that are not there, and those whose weight no rule settles.

    Raises:
        VidpredError: there is one of them.
    """
    for name, weight in config.objective.penalties.items():
        if PENALTIES[name] not in ZERO_CENTRED and weight == "auto":
            raise VidpredError(
                f"objective.penalties.{name} is auto, but a rule settles the weight of r1 and r2 only; give a number, "
                "such as 10 for gradient_penalty"
            )


def check_pairs(config: Config, task: Task, num_processes: int = 1) -> None:
    """Refuse pairs of a real frame and a foreign context where there is no context, or no other clip to have it from.

    Raises:
        VidpredError: there are to be such pairs, and there cannot be.
    """
    if not config.objective.mismatched_pairs:
        return
    if "num_context_frames" not in task.facts:
        raise VidpredError(
            f"objective.mismatched_pairs is true, but the task {config.task.name} has no context that could belong to "
            "another clip; set it to false, or take the task frame_prediction"
        )
    train = config.train
    if train.batch_size // (train.accumulate * num_processes) <= 1:
        raise VidpredError(
            f"objective.mismatched_pairs is true, but train.batch_size={train.batch_size} in "
            f"{train.accumulate * num_processes} parts leaves one clip alone, which has no other's context; raise it"
        )


def penalty_weights(config: Config, facts: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights of penalties at the first and at the last step, by name.

    Args:
        config: whose penalties :func:`check_penalties` has found to be right.
        facts: height and width of the frames, by which the weights go that are ``auto``.
    """
    starts, ends = dict[str, float](), dict[str, float]()
    for name, weight in config.objective.penalties.items():
        if weight == "auto":
            starts[name] = default_gamma(facts["height"], facts["width"])
            ends[name] = DEFAULT_DECAY * starts[name]
        else:
            starts[name] = weight
    return starts, {**ends, **config.objective.final_penalties}


def named_parts(config: Config) -> Iterator[str]:
    """Yield the keys of all parts that ``config`` names, which must be there."""
    for section, registry in {**REGISTRIES, "network": TASKS[config.task.name].networks}.items():
        yield registry.key(getattr(config, section).name)
    objective = config.objective
    yield from map(RECONSTRUCTION_LOSSES.key, objective.terms)
    yield GAMES.key(objective.game)
    yield from map(PENALTIES.key, {**objective.penalties, **objective.final_penalties})
    yield from map(AUGMENTATIONS.key, objective.augmentation.policy)


def _check_best_by(score: str, task: Task) -> None:
    """Refuse an unknown score here rather than at the first look at the validation clips."""
    if score not in task.scores:
        raise VidpredError(
            f"log.best_by is {score!r}, which is no score of this task{did_you_mean(score, task.scores)}; "
            f"there are: {', '.join(task.scores)}; set log.best_by={next(iter(task.scores))}"
        )
