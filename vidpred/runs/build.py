"""Where config becomes objects: the one module that knows both.

Facts flow down: the task settles the number of frames, the data the frame size, and the network the
number of scales, so that no run has to state the same number twice.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import nn

from vidpred.data import DATASETS
from vidpred.discriminators import DISCRIMINATORS
from vidpred.errors import VidpredError
from vidpred.frames.pyramid import num_scales
from vidpred.interfaces import Task
from vidpred.losses import (
    DEFAULT_DECAY,
    GAMES,
    PENALTIES,
    RECONSTRUCTION_LOSSES,
    ZERO_CENTRED,
    Objective,
    default_gamma,
)
from vidpred.machine.engine import Engine
from vidpred.plugins import PLUGINS
from vidpred.registry import JointRegistry
from vidpred.runs.networks import build_network
from vidpred.runs.settings import Config, PlayerSection
from vidpred.tasks import TASKS
from vidpred.training.adversary import Adversary
from vidpred.training.augmentations import AUGMENTATIONS
from vidpred.training.augmenter import Augmenter
from vidpred.training.health.verdicts import check_verdicts
from vidpred.training.penalties import Penalties
from vidpred.training.player import Player
from vidpred.training.trainer import AdversarialTrainer

NETWORKS = JointRegistry("network", lambda: (task.networks for task in TASKS.values()))
REGISTRIES = {"task": TASKS, "data": DATASETS, "network": NETWORKS, "discriminator": DISCRIMINATORS}  # by section


def with_plugins(config: Config) -> Config:
    """Return ``config`` with the plug-ins written down that its parts are from."""
    return config.model_copy(update={"plugins": PLUGINS.origins(_named_parts(config))})


def check_parts(config: Config) -> None:
    """Find mistakes in the names and options of parts before anything takes long.

    Raises:
        VidpredError: no such part, an option it does not take, a value that is not accepted, or no such verdict.
    """
    for section, registry in REGISTRIES.items():
        part = getattr(config, section)
        if section == "network":
            registry = TASKS[config.task.name].networks
        registry.check(part.name, part.options)
    build_objective(config)
    GAMES[config.objective.game]
    check_verdicts(config.train.stop_on)
    penalty_weights(config, {"height": 1, "width": 1})
    build_augmenter(config)


def build_trainer(config: Config, task: Task, facts: Mapping[str, Any], engine: Engine) -> AdversarialTrainer:
    """Build both players and what they learn from.

    Args:
        config: the run's settings.
        task: what is learnt.
        facts: what data and task settled (frame_channels, height, width, num_context_frames ...).
        engine: where and how exactly it is computed.
    """
    torch.manual_seed(config.train.seed)
    network = build_network(config, task, facts)
    facts = {**facts, "num_scales": num_scales(network)}
    half_life = config.train.ema_half_life
    opposed = config.objective.adversarial_weight or config.objective.feature_matching
    adversary = build_adversary(config, facts, engine) if opposed else None
    return AdversarialTrainer(
        task=task,
        generator=_build_player(engine.place(network), config.generator, config.train.steps, engine),
        objective=build_objective(config),
        adversary=adversary,
        engine=engine,
        ema_decay=config.train.ema_decay,
        ema_half_life=half_life / config.train.batch_size if half_life else None,
        accumulate=config.train.accumulate,
        discriminator_steps=config.train.discriminator_steps,
    )


def build_objective(config: Config) -> Objective:
    """Build the reconstruction losses."""
    return Objective(config.objective.terms, config.objective.over, config.objective.num_draws)


def build_adversary(config: Config, facts: Mapping[str, Any], engine: Engine) -> Adversary:
    """Build the discriminator and the game that it plays."""
    network = DISCRIMINATORS.build(config.discriminator.name, facts, **config.discriminator.options)
    starts, ends = penalty_weights(config, facts)
    updates = config.train.steps * config.train.discriminator_steps
    placed = engine.place(network, differentiated_twice=bool(starts))
    return Adversary(
        player=_build_player(placed, config.adversary, updates, engine),
        game=GAMES[config.objective.game],
        weight=config.objective.adversarial_weight,
        against=config.objective.adversarial_against,
        penalties=Penalties(starts, ends, config.objective.penalty_interval),
        augmenter=build_augmenter(config),
        feature_matching=config.objective.feature_matching,
        classification_weight=config.objective.classification_weight,
    )


def build_augmenter(config: Config) -> Augmenter:
    """Build what happens to clips before the discriminator sees them.

    Raises:
        VidpredError: an unknown augmentation, or both a schedule and a target for its strength.
    """
    settings = config.objective.augmentation.model_dump()
    return Augmenter(settings.pop("policy"), **settings)


def penalty_weights(config: Config, facts: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, float]]:
    """Return the weights of penalties at the first and at the last step, by name.

    Raises:
        VidpredError: no such penalty, or one whose weight no rule settles.
    """
    starts, ends = dict[str, float](), dict[str, float]()
    for name, weight in config.objective.penalties.items():
        part = PENALTIES[name]
        if weight != "auto":
            starts[name] = weight
        elif part in ZERO_CENTRED:
            starts[name] = default_gamma(facts["height"], facts["width"])
            ends[name] = DEFAULT_DECAY * starts[name]
        else:
            raise VidpredError(
                f"objective.penalties.{name} is auto, but a rule settles the weight of r1 and r2 only; give a number, "
                "such as 10 for gradient_penalty"
            )
    return starts, {**ends, **config.objective.final_penalties}


def _build_player(network: nn.Module, settings: PlayerSection, num_updates: int, engine: Engine) -> Player:
    return Player(network, num_updates=num_updates, engine=engine, **settings.model_dump())


def _named_parts(config: Config) -> Iterator[str]:
    """Yield the keys of all parts that ``config`` names, which must be there."""
    for section, registry in {**REGISTRIES, "network": TASKS[config.task.name].networks}.items():
        yield registry.key(getattr(config, section).name)
    objective = config.objective
    yield from map(RECONSTRUCTION_LOSSES.key, objective.terms)
    yield GAMES.key(objective.game)
    yield from map(PENALTIES.key, {**objective.penalties, **objective.final_penalties})
    yield from map(AUGMENTATIONS.key, objective.augmentation.policy)
